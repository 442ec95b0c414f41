package dev.millrace.allocator;

/** A stretch of native memory for one test; filled with a pattern, so that what is never written shows. */
public final class TestMemory implements AutoCloseable {
    private final long address;
    private final int sizeBytes;

    public TestMemory(int sizeBytes) {
        this.sizeBytes = sizeBytes;
        this.address = Memory.allocateNative(sizeBytes);
        fill(0xA5);
    }

    public void fill(int pattern) {
        Memory.fill(address, sizeBytes, (byte) pattern);
    }

    public long address() {
        return address;
    }

    public byte[] bytes(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        Memory.copyTo(address, bytes, 0, lengthBytes);
        return bytes;
    }

    public void put(byte[] bytes) {
        Memory.copyFrom(bytes, 0, address, bytes.length);
    }

    @Override
    public void close() {
        Memory.freeNative(address);
    }
}
