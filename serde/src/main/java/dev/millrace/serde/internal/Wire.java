package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.SchemaType;

/**
 * How each kind looks in a Protobuf message; the encoder, the decoder and the printed {@code .proto} agree through this. Any
 * thread may call.
 *
 * <p>What has no presence of its own (a list, a map, an optional value) is a message with the one field 1 where it lies in
 * a list, a map or an optional.
 */
final class Wire {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int DELIMITED = 2;
    static final int GROUP_START = 3;
    static final int GROUP_END = 4;
    static final int FIXED32 = 5;

    /** The fields of an instant, a duration, a local date-time: seconds and nanos. Of a decimal: unscaled value and scale. */
    static final int FIRST = 1;

    static final int SECOND = 2;

    /** The fields of an entry of a map, and the first also of a wrapper. */
    static final int KEY = 1;

    static final int VALUE = 2;

    static final int UUID_BYTES = 16;

    /** The largest field number. */
    static final int MAX_NUMBER = (1 << 29) - 1;

    private static final int TYPE_BITS = 3;

    private Wire() {}

    static int tag(int number, int wireType) {
        return number << TYPE_BITS | wireType;
    }

    static int numberOf(int tag) {
        return tag >>> TYPE_BITS;
    }

    static int typeOf(int tag) {
        return tag & ((1 << TYPE_BITS) - 1);
    }

    /** The wire type of one value. */
    static int typeOf(FieldKind kind) {
        return switch (kind) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, ENUM, LOCAL_DATE -> VARINT;
            case FLOAT -> FIXED32;
            case DOUBLE -> FIXED64;
            case INSTANT, TEXT, RECORD, DURATION, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT -> DELIMITED;
            case ARRAY, LIST, MAP, OPTIONAL, UNION -> DELIMITED;
        };
    }

    /** Whether many values of a kind lie in one field, one behind the other, without tags. */
    static boolean isPackable(FieldKind kind) {
        return typeOf(kind) != DELIMITED;
    }

    /** Whether a value has to be wrapped in a message where it is an element, a key, a value or optional. */
    static boolean isWrapped(SchemaType type) {
        return switch (type.kind()) {
            case ARRAY, LIST, MAP, OPTIONAL -> true;
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, TEXT, RECORD -> false;
            case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT, UNION -> false;
        };
    }
}
