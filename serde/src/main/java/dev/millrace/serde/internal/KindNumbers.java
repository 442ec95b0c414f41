package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.MalformedRecordException;

/** The numbers that kinds have in stored descriptors: they never change, and none is ever used again. Any thread may call. */
final class KindNumbers {
    private KindNumbers() {}

    static int of(FieldKind kind) {
        return switch (kind) {
            case BOOLEAN -> 1;
            case BYTE -> 2;
            case SHORT -> 3;
            case CHAR -> 4;
            case INT -> 5;
            case LONG -> 6;
            case FLOAT -> 7;
            case DOUBLE -> 8;
            case ENUM -> 9;
            case INSTANT -> 10;
            case TEXT -> 11;
            case RECORD -> 12;
            case DURATION -> 13;
            case LOCAL_DATE -> 14;
            case LOCAL_DATE_TIME -> 15;
            case UUID -> 16;
            case DECIMAL -> 17;
            case BYTES -> 18;
            case FIXED_TEXT -> 19;
            case ARRAY -> 20;
            case LIST -> 21;
            case MAP -> 22;
            case OPTIONAL -> 23;
            case UNION -> 24;
        };
    }

    static FieldKind kind(int number) {
        for (FieldKind kind : FieldKind.values()) {
            if (of(kind) == number) {
                return kind;
            }
        }
        throw new MalformedRecordException("schema descriptor cannot be read: no such kind: kindNumber=" + number
                + "; it was written by another release");
    }
}
