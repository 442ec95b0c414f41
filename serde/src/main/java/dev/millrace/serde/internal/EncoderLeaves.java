package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;

/**
 * Writes single values to a Protobuf message from where they lie in a blob: leaves of an encoder. {@link EncoderAssembly} binds
 * what depends on the type alone, so that each is compiled with its tag and its offset as constants.
 *
 * <p>A field whose value is its type's default is not written unless that is asked for ({@code isAlways}). A payload is what
 * stands behind the tag and the length of a value.
 */
final class EncoderLeaves {
    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final int FIRST_VARINT = Wire.tag(Wire.FIRST, Wire.VARINT);
    private static final int SECOND_VARINT = Wire.tag(Wire.SECOND, Wire.VARINT);
    private static final int FIRST_DELIMITED = Wire.tag(Wire.FIRST, Wire.DELIMITED);

    private EncoderLeaves() {}

    static void byteField(int tag, boolean isAlways, int offset, WireOutput out, long fixed, long base) {
        varint(tag, isAlways, Memory.getByte(fixed + offset), out);
    }

    static void shortField(int tag, boolean isAlways, int offset, WireOutput out, long fixed, long base) {
        varint(tag, isAlways, Memory.getShort(fixed + offset), out);
    }

    static void charField(int tag, boolean isAlways, int offset, WireOutput out, long fixed, long base) {
        varint(tag, isAlways, Memory.getChar(fixed + offset), out);
    }

    static void intField(int tag, boolean isAlways, int offset, WireOutput out, long fixed, long base) {
        varint(tag, isAlways, Memory.getInt(fixed + offset), out);
    }

    static void longField(int tag, boolean isAlways, int offset, WireOutput out, long fixed, long base) {
        varint(tag, isAlways, Memory.getLong(fixed + offset), out);
    }

    private static void varint(int tag, boolean isAlways, long value, WireOutput out) {
        if (isAlways || value != 0) {
            out.varintField(tag, value);
        }
    }

    static void floatField(int tag, boolean isAlways, int offset, WireOutput out, long fixed, long base) {
        final int bits = Memory.getInt(fixed + offset);
        if (isAlways || bits != 0) {
            out.fixed32Field(tag, bits);
        }
    }

    static void doubleField(int tag, boolean isAlways, int offset, WireOutput out, long fixed, long base) {
        final long bits = Memory.getLong(fixed + offset);
        if (isAlways || bits != 0) {
            out.fixed64Field(tag, bits);
        }
    }

    static void text(WireOutput out, long at, long base) {
        out.raw(base + Memory.getInt(at), Memory.getInt(at + FlatSlots.TEXT_LENGTH_OFFSET));
    }

    static void fixedText(int lengthOffset, WireOutput out, long at, long base) {
        out.raw(at, Memory.getChar(at + lengthOffset));
    }

    static void secondsAndNanos(WireOutput out, long at, long base) {
        put(out, Memory.getLong(at), Memory.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET));
    }

    /** Protobuf gives both parts of a duration one sign; Java never gives the nanos one. */
    static void duration(WireOutput out, long at, long base) {
        final long seconds = Memory.getLong(at);
        final int nanos = Memory.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET);
        if (seconds < 0 && nanos > 0) {
            put(out, seconds + 1, nanos - NANOS_PER_SECOND);
        } else {
            put(out, seconds, nanos);
        }
    }

    private static void put(WireOutput out, long seconds, int nanos) {
        if (nanos != 0) {
            out.varintField(SECOND_VARINT, nanos);
        }
        if (seconds != 0) {
            out.varintField(FIRST_VARINT, seconds);
        }
    }

    static void uuid(WireOutput out, long at, long base) {
        final long high = Memory.getLong(at);
        final long low = Memory.getLong(at + Long.BYTES);
        if ((high | low) != 0) {
            out.bigEndian64(low);
            out.bigEndian64(high);
        }
    }

    static void decimal(WireOutput out, long at, long base) {
        final int scale = Memory.getInt(at + BlobDraft.DECIMAL_SCALE_OFFSET);
        final long unscaled = base + Memory.getInt(at);
        final int length = Memory.getInt(at + FlatSlots.TEXT_LENGTH_OFFSET);
        if (scale != 0) {
            out.varintField(SECOND_VARINT, scale);
        }
        if (length > 1 || (length == 1 && Memory.getByte(unscaled) != 0)) {
            final int before = out.sizeBytes();
            out.raw(unscaled, length);
            out.delimit(FIRST_DELIMITED, before);
        }
    }

    static void packedBytes(int tag, int offset, WireOutput out, long fixed, long base) {
        final int before = out.sizeBytes();
        final long first = first(fixed + offset, base);
        for (int i = count(fixed + offset) - 1; i >= 0; i--) {
            out.varint(Memory.getByte(first + i));
        }
        delimitUnlessEmpty(tag, before, out);
    }

    static void packedShorts(int tag, int offset, WireOutput out, long fixed, long base) {
        final int before = out.sizeBytes();
        final long first = first(fixed + offset, base);
        for (int i = count(fixed + offset) - 1; i >= 0; i--) {
            out.varint(Memory.getShort(first + (long) i * Short.BYTES));
        }
        delimitUnlessEmpty(tag, before, out);
    }

    static void packedChars(int tag, int offset, WireOutput out, long fixed, long base) {
        final int before = out.sizeBytes();
        final long first = first(fixed + offset, base);
        for (int i = count(fixed + offset) - 1; i >= 0; i--) {
            out.varint(Memory.getChar(first + (long) i * Character.BYTES));
        }
        delimitUnlessEmpty(tag, before, out);
    }

    static void packedInts(int tag, int offset, WireOutput out, long fixed, long base) {
        final int before = out.sizeBytes();
        out.packedInts(first(fixed + offset, base), count(fixed + offset));
        delimitUnlessEmpty(tag, before, out);
    }

    static void packedLongs(int tag, int offset, WireOutput out, long fixed, long base) {
        final int before = out.sizeBytes();
        out.packedLongs(first(fixed + offset, base), count(fixed + offset));
        delimitUnlessEmpty(tag, before, out);
    }

    static void packedFloats(int tag, int offset, WireOutput out, long fixed, long base) {
        final int before = out.sizeBytes();
        out.packedFixed32(first(fixed + offset, base), count(fixed + offset));
        delimitUnlessEmpty(tag, before, out);
    }

    static void packedDoubles(int tag, int offset, WireOutput out, long fixed, long base) {
        final int before = out.sizeBytes();
        out.packedFixed64(first(fixed + offset, base), count(fixed + offset));
        delimitUnlessEmpty(tag, before, out);
    }

    private static void delimitUnlessEmpty(int tag, int sizeBefore, WireOutput out) {
        if (out.sizeBytes() > sizeBefore) {
            out.delimit(tag, sizeBefore);
        }
    }

    /** Where the first element of a collection lies. */
    static long first(long slot, long base) {
        return base + Memory.getInt(slot);
    }

    static int count(long slot) {
        return Memory.getInt(slot + FlatSlots.COUNT_OFFSET);
    }
}
