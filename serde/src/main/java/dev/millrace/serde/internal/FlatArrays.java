package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.RecordLayout;
import java.lang.reflect.Array;

/**
 * Reads and writes arrays of primitives: leaves of a flat codec, as in {@link FlatSlots}. Elements are copied as they lie in the
 * array. What handles several kinds is bound to arrays of one class in each codec, so that the JIT knows it.
 */
final class FlatArrays {
    private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    private static final long LONG_INFINITY = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);

    private FlatArrays() {}

    /** What an array takes in the variable part. */
    static int arrayBytes(int elementBytes, Object array) {
        return FlatSlots.itemBytes(Array.getLength(array), elementBytes);
    }

    static byte[] getBytes(int offset, long fixed, long base) {
        final byte[] values = new byte[count(offset, fixed)];
        Memory.copyTo(start(offset, fixed, base), values, 0, values.length);
        return values;
    }

    static long putBytes(int offset, byte[] values, long fixed, long base, long variable) {
        final long end = begin(offset, values.length, Byte.BYTES, fixed, base, variable);
        Memory.copyFrom(values, 0, variable, values.length);
        return end;
    }

    static boolean[] getBooleans(int offset, long fixed, long base) {
        final boolean[] values = new boolean[count(offset, fixed)];
        final long at = start(offset, fixed, base);
        for (int i = 0; i < values.length; i++) {
            values[i] = Memory.getByte(at + i) != 0;
        }
        return values;
    }

    static long putBooleans(int offset, boolean[] values, long fixed, long base, long variable) {
        final long end = begin(offset, values.length, Byte.BYTES, fixed, base, variable);
        for (int i = 0; i < values.length; i++) {
            Memory.putByte(variable + i, (byte) (values[i] ? 1 : 0));
        }
        return end;
    }

    /** An array of {@code short}, {@code char}, {@code int}, {@code long}, {@code float} or {@code double}. */
    static Object getNumbers(Class<?> element, int elementBytes, int offset, long fixed, long base) {
        final int count = count(offset, fixed);
        final Object values = Array.newInstance(element, count);
        Memory.copyElementsTo(start(offset, fixed, base), values, count * elementBytes);
        return values;
    }

    /** An array of {@code short}, {@code char}, {@code int} or {@code long}. */
    static long putNumbers(int elementBytes, int offset, Object values, long fixed, long base, long variable) {
        final int count = Array.getLength(values);
        final long end = begin(offset, count, elementBytes, fixed, base, variable);
        Memory.copyElementsFrom(values, variable, count * elementBytes);
        return end;
    }

    /** Every NaN becomes the one NaN, as in {@link FlatSlots#putFloat}: all at once, if there was one. */
    static long putFloats(int offset, float[] values, long fixed, long base, long variable) {
        final long end = begin(offset, values.length, Float.BYTES, fixed, base, variable);
        int found = 0;
        for (int i = 0; i < values.length; i++) {
            final int bits = Float.floatToRawIntBits(values[i]);
            Memory.putInt(variable + (long) i * Float.BYTES, bits);
            // Below zero for what lies beyond infinity.
            found |= INFINITY - (bits & Integer.MAX_VALUE);
        }
        if (found < 0) {
            for (int i = 0; i < values.length; i++) {
                Memory.putInt(variable + (long) i * Float.BYTES, Float.floatToIntBits(values[i]));
            }
        }
        return end;
    }

    /** Every NaN becomes the one NaN, as in {@link FlatSlots#putDouble}: all at once, if there was one. */
    static long putDoubles(int offset, double[] values, long fixed, long base, long variable) {
        final long end = begin(offset, values.length, Double.BYTES, fixed, base, variable);
        long found = 0;
        for (int i = 0; i < values.length; i++) {
            final long bits = Double.doubleToRawLongBits(values[i]);
            Memory.putLong(variable + (long) i * Double.BYTES, bits);
            found |= LONG_INFINITY - (bits & Long.MAX_VALUE);
        }
        if (found < 0) {
            for (int i = 0; i < values.length; i++) {
                Memory.putLong(variable + (long) i * Double.BYTES, Double.doubleToLongBits(values[i]));
            }
        }
        return end;
    }

    private static int count(int offset, long fixed) {
        return Memory.getInt(fixed + offset + FlatSlots.COUNT_OFFSET);
    }

    private static long start(int offset, long fixed, long base) {
        return base + Memory.getInt(fixed + offset);
    }

    /** Fills in the slot, and zeros behind the last element. Returns where the variable part goes on. */
    private static long begin(int offset, int count, int elementBytes, long fixed, long base, long variable) {
        FlatSlots.putReference(fixed + offset, base, variable, count);
        final long end = variable + FlatSlots.itemBytes(count, elementBytes);
        if (elementBytes != Long.BYTES && end != variable) {
            Memory.putLong(end - RecordLayout.ALIGNMENT_BYTES, 0L);
        }
        return end;
    }
}
