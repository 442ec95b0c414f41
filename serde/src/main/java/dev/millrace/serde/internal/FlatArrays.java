package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.RecordLayout;
import java.lang.reflect.Array;

/** Reads and writes arrays of primitives: leaves of a flat codec, as in {@link FlatSlots}. */
final class FlatArrays {
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

    static short[] getShorts(int offset, long fixed, long base) {
        final short[] values = new short[count(offset, fixed)];
        final long at = start(offset, fixed, base);
        for (int i = 0; i < values.length; i++) {
            values[i] = Memory.getShort(at + (long) i * Short.BYTES);
        }
        return values;
    }

    static long putShorts(int offset, short[] values, long fixed, long base, long variable) {
        final long end = begin(offset, values.length, Short.BYTES, fixed, base, variable);
        for (int i = 0; i < values.length; i++) {
            Memory.putShort(variable + (long) i * Short.BYTES, values[i]);
        }
        return end;
    }

    static char[] getChars(int offset, long fixed, long base) {
        final char[] values = new char[count(offset, fixed)];
        final long at = start(offset, fixed, base);
        for (int i = 0; i < values.length; i++) {
            values[i] = Memory.getChar(at + (long) i * Character.BYTES);
        }
        return values;
    }

    static long putChars(int offset, char[] values, long fixed, long base, long variable) {
        final long end = begin(offset, values.length, Character.BYTES, fixed, base, variable);
        for (int i = 0; i < values.length; i++) {
            Memory.putChar(variable + (long) i * Character.BYTES, values[i]);
        }
        return end;
    }

    static int[] getInts(int offset, long fixed, long base) {
        final int[] values = new int[count(offset, fixed)];
        final long at = start(offset, fixed, base);
        for (int i = 0; i < values.length; i++) {
            values[i] = Memory.getInt(at + (long) i * Integer.BYTES);
        }
        return values;
    }

    static long putInts(int offset, int[] values, long fixed, long base, long variable) {
        final long end = begin(offset, values.length, Integer.BYTES, fixed, base, variable);
        for (int i = 0; i < values.length; i++) {
            Memory.putInt(variable + (long) i * Integer.BYTES, values[i]);
        }
        return end;
    }

    static long[] getLongs(int offset, long fixed, long base) {
        final long[] values = new long[count(offset, fixed)];
        final long at = start(offset, fixed, base);
        for (int i = 0; i < values.length; i++) {
            values[i] = Memory.getLong(at + (long) i * Long.BYTES);
        }
        return values;
    }

    static long putLongs(int offset, long[] values, long fixed, long base, long variable) {
        final long end = begin(offset, values.length, Long.BYTES, fixed, base, variable);
        for (int i = 0; i < values.length; i++) {
            Memory.putLong(variable + (long) i * Long.BYTES, values[i]);
        }
        return end;
    }

    static float[] getFloats(int offset, long fixed, long base) {
        final float[] values = new float[count(offset, fixed)];
        final long at = start(offset, fixed, base);
        for (int i = 0; i < values.length; i++) {
            values[i] = Memory.getFloat(at + (long) i * Float.BYTES);
        }
        return values;
    }

    static long putFloats(int offset, float[] values, long fixed, long base, long variable) {
        final long end = begin(offset, values.length, Float.BYTES, fixed, base, variable);
        for (int i = 0; i < values.length; i++) {
            Memory.putInt(variable + (long) i * Float.BYTES, Float.floatToIntBits(values[i]));
        }
        return end;
    }

    static double[] getDoubles(int offset, long fixed, long base) {
        final double[] values = new double[count(offset, fixed)];
        final long at = start(offset, fixed, base);
        for (int i = 0; i < values.length; i++) {
            values[i] = Memory.getDouble(at + (long) i * Double.BYTES);
        }
        return values;
    }

    static long putDoubles(int offset, double[] values, long fixed, long base, long variable) {
        final long end = begin(offset, values.length, Double.BYTES, fixed, base, variable);
        for (int i = 0; i < values.length; i++) {
            Memory.putLong(variable + (long) i * Double.BYTES, Double.doubleToLongBits(values[i]));
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
        if (end != variable) {
            Memory.putLong(end - RecordLayout.ALIGNMENT_BYTES, 0L);
        }
        return end;
    }
}
