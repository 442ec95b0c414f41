package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FieldKind;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.time.Instant;
import java.util.BitSet;

/**
 * Checks that bytes are the blob of some value: the very bytes that the codec would write for it. Since a blob is also a
 * key, a second form of the same value is as wrong as no value. Immutable; any thread may use it.
 */
final class BlobValidator {
    private final RecordLayout layout;
    private final BitSet padding;

    BlobValidator(RecordLayout layout) {
        this.layout = layout;
        this.padding = Padding.bytes(layout);
    }

    void validate(long address, int lengthBytes) {
        if (lengthBytes < layout.fixedBytes() || lengthBytes % RecordLayout.ALIGNMENT_BYTES != 0) {
            throw new MalformedRecordException(
                    "malformed record: record=" + layout.type().getTypeName() + ": length does not fit: lengthBytes="
                            + lengthBytes + ", fixedBytes=" + layout.fixedBytes());
        }
        for (int at = padding.nextSetBit(0); at >= 0; at = padding.nextSetBit(at + 1)) {
            if (Memory.getByte(address + at) != 0) {
                throw new MalformedRecordException("malformed record: record="
                        + layout.type().getTypeName() + ": padding is not zero: offset=" + at);
            }
        }
        int end = walk(layout, address, address, layout.fixedBytes(), lengthBytes);
        if (end != lengthBytes) {
            throw new MalformedRecordException(
                    "malformed record: record=" + layout.type().getTypeName()
                            + ": bytes behind the last text: lengthBytes=" + lengthBytes + ", expectedBytes=" + end);
        }
    }

    /** Checks the fields of a record, whose texts start at an offset. Returns where they end. */
    private static int walk(RecordLayout layout, long fixed, long base, int textStart, int lengthBytes) {
        int textOffset = textStart;
        for (LayoutField field : layout.fields()) {
            long at = fixed + field.offsetBytes();
            if (field.kind() == FieldKind.RECORD) {
                textOffset = walk(field.nested(), at, base, textOffset, lengthBytes);
            } else if (field.kind() == FieldKind.TEXT) {
                textOffset = checkText(layout, field, at, base, textOffset, lengthBytes);
            } else {
                checkLeaf(layout, field, at);
            }
        }
        return textOffset;
    }

    private static void checkLeaf(RecordLayout layout, LayoutField field, long at) {
        switch (field.kind()) {
            case BOOLEAN -> {
                byte value = Memory.getByte(at);
                check((value & 1) == value, layout, field, "boolean is neither 0 nor 1: byte=", value);
            }
            case ENUM -> {
                int ordinal = Memory.getInt(at);
                boolean isKnown = ordinal >= 0 && ordinal < field.enumConstantCount();
                check(isKnown, layout, field, "enum ordinal out of range: ordinal=", ordinal);
            }
            case INSTANT -> {
                long seconds = Memory.getLong(at);
                int nanos = Memory.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET);
                boolean isInRange = seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond();
                check(isInRange, layout, field, "instant out of range: epochSeconds=", seconds);
                check(nanos >= 0 && nanos < 1_000_000_000, layout, field, "instant out of range: nanos=", nanos);
            }
            case FLOAT -> {
                int bits = Memory.getInt(at);
                boolean isCanonical = Float.floatToIntBits(Float.intBitsToFloat(bits)) == bits;
                check(isCanonical, layout, field, "another NaN than Java's: bits=", bits);
            }
            case DOUBLE -> {
                long bits = Memory.getLong(at);
                boolean isCanonical = Double.doubleToLongBits(Double.longBitsToDouble(bits)) == bits;
                check(isCanonical, layout, field, "another NaN than Java's: bits=", bits);
            }
            case BYTE, SHORT, CHAR, INT, LONG -> {
                // Every bit pattern is a value.
            }
            case TEXT,
                    RECORD,
                    DURATION,
                    LOCAL_DATE,
                    LOCAL_DATE_TIME,
                    UUID,
                    DECIMAL,
                    BYTES,
                    FIXED_TEXT,
                    ARRAY,
                    LIST,
                    MAP,
                    OPTIONAL,
                    UNION -> throw new IllegalStateException("no leaf: kind=" + field.kind());
        }
    }

    private static int checkText(
            RecordLayout layout, LayoutField field, long at, long base, int expectedOffset, int lengthBytes) {
        int offset = Memory.getInt(at);
        int length = Memory.getInt(at + FlatSlots.TEXT_LENGTH_OFFSET);
        check(offset == expectedOffset, layout, field, "text is not where it belongs: offset=", offset);
        check(length >= 0 && length <= lengthBytes - offset, layout, field, "text is out of bounds: length=", length);
        byte[] bytes = new byte[length];
        Memory.copyTo(base + offset, bytes, 0, length);
        check(Utf8.isWellFormed(bytes, 0, length), layout, field, "text is not UTF-8: offset=", offset);
        // In bounds: lengthBytes is a multiple of 8 too.
        int end = offset + RecordLayout.align(length);
        for (int i = offset + length; i < end; i++) {
            check(Memory.getByte(base + i) == 0, layout, field, "padding is not zero: offset=", i);
        }
        return end;
    }

    private static void check(boolean isFine, RecordLayout layout, LayoutField field, String fault, long value) {
        if (!isFine) {
            throw new MalformedRecordException("malformed record: record="
                    + layout.type().getTypeName() + ", component=" + field.name() + ": " + fault + value);
        }
    }
}
