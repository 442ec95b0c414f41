package dev.millrace.allocator;

/**
 * The operations of {@link Memory} as an interface, for structures that two threads touch: they run over
 * {@link #offHeap()} in the engine and over a {@link HeapMemory} under tools that must see every access.
 *
 * <p>Any thread may call any method. Offsets and lengths are in bytes; values are in the machine's own order. Aligned means
 * that the address is a multiple of the value's size.
 */
public interface MemoryAccess {
    /** The memory of {@link Memory}: nothing is checked. */
    static MemoryAccess offHeap() {
        return OffHeapMemory.INSTANCE;
    }

    byte getByte(long address);

    void putByte(long address, byte value);

    short getShort(long address);

    void putShort(long address, short value);

    char getChar(long address);

    void putChar(long address, char value);

    int getInt(long address);

    void putInt(long address, int value);

    long getLong(long address);

    void putLong(long address, long value);

    float getFloat(long address);

    void putFloat(long address, float value);

    double getDouble(long address);

    void putDouble(long address, double value);

    /** Reads an aligned int with volatile order (an acquire and more). */
    int getIntVolatile(long address);

    /** Writes an aligned int with release order: what this thread wrote before is seen by whoever reads it volatile. */
    void putIntRelease(long address, int value);

    /** Adds to an aligned int atomically, with volatile order. Returns the value before. */
    int getAndAddInt(long address, int delta);

    /** Replaces an aligned int by another if it is the one expected, with volatile order. Says whether it was. */
    boolean compareAndSetInt(long address, int expected, int value);

    /** Reads an aligned long with volatile order (an acquire and more). */
    long getLongVolatile(long address);

    /** Writes an aligned long with release order: what this thread wrote before is seen by whoever reads it volatile. */
    void putLongRelease(long address, long value);

    /** Adds to an aligned long atomically, with volatile order. Returns the value before. */
    long getAndAddLong(long address, long delta);

    /** Replaces an aligned long by another if it is the one expected, with volatile order. Says whether it was. */
    boolean compareAndSetLong(long address, long expected, long value);

    /** Copies bytes between two blocks; the ranges may overlap. */
    void copy(long from, long to, long lengthBytes);

    /** Copies bytes from an array to a block. */
    void copyFrom(byte[] source, int sourceOffset, long to, int lengthBytes);

    /** Copies bytes from a block to an array. */
    void copyTo(long from, byte[] target, int targetOffset, int lengthBytes);

    /** Copies the elements of an array of numbers to a block, in the machine's own order. */
    void copyElementsFrom(Object source, long to, int lengthBytes);

    /** Copies the elements of an array of numbers from a block, in the machine's own order. */
    void copyElementsTo(long from, Object target, int lengthBytes);

    /** Sets every byte of a range to one value. */
    void fill(long address, long lengthBytes, byte value);

    /** Says whether two ranges hold the same bytes. */
    boolean equal(long left, long right, int lengthBytes);
}
