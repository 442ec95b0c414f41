package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import java.time.LocalDate;

/** Brings numbers of a message to the draft of a blob, as what they are wanted as. Any thread may call. */
final class ReadNumber {
    private ReadNumber() {}

    /** A number that came as a varint. It has to fit what it was written from, and goes into what it is wanted as. */
    static void putVarint(ReadStep step, BlobDraft draft, int at, long read) {
        long value = read;
        switch (step.kind) {
            case BOOLEAN -> value = read != 0 ? 1 : 0;
            case BYTE -> step.check((byte) read == read, "value does not fit a byte: value=", read);
            case SHORT -> step.check((short) read == read, "value does not fit a short: value=", read);
            case CHAR -> step.check((char) read == read, "value does not fit a char: value=", read);
            // Of a number that is too long the low bits count, as with every reader of Protobuf.
            case INT -> value = (int) read;
            case ENUM -> value = ordinal(step, (int) read);
            case LOCAL_DATE ->
                step.check(
                        read >= LocalDate.MIN.toEpochDay() && read <= LocalDate.MAX.toEpochDay(),
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
            default -> throw step.fault("no number is wanted: value=", value);
        }
    }

    private static int ordinal(ReadStep step, int number) {
        step.check(number >= 0 && number < step.constantCount, "unknown enum number: number=", number);
        return step.ordinals == null ? number : step.ordinals[number];
    }

    static void putFloat(ReadStep step, BlobDraft draft, int at, int bits) {
        if (step.target == FieldKind.FLOAT) {
            draft.putInt(at, canonicalFloat(bits));
        } else {
            draft.putLong(at, Double.doubleToLongBits(Float.intBitsToFloat(bits)));
        }
    }

    /** The bits of a number, and of any NaN those of Java's own. */
    static int canonicalFloat(int bits) {
        return Float.floatToIntBits(Float.intBitsToFloat(bits));
    }

    /** The bits of a number, and of any NaN those of Java's own. */
    static long canonicalDouble(long bits) {
        return Double.doubleToLongBits(Double.longBitsToDouble(bits));
    }
}
