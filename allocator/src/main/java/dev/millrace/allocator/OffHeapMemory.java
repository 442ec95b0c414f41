package dev.millrace.allocator;

/** {@link Memory} as a {@link MemoryAccess}. */
enum OffHeapMemory implements MemoryAccess {
    INSTANCE;

    @Override
    public byte getByte(long address) {
        return Memory.getByte(address);
    }

    @Override
    public void putByte(long address, byte value) {
        Memory.putByte(address, value);
    }

    @Override
    public short getShort(long address) {
        return Memory.getShort(address);
    }

    @Override
    public void putShort(long address, short value) {
        Memory.putShort(address, value);
    }

    @Override
    public char getChar(long address) {
        return Memory.getChar(address);
    }

    @Override
    public void putChar(long address, char value) {
        Memory.putChar(address, value);
    }

    @Override
    public int getInt(long address) {
        return Memory.getInt(address);
    }

    @Override
    public void putInt(long address, int value) {
        Memory.putInt(address, value);
    }

    @Override
    public long getLong(long address) {
        return Memory.getLong(address);
    }

    @Override
    public void putLong(long address, long value) {
        Memory.putLong(address, value);
    }

    @Override
    public float getFloat(long address) {
        return Memory.getFloat(address);
    }

    @Override
    public void putFloat(long address, float value) {
        Memory.putFloat(address, value);
    }

    @Override
    public double getDouble(long address) {
        return Memory.getDouble(address);
    }

    @Override
    public void putDouble(long address, double value) {
        Memory.putDouble(address, value);
    }

    @Override
    public int getIntVolatile(long address) {
        return Memory.getIntVolatile(address);
    }

    @Override
    public void putIntRelease(long address, int value) {
        Memory.putIntRelease(address, value);
    }

    @Override
    public int getAndAddInt(long address, int delta) {
        return Memory.getAndAddInt(address, delta);
    }

    @Override
    public boolean compareAndSetInt(long address, int expected, int value) {
        return Memory.compareAndSetInt(address, expected, value);
    }

    @Override
    public long getLongVolatile(long address) {
        return Memory.getLongVolatile(address);
    }

    @Override
    public void putLongRelease(long address, long value) {
        Memory.putLongRelease(address, value);
    }

    @Override
    public long getAndAddLong(long address, long delta) {
        return Memory.getAndAddLong(address, delta);
    }

    @Override
    public boolean compareAndSetLong(long address, long expected, long value) {
        return Memory.compareAndSetLong(address, expected, value);
    }

    @Override
    public void copy(long from, long to, long lengthBytes) {
        Memory.copy(from, to, lengthBytes);
    }

    @Override
    public void copyFrom(byte[] source, int sourceOffset, long to, int lengthBytes) {
        Memory.copyFrom(source, sourceOffset, to, lengthBytes);
    }

    @Override
    public void copyTo(long from, byte[] target, int targetOffset, int lengthBytes) {
        Memory.copyTo(from, target, targetOffset, lengthBytes);
    }

    @Override
    public void copyElementsFrom(Object source, long to, int lengthBytes) {
        Memory.copyElementsFrom(source, to, lengthBytes);
    }

    @Override
    public void copyElementsTo(long from, Object target, int lengthBytes) {
        Memory.copyElementsTo(from, target, lengthBytes);
    }

    @Override
    public void fill(long address, long lengthBytes, byte value) {
        Memory.fill(address, lengthBytes, value);
    }

    @Override
    public boolean equal(long left, long right, int lengthBytes) {
        return Memory.equal(left, right, lengthBytes);
    }
}
