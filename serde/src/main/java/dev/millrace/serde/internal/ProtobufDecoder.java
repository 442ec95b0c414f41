package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.SchemaType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads Protobuf messages into blobs: of the type that they were written with, into the type that is wanted. Slots are filled
 * as fields come, then {@link BlobAssembly} brings what lies outside of slots into its order. Used by one thread at a time.
 */
public final class ProtobufDecoder {
    private static final int MAX_NANOS = 999_999_999;
    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final long MIN_DATE_TIME_SECOND = LocalDateTime.MIN.toEpochSecond(ZoneOffset.UTC);
    private static final long MAX_DATE_TIME_SECOND = LocalDateTime.MAX.toEpochSecond(ZoneOffset.UTC);

    private final String name;
    private final int fixedBytes;
    private final ReadStep root;
    private final WireInput in = new WireInput();
    private final BlobDraft draft;
    private final BlobAssembly assembly;

    /**
     * @param stored what messages are written with
     * @param wanted what blobs are to be; the stored type, or one that {@code SchemaEvolution} has found to fit
     * @param limitBytes the largest blob, beyond its fixed part
     */
    public ProtobufDecoder(SchemaType stored, SchemaType wanted, int limitBytes) {
        this.name = wanted.name();
        this.fixedBytes = wanted.sizeBytes();
        SlotTemplates templates = new SlotTemplates();
        this.root = ReadStep.root(stored, wanted, templates);
        this.draft = new BlobDraft(fixedBytes, limitBytes);
        this.assembly = new BlobAssembly(wanted, templates.constants(), limitBytes);
    }

    /** Reads a message from an array. Returns the size of the blob. */
    public int decode(byte[] source, int offset, int lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, source.length);
        in.open(source, offset, lengthBytes);
        return decode(lengthBytes);
    }

    /** Reads a message from memory. Returns the size of the blob. */
    public int decode(long address, int lengthBytes) {
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("length is below zero: lengthBytes=" + lengthBytes);
        }
        in.open(address, lengthBytes);
        return decode(lengthBytes);
    }

    private int decode(int lengthBytes) {
        draft.begin(fixedBytes, root.template);
        try {
            record(root, 0);
            return assembly.assemble(draft, in.bytes());
        } catch (MalformedRecordException e) {
            throw new MalformedRecordException(
                    "malformed message: record=" + name + ", messageBytes=" + lengthBytes + ": " + e.getMessage(), e);
        } finally {
            in.close();
        }
    }

    /** Copies the blob that was read last. */
    public void copyTo(long address) {
        ShortCopy.toMemory(assembly.bytes(), 0, address, assembly.sizeBytes());
    }

    /** The blob that was read last, as an array of its own. */
    public byte[] toBytes() {
        return Arrays.copyOf(assembly.bytes(), assembly.sizeBytes());
    }

    private void record(ReadStep record, int at) {
        final ReadStep[] fields = record.parts;
        int index = 0;
        while (in.hasRemaining()) {
            final int tag = in.tag();
            // Fields come in the order of their numbers as a rule, lists many times.
            int found = index;
            if (found >= fields.length || fields[found].tag != tag) {
                found++;
                if (found >= fields.length || fields[found].tag != tag) {
                    found = find(fields, Wire.numberOf(tag));
                }
            }
            if (found < 0) {
                in.skip(tag);
            } else {
                index = found;
                final ReadStep field = fields[found];
                value(field, at + field.offset, Wire.typeOf(tag));
            }
        }
    }

    /** The place of a number among those of the fields; below zero if there is none. */
    private static int find(ReadStep[] fields, int number) {
        int low = 0;
        int high = fields.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int there = Wire.numberOf(fields[middle].tag);
            if (there == number) {
                return middle;
            } else if (there < number) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private void value(ReadStep step, int at, int wireType) {
        switch (step.kind) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, ENUM, LOCAL_DATE -> {
                expect(step, Wire.VARINT, wireType);
                put(step, at, in.varint());
            }
            case FLOAT -> {
                expect(step, Wire.FIXED32, wireType);
                putFloat(step, at, in.fixed32());
            }
            case DOUBLE -> {
                expect(step, Wire.FIXED64, wireType);
                draft.putLong(at, Double.doubleToLongBits(Double.longBitsToDouble(in.fixed64())));
            }
            case ARRAY, LIST, MAP, OPTIONAL -> {
                if (step.isWrapped) {
                    expect(step, Wire.DELIMITED, wireType);
                    int outer = in.enter();
                    wrapped(step.parts[0], at);
                    in.leave(outer);
                } else {
                    parts(step, at, wireType);
                }
            }
            case TEXT, BYTES, FIXED_TEXT, UUID -> {
                expect(step, Wire.DELIMITED, wireType);
                bytes(step, at);
            }
            case INSTANT, RECORD, DURATION, LOCAL_DATE_TIME, DECIMAL, UNION -> {
                expect(step, Wire.DELIMITED, wireType);
                int outer = in.enter();
                message(step, at);
                in.leave(outer);
            }
        }
    }

    private void message(ReadStep step, int at) {
        switch (step.kind) {
            case RECORD -> record(step, at);
            case UNION -> union(step, at);
            case DECIMAL -> decimal(step, at);
            default -> time(step, at);
        }
    }

    private static void expect(ReadStep step, int expected, int found) {
        if (expected != found) {
            throw fault(step, "the field has another type: wireType=", found);
        }
    }

    private static MalformedRecordException fault(ReadStep step, String fault, long value) {
        return new MalformedRecordException("component=" + step.name + ": " + fault + value);
    }

    private static void check(boolean isFine, ReadStep step, String fault, long value) {
        if (!isFine) {
            throw fault(step, fault, value);
        }
    }

    /** A number that came as a varint. It has to fit what it was written from, and goes into what it is wanted as. */
    private void put(ReadStep step, int at, long read) {
        long value = read;
        switch (step.kind) {
            case BOOLEAN -> value = read != 0 ? 1 : 0;
            case BYTE -> check((byte) read == read, step, "value does not fit a byte: value=", read);
            case SHORT -> check((short) read == read, step, "value does not fit a short: value=", read);
            case CHAR -> check((char) read == read, step, "value does not fit a char: value=", read);
            // Of a number that is too long the low bits count, as with every reader of Protobuf.
            case INT -> value = (int) read;
            case ENUM -> value = ordinal(step, (int) read);
            case LOCAL_DATE ->
                check(
                        read >= LocalDate.MIN.toEpochDay() && read <= LocalDate.MAX.toEpochDay(),
                        step,
                        "date out of range: epochDay=",
                        read);
            default -> {}
        }
        switch (step.target) {
            case BOOLEAN, BYTE -> draft.putByte(at, (int) value);
            case SHORT, CHAR -> draft.putShort(at, (int) value);
            case INT, ENUM -> draft.putInt(at, (int) value);
            case LONG, LOCAL_DATE -> draft.putLong(at, value);
            case FLOAT -> draft.putInt(at, Float.floatToIntBits((float) value));
            case DOUBLE -> draft.putLong(at, Double.doubleToLongBits((double) value));
            default -> throw fault(step, "no number is wanted: value=", value);
        }
    }

    private static int ordinal(ReadStep step, int number) {
        check(number >= 0 && number < step.constantCount, step, "unknown enum number: number=", number);
        return step.ordinals == null ? number : step.ordinals[number];
    }

    private void putFloat(ReadStep step, int at, int bits) {
        float value = Float.intBitsToFloat(bits);
        if (step.target == FieldKind.FLOAT) {
            draft.putInt(at, Float.floatToIntBits(value));
        } else {
            draft.putLong(at, Double.doubleToLongBits(value));
        }
    }

    private void bytes(ReadStep step, int at) {
        int length = in.length();
        int start = in.take(length);
        byte[] source = in.bytes();
        switch (step.kind) {
            case UUID -> {
                boolean isWhole = length == Wire.UUID_BYTES;
                check(isWhole || length == 0, step, "a UUID has 16 bytes: lengthBytes=", length);
                draft.putLong(at, isWhole ? bigEndian64(source, start) : 0);
                draft.putLong(at + Long.BYTES, isWhole ? bigEndian64(source, start + Long.BYTES) : 0);
            }
            case FIXED_TEXT -> {
                checkText(step, source, start, length);
                check(length <= step.maxTextBytes, step, "text is longer than its room: lengthBytes=", length);
                System.arraycopy(source, start, draft.bytes(), at, length);
                Arrays.fill(draft.bytes(), at + length, at + step.inner, (byte) 0);
                draft.putShort(at + step.inner, length);
            }
            default -> {
                if (step.kind == FieldKind.TEXT) {
                    checkText(step, source, start, length);
                }
                draft.putInt(at, start);
                draft.putInt(at + FlatSlots.TEXT_LENGTH_OFFSET, length);
            }
        }
    }

    private static void checkText(ReadStep step, byte[] source, int start, int length) {
        check(Utf8.isWellFormed(source, start, start + length), step, "text is not UTF-8: lengthBytes=", length);
    }

    private static long bigEndian64(byte[] source, int at) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = (value << Byte.SIZE) | (source[at + i] & 0xFF);
        }
        return value;
    }

    /** An instant, a duration or a local date-time. */
    private void time(ReadStep step, int at) {
        long seconds = draft.getLong(at);
        int nanos = draft.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET);
        if (step.kind == FieldKind.DURATION && seconds < 0 && nanos > 0) {
            seconds++;
            nanos -= NANOS_PER_SECOND;
        }
        while (in.hasRemaining()) {
            int tag = in.tag();
            switch (Wire.numberOf(tag)) {
                case Wire.FIRST -> {
                    check(Wire.typeOf(tag) == Wire.VARINT, step, "seconds have another wire type: tag=", tag);
                    seconds = in.varint();
                }
                case Wire.SECOND -> {
                    check(Wire.typeOf(tag) == Wire.VARINT, step, "nanos have another wire type: tag=", tag);
                    nanos = (int) in.varint();
                }
                default -> in.skip(tag);
            }
        }
        if (step.kind == FieldKind.DURATION && nanos < 0) {
            check(seconds > Long.MIN_VALUE, step, "duration out of range: seconds=", seconds);
            check(nanos > -NANOS_PER_SECOND && seconds <= 0, step, "duration out of range: nanos=", nanos);
            seconds--;
            nanos += NANOS_PER_SECOND;
        }
        if (step.kind == FieldKind.INSTANT) {
            boolean isInRange = seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond();
            check(isInRange, step, "instant out of range: epochSeconds=", seconds);
        } else if (step.kind == FieldKind.LOCAL_DATE_TIME) {
            boolean isInRange = seconds >= MIN_DATE_TIME_SECOND && seconds <= MAX_DATE_TIME_SECOND;
            check(isInRange, step, "date-time out of range: seconds=", seconds);
        }
        check(nanos >= 0 && nanos <= MAX_NANOS, step, "time out of range: nanos=", nanos);
        draft.putLong(at, seconds);
        draft.putInt(at + FlatSlots.INSTANT_NANOS_OFFSET, nanos);
    }

    private void decimal(ReadStep step, int at) {
        while (in.hasRemaining()) {
            int tag = in.tag();
            switch (Wire.numberOf(tag)) {
                case Wire.FIRST -> {
                    check(Wire.typeOf(tag) == Wire.DELIMITED, step, "value has another wire type: tag=", tag);
                    unscaled(step, at);
                }
                case Wire.SECOND -> {
                    check(Wire.typeOf(tag) == Wire.VARINT, step, "scale has another wire type: tag=", tag);
                    draft.putInt(at + BlobDraft.DECIMAL_SCALE_OFFSET, (int) in.varint());
                }
                default -> in.skip(tag);
            }
        }
    }

    /** Two's complement, of which other writers may give more bytes than it takes. */
    private void unscaled(ReadStep step, int at) {
        int length = in.length();
        int start = in.take(length);
        byte[] source = in.bytes();
        while (length > 1 && source[start] == source[start + 1] >> 7) {
            start++;
            length--;
        }
        check(length <= RecordLayout.MAX_DECIMAL_BYTES, step, "a decimal has too many digits: bytes=", length);
        draft.putInt(at, start);
        draft.putInt(at + FlatSlots.TEXT_LENGTH_OFFSET, length);
    }

    private void union(ReadStep step, int at) {
        while (in.hasRemaining()) {
            int tag = in.tag();
            int found = find(step.parts, Wire.numberOf(tag));
            if (found < 0) {
                in.skip(tag);
                continue;
            }
            ReadStep alternative = step.parts[found];
            if (draft.getInt(at + step.inner) != alternative.offset) {
                draft.initialize(at, step.inner, null);
                draft.initialize(at, alternative.size, alternative.template);
                draft.putInt(at + step.inner, alternative.offset);
            }
            value(alternative, at, Wire.typeOf(tag));
        }
    }

    private void wrapped(ReadStep inside, int at) {
        while (in.hasRemaining()) {
            int tag = in.tag();
            if (Wire.numberOf(tag) == Wire.FIRST) {
                value(inside, at, Wire.typeOf(tag));
            } else {
                in.skip(tag);
            }
        }
    }

    private void parts(ReadStep step, int at, int wireType) {
        switch (step.kind) {
            case OPTIONAL -> {
                ReadStep part = step.parts[0];
                if (draft.bytes()[at + step.inner] == 0) {
                    draft.initialize(at, part.size, part.template);
                    draft.putByte(at + step.inner, 1);
                }
                value(part, at, wireType);
            }
            case ARRAY, LIST -> {
                ReadStep element = step.parts[0];
                if (Wire.isPackable(element.kind) && wireType == Wire.DELIMITED) {
                    int outer = in.enter();
                    packed(step, element, at);
                    in.leave(outer);
                } else {
                    value(element, append(step, element, at), wireType);
                }
            }
            default -> {
                expect(step, Wire.DELIMITED, wireType);
                int outer = in.enter();
                entry(step, at);
                in.leave(outer);
            }
        }
    }

    private int append(ReadStep list, ReadStep element, int at) {
        int slot = draft.append(at, 1, list.stride);
        draft.initialize(slot, list.stride, null);
        if (element.template != null) {
            draft.initialize(slot, element.size, element.template);
        }
        return slot;
    }

    private void entry(ReadStep map, int at) {
        ReadStep key = map.parts[0];
        ReadStep value = map.parts[1];
        int slot = append(map, key, at);
        if (value.template != null) {
            draft.initialize(slot + value.offset, value.size, value.template);
        }
        while (in.hasRemaining()) {
            int tag = in.tag();
            switch (Wire.numberOf(tag)) {
                case Wire.KEY -> value(key, slot, Wire.typeOf(tag));
                case Wire.VALUE -> value(value, slot + value.offset, Wire.typeOf(tag));
                default -> in.skip(tag);
            }
        }
    }

    private void packed(ReadStep list, ReadStep element, int at) {
        int wireType = Wire.typeOf(element.kind);
        int width = wireType == Wire.FIXED32 ? Integer.BYTES : wireType == Wire.FIXED64 ? Long.BYTES : 0;
        check(width == 0 || in.remaining() % width == 0, element, "a list of odd length: bytes=", in.remaining());
        int count = width == 0 ? in.countVarints() : in.remaining() / width;
        if (count == 0) {
            check(!in.hasRemaining(), element, "a number does not end: bytes=", in.remaining());
            return;
        }
        int slot = draft.append(at, count, list.stride);
        if (element.kind == FieldKind.LONG) {
            for (int i = 0; i < count; i++) {
                draft.putLong(slot + i * Long.BYTES, in.varint());
            }
        } else if (element.kind == FieldKind.DOUBLE) {
            for (int i = 0; i < count; i++) {
                draft.putLong(slot + i * Long.BYTES, Double.doubleToLongBits(Double.longBitsToDouble(in.fixed64())));
            }
        } else {
            for (int i = 0; i < count; i++) {
                value(element, slot + i * list.stride, wireType);
            }
        }
        check(!in.hasRemaining(), element, "a number does not end: bytes=", in.remaining());
    }
}
