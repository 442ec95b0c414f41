package dev.millrace.allocator;

import java.lang.reflect.Field;
import sun.misc.Unsafe;

/**
 * Raw access to memory by address: the one door to it in Millrace.
 *
 * <p>Any thread may call any method; what may be touched when is the business of whoever owns the block. Nothing is
 * checked: an address that no live block covers ends the JVM. Offsets and lengths are in bytes, multi-byte values are
 * in the machine's own order, and aligned where the method says so.
 *
 * <p>The heap twin is the same set of methods over a Java array, for tests and tools that must see every access.
 */
public final class Memory {
    private static final Unsafe UNSAFE = unsafe();
    private static final long BYTE_ARRAY_BASE = Unsafe.ARRAY_BYTE_BASE_OFFSET;

    private Memory() {}

    public static byte getByte(long address) {
        return UNSAFE.getByte(address);
    }

    public static void putByte(long address, byte value) {
        UNSAFE.putByte(address, value);
    }

    public static short getShort(long address) {
        return UNSAFE.getShort(address);
    }

    public static void putShort(long address, short value) {
        UNSAFE.putShort(address, value);
    }

    public static char getChar(long address) {
        return UNSAFE.getChar(address);
    }

    public static void putChar(long address, char value) {
        UNSAFE.putChar(address, value);
    }

    public static int getInt(long address) {
        return UNSAFE.getInt(address);
    }

    public static void putInt(long address, int value) {
        UNSAFE.putInt(address, value);
    }

    public static long getLong(long address) {
        return UNSAFE.getLong(address);
    }

    public static void putLong(long address, long value) {
        UNSAFE.putLong(address, value);
    }

    public static float getFloat(long address) {
        return UNSAFE.getFloat(address);
    }

    public static void putFloat(long address, float value) {
        UNSAFE.putFloat(address, value);
    }

    public static double getDouble(long address) {
        return UNSAFE.getDouble(address);
    }

    public static void putDouble(long address, double value) {
        UNSAFE.putDouble(address, value);
    }

    /** Reads an aligned int with volatile order (an acquire and more). */
    public static int getIntVolatile(long address) {
        return UNSAFE.getIntVolatile(null, address);
    }

    /** Writes an aligned int with release order: what this thread wrote before is seen by whoever reads it volatile. */
    public static void putIntRelease(long address, int value) {
        UNSAFE.putOrderedInt(null, address, value);
    }

    /** Adds to an aligned int atomically, with volatile order. Returns the value before. */
    public static int getAndAddInt(long address, int delta) {
        return UNSAFE.getAndAddInt(null, address, delta);
    }

    /** Copies bytes between two blocks; the ranges may overlap. */
    public static void copy(long from, long to, long lengthBytes) {
        UNSAFE.copyMemory(from, to, lengthBytes);
    }

    /** Copies bytes from an array to a block. */
    public static void copyFrom(byte[] source, int sourceOffset, long to, int lengthBytes) {
        UNSAFE.copyMemory(source, BYTE_ARRAY_BASE + sourceOffset, null, to, lengthBytes);
    }

    /** Copies bytes from a block to an array. */
    public static void copyTo(long from, byte[] target, int targetOffset, int lengthBytes) {
        UNSAFE.copyMemory(null, from, target, BYTE_ARRAY_BASE + targetOffset, lengthBytes);
    }

    /** Sets every byte of a range to one value. */
    public static void fill(long address, long lengthBytes, byte value) {
        UNSAFE.setMemory(address, lengthBytes, value);
    }

    /** Says whether two ranges hold the same bytes. */
    public static boolean equal(long left, long right, int lengthBytes) {
        int at = 0;
        for (; at + Long.BYTES <= lengthBytes; at += Long.BYTES) {
            if (UNSAFE.getLong(left + at) != UNSAFE.getLong(right + at)) {
                return false;
            }
        }
        for (; at < lengthBytes; at++) {
            if (UNSAFE.getByte(left + at) != UNSAFE.getByte(right + at)) {
                return false;
            }
        }
        return true;
    }

    /** Takes memory from the JVM's native heap: the last resort where no range can be reserved. */
    static long allocateNative(long sizeBytes) {
        return UNSAFE.allocateMemory(sizeBytes);
    }

    /** Gives back what {@link #allocateNative} gave. */
    static void freeNative(long address) {
        UNSAFE.freeMemory(address);
    }

    private static Unsafe unsafe() {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
