package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import java.util.HashSet;
import java.util.Set;

/** Holds descriptors that were read to what those that are written are like: nothing lies outside of where it is. */
final class DescriptorChecks {
    private static final int MAX_SLOT_BYTES = 1 << 20;

    private DescriptorChecks() {}

    static void check(SchemaType type) {
        int size = type.sizeBytes();
        require(size >= 0 && size <= MAX_SLOT_BYTES, type, "size");
        require(type.strideBytes() >= 0 && type.strideBytes() <= 2 * MAX_SLOT_BYTES, type, "stride");
        require(type.innerOffsetBytes() >= 0 && type.innerOffsetBytes() <= 2 * MAX_SLOT_BYTES, type, "inner offset");
        require(type.fields().isEmpty() != hasFields(type.kind()), type, "fields");
        require(type.constants().isEmpty() != (type.kind() == FieldKind.ENUM), type, "constants");
        require(type.parts().size() == partCount(type.kind()), type, "parts");
        require(type.kind().sizeBytes() == 0 || type.kind().sizeBytes() == size, type, "size");
        checkMembers(type);
        checkParts(type);
    }

    private static void checkMembers(SchemaType type) {
        Set<Integer> numbers = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (SchemaField field : type.fields()) {
            require(field.number() >= 1 && field.number() <= Wire.MAX_NUMBER, type, "number of " + field.name());
            require(numbers.add(field.number()), type, "number of " + field.name());
            require(names.add(field.name()), type, "name of " + field.name());
            boolean isInside = field.offsetBytes() >= 0
                    && (long) field.offsetBytes() + field.type().sizeBytes() <= type.sizeBytes();
            require(isInside, type, "offset of " + field.name());
        }
        if (type.kind() == FieldKind.RECORD) {
            require(type.sizeBytes() == RecordLayout.align(type.sizeBytes()) && type.sizeBytes() > 0, type, "size");
        } else if (type.kind() == FieldKind.UNION) {
            require(type.innerOffsetBytes() + Integer.BYTES <= type.sizeBytes(), type, "inner offset");
            for (SchemaField alternative : type.fields()) {
                boolean isInside = alternative.type().kind() == FieldKind.RECORD
                        && alternative.type().sizeBytes() <= type.innerOffsetBytes();
                require(isInside, type, "alternative " + alternative.name());
            }
        }
    }

    private static void checkParts(SchemaType type) {
        switch (type.kind()) {
            case OPTIONAL -> {
                int value = type.parts().get(0).sizeBytes();
                require(
                        value <= type.innerOffsetBytes() && type.innerOffsetBytes() < type.sizeBytes(),
                        type,
                        "inner offset");
            }
            case ARRAY, LIST -> require(type.parts().get(0).sizeBytes() <= type.strideBytes(), type, "stride");
            case MAP -> {
                boolean isInside = type.parts().get(0).sizeBytes() <= type.innerOffsetBytes()
                        && (long) type.innerOffsetBytes() + type.parts().get(1).sizeBytes() <= type.strideBytes();
                require(isInside, type, "entry");
            }
            case FIXED_TEXT -> {
                boolean isInside = type.maxTextBytes() <= type.innerOffsetBytes()
                        && type.innerOffsetBytes() + Short.BYTES <= type.sizeBytes();
                require(isInside, type, "text limit");
            }
            default -> {}
        }
    }

    private static boolean hasFields(FieldKind kind) {
        return kind == FieldKind.RECORD || kind == FieldKind.UNION;
    }

    private static int partCount(FieldKind kind) {
        return switch (kind) {
            case ARRAY, LIST, OPTIONAL -> 1;
            case MAP -> 2;
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, TEXT, RECORD, DURATION -> 0;
            case LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT, UNION -> 0;
        };
    }

    private static void require(boolean isFine, SchemaType type, String what) {
        if (!isFine) {
            throw new MalformedRecordException(
                    "schema descriptor is damaged: kind=" + type.kind() + ", name=" + type.name() + ", wrong=" + what);
        }
    }
}
