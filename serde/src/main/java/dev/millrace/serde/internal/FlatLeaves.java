package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FieldType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** Finds the handles of single values, bound to their offsets. Used while one codec is assembled, by one thread. */
final class FlatLeaves {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Statics SLOTS = Statics.of(LOOKUP, FlatSlots.class);
    private static final Statics ARRAYS = Statics.of(LOOKUP, FlatArrays.class);

    private final TextCache texts;

    FlatLeaves(TextCache texts) {
        this.texts = texts;
    }

    /** {@code (value) -> int}, for a value with a variable part. */
    MethodHandle size(FieldType type) {
        return switch (type.kind()) {
            case TEXT -> SLOTS.handle("textBytes");
            case DECIMAL -> SLOTS.handle("decimalBytes");
            case BYTES -> MethodHandles.insertArguments(ARRAYS.handle("arrayBytes"), 0, Byte.BYTES);
            case ARRAY ->
                MethodHandles.insertArguments(
                        ARRAYS.handle("arrayBytes"),
                        0,
                        ((FieldType.ArrayOf) type).element().sizeBytes());
            case BOOLEAN,
                    BYTE,
                    SHORT,
                    CHAR,
                    INT,
                    LONG,
                    FLOAT,
                    DOUBLE,
                    ENUM,
                    INSTANT,
                    DURATION,
                    LOCAL_DATE,
                    LOCAL_DATE_TIME,
                    UUID,
                    FIXED_TEXT,
                    RECORD,
                    LIST,
                    MAP,
                    OPTIONAL,
                    UNION -> throw noLeaf(type.kind());
        };
    }

    /** {@code (value, fixed) -> void}, for a value without a variable part. */
    MethodHandle fixedWriter(FieldType type, FlatPlace place, int offset) {
        MethodHandle put = SLOTS.handle("put" + suffix(type.kind()));
        return type instanceof FieldType.FixedText text
                ? MethodHandles.insertArguments(put, 0, offset, place, text.maxBytes())
                : MethodHandles.insertArguments(put, 0, offset);
    }

    /** {@code (value, fixed, base, variable) -> variable behind it}, for a value with a variable part. */
    MethodHandle writer(FieldType type, int offset) {
        if (type instanceof FieldType.ArrayOf array) {
            return arrayWriter(array.element(), offset);
        }
        return MethodHandles.insertArguments(
                type.kind() == FieldKind.BYTES ? ARRAYS.handle("putBytes") : SLOTS.handle("put" + suffix(type.kind())),
                0,
                offset);
    }

    private static MethodHandle arrayWriter(FieldType element, int offset) {
        return switch (element.kind()) {
            case BOOLEAN -> MethodHandles.insertArguments(ARRAYS.handle("putBooleans"), 0, offset);
            case FLOAT -> MethodHandles.insertArguments(ARRAYS.handle("putFloats"), 0, offset);
            case DOUBLE -> MethodHandles.insertArguments(ARRAYS.handle("putDoubles"), 0, offset);
            default -> MethodHandles.insertArguments(ARRAYS.handle("putNumbers"), 0, element.sizeBytes(), offset);
        };
    }

    /** {@code (fixed, base) -> array}. */
    private static MethodHandle arrayReader(FieldType element, int offset) {
        return element.kind() == FieldKind.BOOLEAN
                ? MethodHandles.insertArguments(ARRAYS.handle("getBooleans"), 0, offset)
                : MethodHandles.insertArguments(
                        ARRAYS.handle("getNumbers"), 0, element.javaType(), element.sizeBytes(), offset);
    }

    /** {@code (fixed, base) -> value}, or {@code (fixed) -> value}. */
    MethodHandle reader(FieldType type, int offset) {
        if (type instanceof FieldType.FixedText text) {
            return MethodHandles.insertArguments(
                    SLOTS.handle("getFixedText"), 0, offset, text.lengthOffsetBytes(), texts);
        } else if (type instanceof FieldType.EnumOf constants) {
            return MethodHandles.insertArguments(
                    SLOTS.handle("getEnum"), 0, offset, constants.javaType().getEnumConstants());
        } else if (type.kind() == FieldKind.TEXT) {
            return MethodHandles.insertArguments(SLOTS.handle("getText"), 0, offset, texts);
        } else if (type.kind() == FieldKind.BYTES) {
            return MethodHandles.insertArguments(ARRAYS.handle("getBytes"), 0, offset);
        } else if (type instanceof FieldType.ArrayOf array) {
            return arrayReader(array.element(), offset);
        }
        return MethodHandles.insertArguments(SLOTS.handle("get" + suffix(type.kind())), 0, offset);
    }

    private static String suffix(FieldKind kind) {
        return switch (kind) {
            case BOOLEAN -> "Boolean";
            case BYTE -> "Byte";
            case SHORT -> "Short";
            case CHAR -> "Char";
            case INT -> "Int";
            case LONG -> "Long";
            case FLOAT -> "Float";
            case DOUBLE -> "Double";
            case ENUM -> "Enum";
            case INSTANT -> "Instant";
            case DURATION -> "Duration";
            case LOCAL_DATE -> "LocalDate";
            case LOCAL_DATE_TIME -> "LocalDateTime";
            case UUID -> "Uuid";
            case TEXT -> "Text";
            case FIXED_TEXT -> "FixedText";
            case DECIMAL -> "Decimal";
            case BYTES, ARRAY, RECORD, LIST, MAP, OPTIONAL, UNION -> throw noLeaf(kind);
        };
    }

    private static IllegalStateException noLeaf(FieldKind kind) {
        return new IllegalStateException("no slot method: kind=" + kind);
    }
}
