package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FieldType;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.IdentityHashMap;

/**
 * One walk of a {@link BlobValidator} over a value, in the order in which the codec writes it: so each item of the variable
 * part has one place where it may lie, and no byte is looked at twice. Used once, by one thread.
 */
final class BlobWalk {
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private final IdentityHashMap<RecordLayout, int[]> padding;
    private final String recordName;
    private final long base;
    private final int limitOffset;

    /** Where the next item must lie. */
    private int variableOffset;

    private String component = "value";

    BlobWalk(
            IdentityHashMap<RecordLayout, int[]> padding,
            String recordName,
            long base,
            int variableOffset,
            int limitOffset) {
        this.padding = padding;
        this.recordName = recordName;
        this.base = base;
        this.variableOffset = variableOffset;
        this.limitOffset = limitOffset;
    }

    /** Where the last item ended. */
    int variableOffset() {
        return variableOffset;
    }

    /** Checks a record that is the outermost one in its slot. */
    void record(RecordLayout layout, long fixed) {
        for (int offset : padding.get(layout)) {
            if (Memory.getByte(fixed + offset) != 0) {
                throw new MalformedRecordException("malformed record: record=" + recordName
                        + ": padding is not zero: offset=" + offset + ", type=" + layout.typeName());
            }
        }
        fields(layout, fixed);
    }

    private void fields(RecordLayout layout, long fixed) {
        for (LayoutField field : layout.fields()) {
            component = field.name();
            value(field.fieldType(), fixed + field.offsetBytes());
        }
    }

    /** Checks what lies in a slot of its own: a list's element, the value of an optional one. */
    private void slot(FieldType type, long at) {
        if (type instanceof FieldType.RecordOf record) {
            record(record.layout(), at);
        } else {
            value(type, at);
        }
    }

    private void value(FieldType type, long at) {
        switch (type.kind()) {
            case BYTE, SHORT, CHAR, INT, LONG, UUID -> {
                // Every bit pattern is a value.
            }
            case BOOLEAN, FLOAT, DOUBLE -> number(type, at);
            case ENUM -> {
                int ordinal = Memory.getInt(at);
                boolean isKnown = ordinal >= 0 && ordinal < ((FieldType.EnumOf) type).constantCount();
                check(isKnown, "enum ordinal out of range: ordinal=", ordinal);
            }
            case INSTANT -> time("instant", Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond(), at);
            case DURATION -> time("duration", Long.MIN_VALUE, Long.MAX_VALUE, at);
            case LOCAL_DATE_TIME ->
                time(
                        "local time",
                        LocalDateTime.MIN.toEpochSecond(ZoneOffset.UTC),
                        LocalDateTime.MAX.toEpochSecond(ZoneOffset.UTC),
                        at);
            case LOCAL_DATE -> {
                long day = Memory.getLong(at);
                boolean isInRange = day >= LocalDate.MIN.toEpochDay() && day <= LocalDate.MAX.toEpochDay();
                check(isInRange, "date out of range: epochDay=", day);
            }
            case TEXT -> {
                int start = item("text", at, Byte.BYTES);
                int length = Memory.getInt(at + FlatSlots.TEXT_LENGTH_OFFSET);
                check(Utf8.isWellFormed(base + start, length), "text is not UTF-8: offset=", start);
            }
            case FIXED_TEXT -> fixedText((FieldType.FixedText) type, at);
            case BYTES -> item("array", at, Byte.BYTES);
            case DECIMAL -> decimal(at);
            case ARRAY -> array((FieldType.ArrayOf) type, at);
            case LIST -> list((FieldType.ListOf) type, at);
            case MAP -> map((FieldType.MapOf) type, at);
            case OPTIONAL -> optional((FieldType.OptionalOf) type, at);
            case UNION -> union((FieldType.UnionOf) type, at);
            case RECORD -> fields(((FieldType.RecordOf) type).layout(), at);
        }
    }

    private void number(FieldType type, long at) {
        switch (type.kind()) {
            case BOOLEAN -> {
                byte value = Memory.getByte(at);
                check((value & 1) == value, "boolean is neither 0 nor 1: byte=", value);
            }
            case FLOAT -> {
                int bits = Memory.getInt(at);
                boolean isCanonical = Float.floatToIntBits(Float.intBitsToFloat(bits)) == bits;
                check(isCanonical, "another NaN than Java's: bits=", bits);
            }
            case DOUBLE -> {
                long bits = Memory.getLong(at);
                boolean isCanonical = Double.doubleToLongBits(Double.longBitsToDouble(bits)) == bits;
                check(isCanonical, "another NaN than Java's: bits=", bits);
            }
            case BYTE,
                    SHORT,
                    CHAR,
                    INT,
                    LONG,
                    ENUM,
                    INSTANT,
                    TEXT,
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
                    UNION -> {
                // Nothing to check in a number of integers; the others are not asked for.
            }
        }
    }

    private void time(String what, long minSeconds, long maxSeconds, long at) {
        long seconds = Memory.getLong(at);
        int nanos = Memory.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET);
        if (seconds < minSeconds || seconds > maxSeconds) {
            throw fault(what + " out of range: epochSeconds=" + seconds);
        }
        if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
            throw fault(what + " out of range: nanos=" + nanos);
        }
    }

    private void fixedText(FieldType.FixedText type, long at) {
        int length = Memory.getChar(at + type.lengthOffsetBytes());
        check(length <= type.maxBytes(), "text is longer than its place: length=", length);
        check(Utf8.isWellFormed(at, length), "text is not UTF-8: length=", length);
        zeros(at + length, at + type.lengthOffsetBytes());
    }

    private void decimal(long at) {
        int start = item("decimal", at, Byte.BYTES);
        int length = Memory.getInt(at + FlatSlots.COUNT_OFFSET);
        check(length >= 1 && length <= RecordLayout.MAX_DECIMAL_BYTES, "decimal of a wrong length: length=", length);
        byte[] unscaled = new byte[length];
        Memory.copyTo(base + start, unscaled, 0, length);
        boolean isShortest = new BigInteger(unscaled).bitLength() / Byte.SIZE + 1 == length;
        check(isShortest, "decimal is longer than it has to be: length=", length);
    }

    private void array(FieldType.ArrayOf type, long at) {
        int stride = type.element().sizeBytes();
        int start = item("array", at, stride);
        int count = Memory.getInt(at + FlatSlots.COUNT_OFFSET);
        for (int i = 0; i < count; i++) {
            number(type.element(), base + start + (long) i * stride);
        }
    }

    private void list(FieldType.ListOf type, long at) {
        int stride = type.element().strideBytes();
        int size = type.element().sizeBytes();
        int start = item("list", at, stride);
        int count = Memory.getInt(at + FlatSlots.COUNT_OFFSET);
        for (int i = 0; i < count; i++) {
            long element = base + start + (long) i * stride;
            slot(type.element(), element);
            zeros(element + size, element + stride);
        }
    }

    private void map(FieldType.MapOf type, long at) {
        int stride = type.entryStrideBytes();
        int valueOffset = type.valueOffsetBytes();
        int start = item("map", at, stride);
        int count = Memory.getInt(at + FlatSlots.COUNT_OFFSET);
        String name = component;
        for (int i = 0; i < count; i++) {
            long entry = base + start + (long) i * stride;
            slot(type.key(), entry);
            zeros(entry + type.key().sizeBytes(), entry + valueOffset);
            boolean isAscending = i == 0 || FlatOrder.compare(type.key(), entry - stride, base, entry, base) < 0;
            component = name;
            check(isAscending, "keys are not in order: entry=", i);
            slot(type.value(), entry + valueOffset);
            zeros(entry + valueOffset + type.value().sizeBytes(), entry + stride);
        }
    }

    private void optional(FieldType.OptionalOf type, long at) {
        byte presence = Memory.getByte(at + type.presenceOffsetBytes());
        check((presence & 1) == presence, "presence is neither 0 nor 1: byte=", presence);
        if (presence == 1) {
            slot(type.value(), at);
        } else {
            zeros(at, at + type.presenceOffsetBytes());
        }
    }

    private void union(FieldType.UnionOf type, long at) {
        int ordinal = Memory.getInt(at + type.ordinalOffsetBytes());
        boolean isKnown = ordinal >= 0 && ordinal < type.alternatives().size();
        check(isKnown, "alternative out of range: ordinal=", ordinal);
        RecordLayout alternative = type.alternatives().get(ordinal).layout();
        zeros(at + alternative.fixedBytes(), at + type.ordinalOffsetBytes());
        record(alternative, at);
    }

    /**
     * Checks an item of the variable part: that it is where it must be, ends before the limit, and has zeros behind it.
     * Returns its offset.
     */
    private int item(String what, long at, int strideBytes) {
        int offset = Memory.getInt(at);
        int count = Memory.getInt(at + FlatSlots.COUNT_OFFSET);
        if (offset != variableOffset) {
            throw fault(what + " is not where it belongs: offset=" + offset);
        }
        if (count < 0 || (long) count * strideBytes > limitOffset - offset) {
            throw fault(what + " is out of bounds: length=" + count);
        }
        // In bounds: the limit is a multiple of 8 too.
        int end = offset + count * strideBytes;
        variableOffset = RecordLayout.align(end);
        zeros(base + end, base + variableOffset);
        return offset;
    }

    private void zeros(long from, long to) {
        for (long at = from; at < to; at++) {
            check(Memory.getByte(at) == 0, "padding is not zero: offset=", at - base);
        }
    }

    private void check(boolean isFine, String fault, long value) {
        if (!isFine) {
            throw fault(fault + value);
        }
    }

    private MalformedRecordException fault(String fault) {
        return new MalformedRecordException(
                "malformed record: record=" + recordName + ", component=" + component + ": " + fault);
    }
}
