package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * Reads and writes single fields: the leaves of a flat codec, found by name and bound to their offset by
 * {@link FlatAssembly}. The layout of each is drawn at {@link FieldKind}.
 */
final class FlatSlots {
    static final int INSTANT_NANOS_OFFSET = Long.BYTES;
    static final int TEXT_LENGTH_OFFSET = Integer.BYTES;
    /** Of arrays, lists and maps. */
    static final int COUNT_OFFSET = Integer.BYTES;

    static final int DECIMAL_SCALE_OFFSET = 2 * Integer.BYTES;

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

    static Duration getDuration(int offset, long fixed) {
        return Duration.ofSeconds(Memory.getLong(fixed + offset), Memory.getInt(fixed + offset + INSTANT_NANOS_OFFSET));
    }

    static void putDuration(int offset, Duration value, long fixed) {
        Memory.putLong(fixed + offset, value.getSeconds());
        Memory.putInt(fixed + offset + INSTANT_NANOS_OFFSET, value.getNano());
    }

    static LocalDate getLocalDate(int offset, long fixed) {
        return LocalDate.ofEpochDay(Memory.getLong(fixed + offset));
    }

    static void putLocalDate(int offset, LocalDate value, long fixed) {
        Memory.putLong(fixed + offset, value.toEpochDay());
    }

    static LocalDateTime getLocalDateTime(int offset, long fixed) {
        return LocalDateTime.ofEpochSecond(
                Memory.getLong(fixed + offset), Memory.getInt(fixed + offset + INSTANT_NANOS_OFFSET), ZoneOffset.UTC);
    }

    @SuppressWarnings("JavaLocalDateTimeGetNano") // The seconds are in the other number.
    static void putLocalDateTime(int offset, LocalDateTime value, long fixed) {
        Memory.putLong(fixed + offset, value.toEpochSecond(ZoneOffset.UTC));
        Memory.putInt(fixed + offset + INSTANT_NANOS_OFFSET, value.getNano());
    }

    static UUID getUuid(int offset, long fixed) {
        return new UUID(Memory.getLong(fixed + offset), Memory.getLong(fixed + offset + Long.BYTES));
    }

    static void putUuid(int offset, UUID value, long fixed) {
        Memory.putLong(fixed + offset, value.getMostSignificantBits());
        Memory.putLong(fixed + offset + Long.BYTES, value.getLeastSignificantBits());
    }

    static BigDecimal getDecimal(int offset, long fixed, long base) {
        final byte[] unscaled = FlatArrays.getBytes(offset, fixed, base);
        return new BigDecimal(new BigInteger(unscaled), Memory.getInt(fixed + offset + DECIMAL_SCALE_OFFSET));
    }

    static long putDecimal(int offset, BigDecimal value, long fixed, long base, long variable) {
        Memory.putInt(fixed + offset + DECIMAL_SCALE_OFFSET, value.scale());
        return FlatArrays.putBytes(offset, value.unscaledValue().toByteArray(), fixed, base, variable);
    }

    /** What a decimal takes in the variable part. */
    static int decimalBytes(BigDecimal value) {
        final int length = value.unscaledValue().bitLength() / Byte.SIZE + 1;
        if (length > RecordLayout.MAX_DECIMAL_BYTES) {
            throw new IllegalArgumentException("decimal has too many digits: precision=" + value.precision()
                    + ", unscaledBytes=" + length + ", limitBytes=" + RecordLayout.MAX_DECIMAL_BYTES + "; round it");
        }
        return RecordLayout.align(length);
    }

    static String getFixedText(int offset, int lengthOffset, TextCache texts, long fixed) {
        return texts.read(fixed + offset, Memory.getChar(fixed + offset + lengthOffset));
    }

    static void putFixedText(int offset, FlatPlace place, int maxBytes, String value, long fixed) {
        final int length = Utf8.lengthBytes(value);
        if (length > maxBytes) {
            throw tooLong(place, length, maxBytes);
        }
        final long text = fixed + offset;
        final long lengthAt = text + RecordLayout.align(maxBytes);
        zero(text, lengthAt);
        Utf8.writePadded(value, text);
        Memory.putChar(lengthAt, (char) length);
    }

    /** The start of a slot. */
    static long at(int offset, long fixed) {
        return fixed + offset;
    }

    /** Fills in the slot of a text or collection that lies in the variable part. */
    static void putReference(long slot, long base, long variable, int count) {
        Memory.putInt(slot, (int) (variable - base));
        Memory.putInt(slot + COUNT_OFFSET, count);
    }

    /** What the slots of a collection take in the variable part. */
    static int itemBytes(int count, int strideBytes) {
        final long bytes = (long) count * strideBytes;
        if (bytes > Integer.MAX_VALUE - RecordLayout.ALIGNMENT_BYTES) {
            throw tooLarge(bytes);
        }
        return RecordLayout.align((int) bytes);
    }

    /** Fills a stretch with zeros: from an aligned address to any. */
    static void zero(long from, long to) {
        long at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            Memory.putLong(at, 0L);
        }
        for (; at < to; at++) {
            Memory.putByte(at, (byte) 0);
        }
    }

    static int addBytes(int left, int right) {
        int sum = left + right;
        if (sum < 0) {
            throw tooLarge((long) left + right);
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

    private static IllegalArgumentException tooLarge(long sizeBytes) {
        return new IllegalArgumentException("value is too large: sizeBytes=" + sizeBytes + ", limitBytes="
                + Integer.MAX_VALUE + ", maxTextChars=" + FlatCodec.MAX_TEXT_CHARS);
    }

    private static IllegalArgumentException tooLong(FlatPlace place, int lengthBytes, int maxBytes) {
        return new IllegalArgumentException("text is longer than its place: record=" + place.record() + ", component="
                + place.component() + ", lengthBytes=" + lengthBytes + ", limitBytes=" + maxBytes
                + "; shorten it, or raise @FixedUtf8");
    }
}
