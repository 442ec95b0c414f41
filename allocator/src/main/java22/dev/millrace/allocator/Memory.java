package dev.millrace.allocator;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Raw access to memory by address: the one door to it in Millrace.
 *
 * <p>Any thread may call any method; what may be touched when is the business of whoever owns the block. Nothing is
 * checked: an address that no live block covers ends the JVM. Offsets and lengths are in bytes, multi-byte
 * values are in the machine's own order, and aligned where the method says so.
 *
 * <p>This is the class of Java 22 and newer, over one {@code java.lang.foreign} segment that covers every address. Making that
 * segment takes native access, as JNA does. The JVM prints its notice about that once, for whoever of the class path comes
 * first; in the engine that is JNA, which reserves the memory. Where native access is forbidden, everything goes through
 * {@code sun.misc.Unsafe}, with the JVM's warning about that. The choice is made once and is a constant to the JIT.
 *
 * @see MemoryAccessDeniedError
 */
public final class Memory {
    private static final int FIRST_WITH_NOTICE_FOR_ALL = 24;

    /** More than any machine has for programs. */
    private static final long MAX_ADDRESS = Long.MAX_VALUE >>> 1;

    /** Every address, or null where native access is forbidden. */
    private static final @Nullable MemorySegment ALL = everything();

    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle().withInvokeExactBehavior();
    private static final VarHandle SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.varHandle().withInvokeExactBehavior();
    private static final VarHandle CHAR =
            ValueLayout.JAVA_CHAR_UNALIGNED.varHandle().withInvokeExactBehavior();
    private static final VarHandle INT =
            ValueLayout.JAVA_INT_UNALIGNED.varHandle().withInvokeExactBehavior();
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.varHandle().withInvokeExactBehavior();
    private static final VarHandle FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.varHandle().withInvokeExactBehavior();
    private static final VarHandle DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.varHandle().withInvokeExactBehavior();
    private static final VarHandle ALIGNED_INT =
            ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
    private static final VarHandle ALIGNED_LONG =
            ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private Memory() {}

    public static byte getByte(long address) {
        return ALL != null ? (byte) BYTE.get(ALL, at(address)) : UnsafeMemory.getByte(address);
    }

    public static void putByte(long address, byte value) {
        if (ALL != null) {
            BYTE.set(ALL, at(address), value);
        } else {
            UnsafeMemory.putByte(address, value);
        }
    }

    public static short getShort(long address) {
        return ALL != null ? (short) SHORT.get(ALL, at(address)) : UnsafeMemory.getShort(address);
    }

    public static void putShort(long address, short value) {
        if (ALL != null) {
            SHORT.set(ALL, at(address), value);
        } else {
            UnsafeMemory.putShort(address, value);
        }
    }

    public static char getChar(long address) {
        return ALL != null ? (char) CHAR.get(ALL, at(address)) : UnsafeMemory.getChar(address);
    }

    public static void putChar(long address, char value) {
        if (ALL != null) {
            CHAR.set(ALL, at(address), value);
        } else {
            UnsafeMemory.putChar(address, value);
        }
    }

    public static int getInt(long address) {
        return ALL != null ? (int) INT.get(ALL, at(address)) : UnsafeMemory.getInt(address);
    }

    public static void putInt(long address, int value) {
        if (ALL != null) {
            INT.set(ALL, at(address), value);
        } else {
            UnsafeMemory.putInt(address, value);
        }
    }

    public static long getLong(long address) {
        return ALL != null ? (long) LONG.get(ALL, at(address)) : UnsafeMemory.getLong(address);
    }

    public static void putLong(long address, long value) {
        if (ALL != null) {
            LONG.set(ALL, at(address), value);
        } else {
            UnsafeMemory.putLong(address, value);
        }
    }

    public static float getFloat(long address) {
        return ALL != null ? (float) FLOAT.get(ALL, at(address)) : UnsafeMemory.getFloat(address);
    }

    public static void putFloat(long address, float value) {
        if (ALL != null) {
            FLOAT.set(ALL, at(address), value);
        } else {
            UnsafeMemory.putFloat(address, value);
        }
    }

    public static double getDouble(long address) {
        return ALL != null ? (double) DOUBLE.get(ALL, at(address)) : UnsafeMemory.getDouble(address);
    }

    public static void putDouble(long address, double value) {
        if (ALL != null) {
            DOUBLE.set(ALL, at(address), value);
        } else {
            UnsafeMemory.putDouble(address, value);
        }
    }

    /** Reads an aligned int with volatile order (an acquire and more). */
    public static int getIntVolatile(long address) {
        return ALL != null ? (int) ALIGNED_INT.getVolatile(ALL, at(address)) : UnsafeMemory.getIntVolatile(address);
    }

    /** Writes an aligned int with release order: what this thread wrote before is seen by whoever reads it volatile. */
    public static void putIntRelease(long address, int value) {
        if (ALL != null) {
            ALIGNED_INT.setRelease(ALL, at(address), value);
        } else {
            UnsafeMemory.putIntRelease(address, value);
        }
    }

    /** Adds to an aligned int atomically, with volatile order. Returns the value before. */
    public static int getAndAddInt(long address, int delta) {
        return ALL != null
                ? (int) ALIGNED_INT.getAndAdd(ALL, at(address), delta)
                : UnsafeMemory.getAndAddInt(address, delta);
    }

    /** Replaces an aligned int by another if it is the one expected, with volatile order. Says whether it was. */
    public static boolean compareAndSetInt(long address, int expected, int value) {
        return ALL != null
                ? ALIGNED_INT.compareAndSet(ALL, at(address), expected, value)
                : UnsafeMemory.compareAndSetInt(address, expected, value);
    }

    /** Reads an aligned long with volatile order (an acquire and more). */
    public static long getLongVolatile(long address) {
        return ALL != null ? (long) ALIGNED_LONG.getVolatile(ALL, at(address)) : UnsafeMemory.getLongVolatile(address);
    }

    /** Writes an aligned long with release order: what this thread wrote before is seen by whoever reads it volatile. */
    public static void putLongRelease(long address, long value) {
        if (ALL != null) {
            ALIGNED_LONG.setRelease(ALL, at(address), value);
        } else {
            UnsafeMemory.putLongRelease(address, value);
        }
    }

    /** Adds to an aligned long atomically, with volatile order. Returns the value before. */
    public static long getAndAddLong(long address, long delta) {
        return ALL != null
                ? (long) ALIGNED_LONG.getAndAdd(ALL, at(address), delta)
                : UnsafeMemory.getAndAddLong(address, delta);
    }

    /** Replaces an aligned long by another if it is the one expected, with volatile order. Says whether it was. */
    public static boolean compareAndSetLong(long address, long expected, long value) {
        return ALL != null
                ? ALIGNED_LONG.compareAndSet(ALL, at(address), expected, value)
                : UnsafeMemory.compareAndSetLong(address, expected, value);
    }

    /** Copies bytes between two blocks; the ranges may overlap. */
    public static void copy(long from, long to, long lengthBytes) {
        if (ALL != null) {
            MemorySegment.copy(ALL, at(from), ALL, at(to), lengthBytes);
        } else {
            UnsafeMemory.copy(from, to, lengthBytes);
        }
    }

    /** Copies bytes from an array to a block. */
    public static void copyFrom(byte[] source, int sourceOffset, long to, int lengthBytes) {
        if (ALL != null) {
            MemorySegment.copy(source, sourceOffset, ALL, ValueLayout.JAVA_BYTE, at(to), lengthBytes);
        } else {
            UnsafeMemory.copyFrom(source, sourceOffset, to, lengthBytes);
        }
    }

    /** Copies bytes from a block to an array. */
    public static void copyTo(long from, byte[] target, int targetOffset, int lengthBytes) {
        if (ALL != null) {
            MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, at(from), target, targetOffset, lengthBytes);
        } else {
            UnsafeMemory.copyTo(from, target, targetOffset, lengthBytes);
        }
    }

    /**
     * Copies the elements of an array of numbers to a block, in the machine's own order.
     *
     * @param source an array of {@code byte}, {@code short}, {@code char}, {@code int}, {@code long}, {@code float} or {@code double}
     * @param lengthBytes no more than the elements take
     */
    public static void copyElementsFrom(Object source, long to, int lengthBytes) {
        if (ALL != null) {
            final ValueLayout layout = elementOf(source);
            MemorySegment.copy(source, 0, ALL, layout, at(to), (int) (lengthBytes / layout.byteSize()));
        } else {
            UnsafeMemory.copyElementsFrom(source, to, lengthBytes);
        }
    }

    /**
     * Copies the elements of an array of numbers from a block, in the machine's own order.
     *
     * @param target as for {@link #copyElementsFrom}
     * @param lengthBytes no more than the elements take
     */
    public static void copyElementsTo(long from, Object target, int lengthBytes) {
        if (ALL != null) {
            final ValueLayout layout = elementOf(target);
            MemorySegment.copy(ALL, layout, at(from), target, 0, (int) (lengthBytes / layout.byteSize()));
        } else {
            UnsafeMemory.copyElementsTo(from, target, lengthBytes);
        }
    }

    /** Where the class of the array is known to the JIT, so is this. */
    private static ValueLayout elementOf(Object array) {
        if (array instanceof long[]) {
            return ValueLayout.JAVA_LONG_UNALIGNED;
        } else if (array instanceof double[]) {
            return ValueLayout.JAVA_DOUBLE_UNALIGNED;
        } else if (array instanceof int[]) {
            return ValueLayout.JAVA_INT_UNALIGNED;
        } else if (array instanceof float[]) {
            return ValueLayout.JAVA_FLOAT_UNALIGNED;
        } else if (array instanceof short[]) {
            return ValueLayout.JAVA_SHORT_UNALIGNED;
        } else if (array instanceof char[]) {
            return ValueLayout.JAVA_CHAR_UNALIGNED;
        } else if (array instanceof byte[]) {
            return ValueLayout.JAVA_BYTE;
        }
        throw new IllegalArgumentException(
                "not an array of numbers: class=" + array.getClass().getName());
    }

    /** Sets every byte of a range to one value. */
    public static void fill(long address, long lengthBytes, byte value) {
        if (ALL != null) {
            ALL.asSlice(at(address), lengthBytes).fill(value);
        } else {
            UnsafeMemory.fill(address, lengthBytes, value);
        }
    }

    /** Says whether two ranges hold the same bytes. */
    public static boolean equal(long left, long right, int lengthBytes) {
        int at = 0;
        for (; at + Long.BYTES <= lengthBytes; at += Long.BYTES) {
            if (getLong(left + at) != getLong(right + at)) {
                return false;
            }
        }
        for (; at < lengthBytes; at++) {
            if (getByte(left + at) != getByte(right + at)) {
                return false;
            }
        }
        return true;
    }

    /** What memory is reached by, for reports: {@code sun.misc.Unsafe} or {@code java.lang.foreign}. */
    public static String mechanism() {
        return ALL != null ? "java.lang.foreign" : UnsafeMemory.NAME;
    }

    /** Takes memory from the JVM's native heap: the last resort where no range can be reserved. */
    static long allocateNative(long sizeBytes) {
        return ALL != null ? NativeHeap.allocate(sizeBytes) : UnsafeMemory.allocateNative(sizeBytes);
    }

    /** Gives back what {@link #allocateNative} gave. */
    static void freeNative(long address) {
        if (ALL != null) {
            NativeHeap.free(address);
        } else {
            UnsafeMemory.freeNative(address);
        }
    }

    /**
     * The address, as a number that the JIT knows to lie inside the segment: an {@code and} in place of a compare and a branch
     * with a way out. Without it, methods with many accesses grow past what the JIT inlines, and what they return is garbage.
     */
    private static long at(long address) {
        return address & MAX_ADDRESS;
    }

    /**
     * Before Java 24 this would print the notice, and {@code sun.misc.Unsafe} prints none; from then on it is the other way
     * round, for JNA was here first.
     */
    @SuppressWarnings("restricted")
    private static @Nullable MemorySegment everything() {
        if (!Memory.class.getModule().isNativeAccessEnabled()
                && Runtime.version().feature() < FIRST_WITH_NOTICE_FOR_ALL) {
            return null;
        }
        try {
            return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
        } catch (IllegalCallerException e) {
            return null;
        }
    }
}
