package dev.millrace.allocator;

import java.lang.reflect.Field;
import sun.misc.Unsafe;

/**
 * {@link Memory} by {@code sun.misc.Unsafe}: what Java 17 to 21 have, and what is left on newer ones where native access is
 * forbidden. From Java 24 on the JVM prints a warning at the first use.
 *
 * <p>Any thread may call any method. Loading the class touches memory once, so that a JVM that forbids it says so here, with
 * the way out, and not in the middle of a run.
 */
@SuppressWarnings("removal") // Of the methods, in newer JDKs: there Memory has a twin that does without.
final class UnsafeMemory {
    static final String NAME = "sun.misc.Unsafe";

    private static final Unsafe UNSAFE = unsafe();
    private static final long BYTE_ARRAY_BASE = Unsafe.ARRAY_BYTE_BASE_OFFSET;
    /** Up to here a loop over words costs less than the call behind {@code copyMemory}. */
    private static final int SHORT_BYTES = 128;

    private UnsafeMemory() {}

    static byte getByte(long address) {
        return UNSAFE.getByte(address);
    }

    static void putByte(long address, byte value) {
        UNSAFE.putByte(address, value);
    }

    static short getShort(long address) {
        return UNSAFE.getShort(address);
    }

    static void putShort(long address, short value) {
        UNSAFE.putShort(address, value);
    }

    static char getChar(long address) {
        return UNSAFE.getChar(address);
    }

    static void putChar(long address, char value) {
        UNSAFE.putChar(address, value);
    }

    static int getInt(long address) {
        return UNSAFE.getInt(address);
    }

    static void putInt(long address, int value) {
        UNSAFE.putInt(address, value);
    }

    static long getLong(long address) {
        return UNSAFE.getLong(address);
    }

    static void putLong(long address, long value) {
        UNSAFE.putLong(address, value);
    }

    static float getFloat(long address) {
        return UNSAFE.getFloat(address);
    }

    static void putFloat(long address, float value) {
        UNSAFE.putFloat(address, value);
    }

    static double getDouble(long address) {
        return UNSAFE.getDouble(address);
    }

    static void putDouble(long address, double value) {
        UNSAFE.putDouble(address, value);
    }

    static int getIntVolatile(long address) {
        return UNSAFE.getIntVolatile(null, address);
    }

    static void putIntRelease(long address, int value) {
        UNSAFE.putOrderedInt(null, address, value);
    }

    static int getAndAddInt(long address, int delta) {
        return UNSAFE.getAndAddInt(null, address, delta);
    }

    static boolean compareAndSetInt(long address, int expected, int value) {
        return UNSAFE.compareAndSwapInt(null, address, expected, value);
    }

    static long getLongVolatile(long address) {
        return UNSAFE.getLongVolatile(null, address);
    }

    static void putLongRelease(long address, long value) {
        UNSAFE.putOrderedLong(null, address, value);
    }

    static long getAndAddLong(long address, long delta) {
        return UNSAFE.getAndAddLong(null, address, delta);
    }

    static boolean compareAndSetLong(long address, long expected, long value) {
        return UNSAFE.compareAndSwapLong(null, address, expected, value);
    }

    static void copy(long from, long to, long lengthBytes) {
        UNSAFE.copyMemory(from, to, lengthBytes);
    }

    static void copyFrom(byte[] source, int sourceOffset, long to, int lengthBytes) {
        UNSAFE.copyMemory(source, BYTE_ARRAY_BASE + sourceOffset, null, to, lengthBytes);
    }

    static void copyTo(long from, byte[] target, int targetOffset, int lengthBytes) {
        UNSAFE.copyMemory(null, from, target, BYTE_ARRAY_BASE + targetOffset, lengthBytes);
    }

    static void copyElementsFrom(Object source, long to, int lengthBytes) {
        final long base = elementBase(source);
        if (lengthBytes > SHORT_BYTES || (lengthBytes & (Long.BYTES - 1)) != 0) {
            UNSAFE.copyMemory(source, base, null, to, lengthBytes);
            return;
        }
        for (int done = 0; done < lengthBytes; done += Long.BYTES) {
            UNSAFE.putLong(to + done, UNSAFE.getLong(source, base + done));
        }
    }

    static void copyElementsTo(long from, Object target, int lengthBytes) {
        final long base = elementBase(target);
        if (lengthBytes > SHORT_BYTES || (lengthBytes & (Long.BYTES - 1)) != 0) {
            UNSAFE.copyMemory(null, from, target, base, lengthBytes);
            return;
        }
        for (int done = 0; done < lengthBytes; done += Long.BYTES) {
            UNSAFE.putLong(target, base + done, UNSAFE.getLong(from + done));
        }
    }

    /** Where the class of the array is known to the JIT, so is this. */
    private static long elementBase(Object array) {
        if (array instanceof long[]) {
            return Unsafe.ARRAY_LONG_BASE_OFFSET;
        } else if (array instanceof double[]) {
            return Unsafe.ARRAY_DOUBLE_BASE_OFFSET;
        } else if (array instanceof int[]) {
            return Unsafe.ARRAY_INT_BASE_OFFSET;
        } else if (array instanceof float[]) {
            return Unsafe.ARRAY_FLOAT_BASE_OFFSET;
        } else if (array instanceof short[]) {
            return Unsafe.ARRAY_SHORT_BASE_OFFSET;
        } else if (array instanceof char[]) {
            return Unsafe.ARRAY_CHAR_BASE_OFFSET;
        } else if (array instanceof byte[]) {
            return BYTE_ARRAY_BASE;
        }
        throw noNumbers(array);
    }

    private static IllegalArgumentException noNumbers(Object array) {
        return new IllegalArgumentException(
                "not an array of numbers: class=" + array.getClass().getName());
    }

    static void fill(long address, long lengthBytes, byte value) {
        UNSAFE.setMemory(address, lengthBytes, value);
    }

    static boolean equal(long left, long right, int lengthBytes) {
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

    static long allocateNative(long sizeBytes) {
        return UNSAFE.allocateMemory(sizeBytes);
    }

    static void freeNative(long address) {
        UNSAFE.freeMemory(address);
    }

    private static Unsafe unsafe() {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            Unsafe unsafe = (Unsafe) field.get(null);
            unsafe.freeMemory(unsafe.allocateMemory(Long.BYTES));
            return unsafe;
        } catch (ReflectiveOperationException | UnsupportedOperationException | LinkageError e) {
            throw new MemoryAccessDeniedError(e);
        }
    }
}
