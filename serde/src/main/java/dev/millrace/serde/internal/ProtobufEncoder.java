package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.SchemaType;

/**
 * Writes blobs as Protobuf messages. The fields are read where they lie; the message is put together from its end to its
 * start in a buffer of the encoder, and copied from there in one piece. Used by one thread at a time.
 */
public final class ProtobufEncoder {
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private final WriteStep root;
    private final WireOutput out = new WireOutput();

    public ProtobufEncoder(SchemaType type) {
        this.root = WriteStep.root(type);
    }

    /** Writes a blob to the buffer. Returns the size of the message. */
    public int encode(long blob) {
        out.clear();
        payload(root, blob, blob);
        return out.sizeBytes();
    }

    /** Copies the message that {@link #encode} wrote last. */
    public void copyTo(byte[] target, int offset) {
        out.copyTo(target, offset);
    }

    /** Copies the message that {@link #encode} wrote last. */
    public void copyTo(long address) {
        out.copyTo(address);
    }

    /** The message that {@link #encode} wrote last, as an array of its own. */
    public byte[] toBytes() {
        return out.toBytes();
    }

    private void fields(WriteStep record, long fixed, long base) {
        final WriteStep[] fields = record.parts;
        for (int i = fields.length - 1; i >= 0; i--) {
            final WriteStep field = fields[i];
            value(field, fixed + field.offset, base, false);
        }
    }

    /** A value with its tag. One that is its type's default is not written unless that is asked for. */
    private void value(WriteStep step, long at, long base, boolean isAlways) {
        switch (step.kind) {
            case BOOLEAN, BYTE -> varint(step, Memory.getByte(at), isAlways);
            case SHORT -> varint(step, Memory.getShort(at), isAlways);
            case CHAR -> varint(step, Memory.getChar(at), isAlways);
            case INT, ENUM -> varint(step, Memory.getInt(at), isAlways);
            case LONG, LOCAL_DATE -> varint(step, Memory.getLong(at), isAlways);
            case FLOAT -> {
                int bits = Memory.getInt(at);
                if (bits != 0 || isAlways) {
                    out.fixed32Field(step.tag, bits);
                }
            }
            case DOUBLE -> {
                long bits = Memory.getLong(at);
                if (bits != 0 || isAlways) {
                    out.fixed64Field(step.tag, bits);
                }
            }
            case ARRAY, LIST, MAP, OPTIONAL -> {
                if (step.isWrapped) {
                    int before = out.sizeBytes();
                    value(step.parts[0], at, base, false);
                    out.delimit(step.tag, before);
                } else {
                    parts(step, at, base);
                }
            }
            case INSTANT, TEXT, RECORD, DURATION, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT, UNION -> {
                int before = out.sizeBytes();
                payload(step, at, base);
                if (out.sizeBytes() > before || isAlways) {
                    out.delimit(step.tag, before);
                }
            }
        }
    }

    private void varint(WriteStep step, long value, boolean isAlways) {
        if (value != 0 || isAlways) {
            out.varintField(step.tag, value);
        }
    }

    /** What stands behind the tag and the length of a value. */
    private void payload(WriteStep step, long at, long base) {
        switch (step.kind) {
            case RECORD -> fields(step, at, base);
            case TEXT, BYTES -> out.raw(base + Memory.getInt(at), Memory.getInt(at + FlatSlots.TEXT_LENGTH_OFFSET));
            case FIXED_TEXT -> out.raw(at, Memory.getChar(at + step.inner));
            case INSTANT -> secondsAndNanos(Memory.getLong(at), Memory.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET));
            case LOCAL_DATE_TIME ->
                secondsAndNanos(Memory.getLong(at), Memory.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET));
            case DURATION -> duration(Memory.getLong(at), Memory.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET));
            case UUID -> uuid(Memory.getLong(at), Memory.getLong(at + Long.BYTES));
            case DECIMAL -> decimal(at, base);
            case UNION -> union(step, at, base);
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, LOCAL_DATE, ARRAY, LIST, MAP, OPTIONAL ->
                throw new IllegalStateException("a kind without a length: kind=" + step.kind);
        }
    }

    private void secondsAndNanos(long seconds, int nanos) {
        if (nanos != 0) {
            out.varintField(Wire.tag(Wire.SECOND, Wire.VARINT), nanos);
        }
        if (seconds != 0) {
            out.varintField(Wire.tag(Wire.FIRST, Wire.VARINT), seconds);
        }
    }

    /** Protobuf gives both parts of a duration one sign; Java never gives the nanos one. */
    private void duration(long seconds, int nanos) {
        if (seconds < 0 && nanos > 0) {
            secondsAndNanos(seconds + 1, nanos - NANOS_PER_SECOND);
        } else {
            secondsAndNanos(seconds, nanos);
        }
    }

    private void uuid(long high, long low) {
        if ((high | low) != 0) {
            out.bigEndian64(low);
            out.bigEndian64(high);
        }
    }

    private void decimal(long at, long base) {
        int scale = Memory.getInt(at + BlobDraft.DECIMAL_SCALE_OFFSET);
        long unscaled = base + Memory.getInt(at);
        int length = Memory.getInt(at + FlatSlots.TEXT_LENGTH_OFFSET);
        boolean isZero = length == 0 || (length == 1 && Memory.getByte(unscaled) == 0);
        if (scale != 0) {
            out.varintField(Wire.tag(Wire.SECOND, Wire.VARINT), scale);
        }
        if (!isZero) {
            int before = out.sizeBytes();
            out.raw(unscaled, length);
            out.delimit(Wire.tag(Wire.FIRST, Wire.DELIMITED), before);
        }
    }

    private void union(WriteStep step, long at, long base) {
        int ordinal = Memory.getInt(at + step.inner);
        if (ordinal < 0 || ordinal >= step.parts.length) {
            throw new MalformedRecordException("malformed record: union alternative out of range: ordinal=" + ordinal
                    + ", alternativeCount=" + step.parts.length);
        }
        value(step.parts[ordinal], at, base, true);
    }

    private void parts(WriteStep step, long at, long base) {
        switch (step.kind) {
            case OPTIONAL -> {
                if (Memory.getByte(at + step.inner) != 0) {
                    value(step.parts[0], at, base, true);
                }
            }
            case ARRAY, LIST -> elements(step, base + Memory.getInt(at), count(at), base);
            case MAP -> entries(step, base + Memory.getInt(at), count(at), base);
            default -> throw new IllegalStateException("a kind without parts: kind=" + step.kind);
        }
    }

    private static int count(long at) {
        return Memory.getInt(at + FlatSlots.TEXT_LENGTH_OFFSET);
    }

    private void elements(WriteStep list, long first, int count, long base) {
        final WriteStep element = list.parts[0];
        if (count == 0) {
            return;
        }
        if (!Wire.isPackable(element.kind)) {
            for (int i = count - 1; i >= 0; i--) {
                value(element, first + (long) i * list.stride, base, true);
            }
            return;
        }
        int before = out.sizeBytes();
        switch (element.kind) {
            case LONG, LOCAL_DATE -> out.packedLongs(first, count);
            case INT, ENUM -> out.packedInts(first, count);
            case DOUBLE -> out.packedFixed64(first, count);
            case FLOAT -> out.packedFixed32(first, count);
            case BOOLEAN, BYTE -> {
                for (int i = count - 1; i >= 0; i--) {
                    out.varint(Memory.getByte(first + i));
                }
            }
            case SHORT -> {
                for (int i = count - 1; i >= 0; i--) {
                    out.varint(Memory.getShort(first + (long) i * Short.BYTES));
                }
            }
            case CHAR -> {
                for (int i = count - 1; i >= 0; i--) {
                    out.varint(Memory.getChar(first + (long) i * Character.BYTES));
                }
            }
            default -> throw new IllegalStateException("a kind that is not packed: kind=" + element.kind);
        }
        out.delimit(Wire.tag(Wire.numberOf(list.tag), Wire.DELIMITED), before);
    }

    private void entries(WriteStep map, long first, int count, long base) {
        for (int i = count - 1; i >= 0; i--) {
            long entry = first + (long) i * map.stride;
            int before = out.sizeBytes();
            value(map.parts[1], entry + map.parts[1].offset, base, true);
            value(map.parts[0], entry, base, true);
            out.delimit(map.tag, before);
        }
    }
}
