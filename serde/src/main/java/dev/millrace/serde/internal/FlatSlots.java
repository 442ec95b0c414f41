package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.time.Instant;

/**
 * Reads and writes single fields: the leaves of a flat codec, found by name and bound to their offset by
 * {@link FlatAssembly}. The layout of each is drawn at {@link FieldKind}.
 */
final class FlatSlots {
    static final int INSTANT_NANOS_OFFSET = Long.BYTES;
    static final int TEXT_LENGTH_OFFSET = Integer.BYTES;

    private FlatSlots() {}

    static boolean getBoolean(int offset, long fixed) {
        return Memory.getByte(fixed + offset) != 0;
    }

    static void putBoolean(int offset, boolean value, long fixed) {
        Memory.putByte(fixed + offset, (byte) (value ? 1 : 0));
    }

    static byte getByte(int offset, long fixed) {
        return Memory.getByte(fixed + offset);
    }

    static void putByte(int offset, byte value, long fixed) {
        Memory.putByte(fixed + offset, value);
    }

    static short getShort(int offset, long fixed) {
        return Memory.getShort(fixed + offset);
    }

    static void putShort(int offset, short value, long fixed) {
        Memory.putShort(fixed + offset, value);
    }

    static char getChar(int offset, long fixed) {
        return Memory.getChar(fixed + offset);
    }

    static void putChar(int offset, char value, long fixed) {
        Memory.putChar(fixed + offset, value);
    }

    static int getInt(int offset, long fixed) {
        return Memory.getInt(fixed + offset);
    }

    static void putInt(int offset, int value, long fixed) {
        Memory.putInt(fixed + offset, value);
    }

    static long getLong(int offset, long fixed) {
        return Memory.getLong(fixed + offset);
    }

    static void putLong(int offset, long value, long fixed) {
        Memory.putLong(fixed + offset, value);
    }

    static float getFloat(int offset, long fixed) {
        return Memory.getFloat(fixed + offset);
    }

    /** Every NaN becomes the one NaN: they are equal to a record, so their bytes must be. */
    static void putFloat(int offset, float value, long fixed) {
        Memory.putInt(fixed + offset, Float.floatToIntBits(value));
    }

    static double getDouble(int offset, long fixed) {
        return Memory.getDouble(fixed + offset);
    }

    /** Every NaN becomes the one NaN: they are equal to a record, so their bytes must be. */
    static void putDouble(int offset, double value, long fixed) {
        Memory.putLong(fixed + offset, Double.doubleToLongBits(value));
    }

    static Object getEnum(int offset, Object[] constants, long fixed) {
        int ordinal = Memory.getInt(fixed + offset);
        if (ordinal < 0 || ordinal >= constants.length) {
            throw unknownOrdinal(ordinal, constants);
        }
        return constants[ordinal];
    }

    static void putEnum(int offset, Enum<?> value, long fixed) {
        Memory.putInt(fixed + offset, value.ordinal());
    }

    static Instant getInstant(int offset, long fixed) {
        return Instant.ofEpochSecond(
                Memory.getLong(fixed + offset), Memory.getInt(fixed + offset + INSTANT_NANOS_OFFSET));
    }

    static void putInstant(int offset, Instant value, long fixed) {
        Memory.putLong(fixed + offset, value.getEpochSecond());
        Memory.putInt(fixed + offset + INSTANT_NANOS_OFFSET, value.getNano());
    }

    static String getText(int offset, TextCache texts, long fixed, long base) {
        return texts.read(base + Memory.getInt(fixed + offset), Memory.getInt(fixed + offset + TEXT_LENGTH_OFFSET));
    }

    static long putText(int offset, String value, long fixed, long base, long variable) {
        int length = Utf8.writePadded(value, variable);
        Memory.putInt(fixed + offset, (int) (variable - base));
        Memory.putInt(fixed + offset + TEXT_LENGTH_OFFSET, length);
        return variable + RecordLayout.align(length);
    }

    /** What a text takes in the variable part. */
    static int textBytes(String value) {
        return RecordLayout.align(Utf8.lengthBytes(value));
    }

    static int addBytes(int left, int right) {
        int sum = left + right;
        if (sum < 0) {
            throw new IllegalArgumentException("value is too large: sizeBytes=" + ((long) left + right)
                    + ", limitBytes=" + Integer.MAX_VALUE + ", maxTextChars=" + FlatCodec.MAX_TEXT_CHARS);
        }
        return sum;
    }

    static void zeroWord(int offset, long fixed) {
        Memory.putLong(fixed + offset, 0L);
    }

    private static MalformedRecordException unknownOrdinal(int ordinal, Object[] constants) {
        return new MalformedRecordException("malformed record: enum ordinal out of range: ordinal=" + ordinal
                + ", constantCount=" + constants.length);
    }
}
