package dev.millrace.allocator;

/**
 * Raw access to memory by address: the one door to it in Millrace.
 *
 * <p>Any thread may call any method; what may be touched when is the business of whoever owns the block. Nothing is
 * checked: an address that no live block covers ends the JVM. Offsets and lengths are in bytes, multi-byte values are
 * in the machine's own order, and aligned where the method says so.
 *
 * <p>This is the class of Java 17 to 21, over {@code sun.misc.Unsafe}. The multi-release part of the jar has a twin of it
 * over {@code java.lang.foreign} for newer JVMs, with the same methods. A jar without that part works there as well, with
 * the JVM's warnings.
 *
 * <p>The heap twin is the same set of methods over a Java array, for tests and tools that must see every access.
 *
 * @see MemoryAccessDeniedError
 */
public final class Memory {
    private Memory() {}

    public static byte getByte(long address) {
        return UnsafeMemory.getByte(address);
    }

    public static void putByte(long address, byte value) {
        UnsafeMemory.putByte(address, value);
    }

    public static short getShort(long address) {
        return UnsafeMemory.getShort(address);
    }

    public static void putShort(long address, short value) {
        UnsafeMemory.putShort(address, value);
    }

    public static char getChar(long address) {
        return UnsafeMemory.getChar(address);
    }

    public static void putChar(long address, char value) {
        UnsafeMemory.putChar(address, value);
    }

    public static int getInt(long address) {
        return UnsafeMemory.getInt(address);
    }

    public static void putInt(long address, int value) {
        UnsafeMemory.putInt(address, value);
    }

    public static long getLong(long address) {
        return UnsafeMemory.getLong(address);
    }

    public static void putLong(long address, long value) {
        UnsafeMemory.putLong(address, value);
    }

    public static float getFloat(long address) {
        return UnsafeMemory.getFloat(address);
    }

    public static void putFloat(long address, float value) {
        UnsafeMemory.putFloat(address, value);
    }

    public static double getDouble(long address) {
        return UnsafeMemory.getDouble(address);
    }

    public static void putDouble(long address, double value) {
        UnsafeMemory.putDouble(address, value);
    }

    /** Reads an aligned int with volatile order (an acquire and more). */
    public static int getIntVolatile(long address) {
        return UnsafeMemory.getIntVolatile(address);
    }

    /** Writes an aligned int with release order: what this thread wrote before is seen by whoever reads it volatile. */
    public static void putIntRelease(long address, int value) {
        UnsafeMemory.putIntRelease(address, value);
    }

    /** Adds to an aligned int atomically, with volatile order. Returns the value before. */
    public static int getAndAddInt(long address, int delta) {
        return UnsafeMemory.getAndAddInt(address, delta);
    }

    /** Replaces an aligned int by another if it is the one expected, with volatile order. Says whether it was. */
    public static boolean compareAndSetInt(long address, int expected, int value) {
        return UnsafeMemory.compareAndSetInt(address, expected, value);
    }

    /** Reads an aligned long with volatile order (an acquire and more). */
    public static long getLongVolatile(long address) {
        return UnsafeMemory.getLongVolatile(address);
    }

    /** Writes an aligned long with release order: what this thread wrote before is seen by whoever reads it volatile. */
    public static void putLongRelease(long address, long value) {
        UnsafeMemory.putLongRelease(address, value);
    }

    /** Adds to an aligned long atomically, with volatile order. Returns the value before. */
    public static long getAndAddLong(long address, long delta) {
        return UnsafeMemory.getAndAddLong(address, delta);
    }

    /** Replaces an aligned long by another if it is the one expected, with volatile order. Says whether it was. */
    public static boolean compareAndSetLong(long address, long expected, long value) {
        return UnsafeMemory.compareAndSetLong(address, expected, value);
    }

    /** Copies bytes between two blocks; the ranges may overlap. */
    public static void copy(long from, long to, long lengthBytes) {
        UnsafeMemory.copy(from, to, lengthBytes);
    }

    /** Copies bytes from an array to a block. */
    public static void copyFrom(byte[] source, int sourceOffset, long to, int lengthBytes) {
        UnsafeMemory.copyFrom(source, sourceOffset, to, lengthBytes);
    }

    /** Copies bytes from a block to an array. */
    public static void copyTo(long from, byte[] target, int targetOffset, int lengthBytes) {
        UnsafeMemory.copyTo(from, target, targetOffset, lengthBytes);
    }

    /**
     * Copies the elements of an array of numbers to a block, in the machine's own order.
     *
     * @param source an array of {@code byte}, {@code short}, {@code char}, {@code int}, {@code long}, {@code float} or {@code double}
     * @param lengthBytes no more than the elements take
     */
    public static void copyElementsFrom(Object source, long to, int lengthBytes) {
        UnsafeMemory.copyElementsFrom(source, to, lengthBytes);
    }

    /**
     * Copies the elements of an array of numbers from a block, in the machine's own order.
     *
     * @param target as for {@link #copyElementsFrom}
     * @param lengthBytes no more than the elements take
     */
    public static void copyElementsTo(long from, Object target, int lengthBytes) {
        UnsafeMemory.copyElementsTo(from, target, lengthBytes);
    }

    /** Sets every byte of a range to one value. */
    public static void fill(long address, long lengthBytes, byte value) {
        UnsafeMemory.fill(address, lengthBytes, value);
    }

    /** Says whether two ranges hold the same bytes. */
    public static boolean equal(long left, long right, int lengthBytes) {
        return UnsafeMemory.equal(left, right, lengthBytes);
    }

    /** What memory is reached by, for reports: {@code sun.misc.Unsafe} or {@code java.lang.foreign}. */
    public static String mechanism() {
        return UnsafeMemory.NAME;
    }

    /** Takes memory from the JVM's native heap: the last resort where no range can be reserved. */
    static long allocateNative(long sizeBytes) {
        return UnsafeMemory.allocateNative(sizeBytes);
    }

    /** Gives back what {@link #allocateNative} gave. */
    static void freeNative(long address) {
        UnsafeMemory.freeNative(address);
    }
}
