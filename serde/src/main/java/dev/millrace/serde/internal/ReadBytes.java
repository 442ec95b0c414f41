package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.RecordLayout;
import java.util.Arrays;

/** Reads what a message has as bytes to the draft of a blob: texts, UUIDs and decimals. Any thread may call. */
final class ReadBytes {
    private ReadBytes() {}

    static void put(ReadStep step, WireInput in, BlobDraft draft, int at) {
        int length = in.length();
        int start = in.take(length);
        byte[] source = in.bytes();
        switch (step.kind) {
            case UUID -> {
                boolean isWhole = length == Wire.UUID_BYTES;
                step.check(isWhole || length == 0, "a UUID has 16 bytes: lengthBytes=", length);
                draft.putLong(at, isWhole ? bigEndian64(source, start) : 0);
                draft.putLong(at + Long.BYTES, isWhole ? bigEndian64(source, start + Long.BYTES) : 0);
            }
            case FIXED_TEXT -> {
                checkText(step, source, start, length);
                step.check(length <= step.maxTextBytes, "text is longer than its room: lengthBytes=", length);
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
        step.check(Utf8.isWellFormed(source, start, start + length), "text is not UTF-8: lengthBytes=", length);
    }

    private static long bigEndian64(byte[] source, int at) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = (value << Byte.SIZE) | (source[at + i] & 0xFF);
        }
        return value;
    }

    static void putDecimal(ReadStep step, WireInput in, BlobDraft draft, int at) {
        while (in.hasRemaining()) {
            int tag = in.tag();
            switch (Wire.numberOf(tag)) {
                case Wire.FIRST -> {
                    step.check(Wire.typeOf(tag) == Wire.DELIMITED, "value has another wire type: tag=", tag);
                    putUnscaled(step, in, draft, at);
                }
                case Wire.SECOND -> {
                    step.check(Wire.typeOf(tag) == Wire.VARINT, "scale has another wire type: tag=", tag);
                    draft.putInt(at + BlobDraft.DECIMAL_SCALE_OFFSET, (int) in.varint());
                }
                default -> in.skip(tag);
            }
        }
    }

    /** Two's complement, of which other writers may give more bytes than it takes. */
    private static void putUnscaled(ReadStep step, WireInput in, BlobDraft draft, int at) {
        int length = in.length();
        int start = in.take(length);
        byte[] source = in.bytes();
        while (length > 1 && source[start] == source[start + 1] >> 7) {
            start++;
            length--;
        }
        step.check(length <= RecordLayout.MAX_DECIMAL_BYTES, "a decimal has too many digits: bytes=", length);
        draft.putInt(at, start);
        draft.putInt(at + FlatSlots.TEXT_LENGTH_OFFSET, length);
    }
}
