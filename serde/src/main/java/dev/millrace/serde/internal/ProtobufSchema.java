package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Prints a layout as a {@code .proto} file. Enum constants carry the enum's name, since Protobuf has one scope for them. */
public final class ProtobufSchema {
    private ProtobufSchema() {}

    public static String text(RecordLayout layout) {
        StringBuilder text = new StringBuilder("syntax = \"proto3\";\n\n");
        if (holdsInstant(layout)) {
            text.append("import \"google/protobuf/timestamp.proto\";\n\n");
        }
        appendMessage(text, layout, layout.isRecord() ? layout.type().getSimpleName() : "Value", "");
        return text.toString();
    }

    private static void appendMessage(StringBuilder text, RecordLayout layout, String name, String indent) {
        text.append(indent).append("message ").append(name).append(" {\n");
        String inner = indent + "  ";
        Map<Class<?>, String> names = new LinkedHashMap<>();
        for (LayoutField field : layout.fields()) {
            if ((field.kind() == FieldKind.RECORD || field.kind() == FieldKind.ENUM)
                    && !names.containsKey(field.type())) {
                String simple = field.type().getSimpleName();
                String unique = names.containsValue(simple) ? simple + (field.position() + 1) : simple;
                names.put(field.type(), unique);
                if (field.kind() == FieldKind.RECORD) {
                    appendMessage(text, field.nested(), unique, inner);
                } else {
                    appendEnum(text, field.type(), unique, inner);
                }
            }
        }
        for (LayoutField field : layout.fields()) {
            text.append(inner).append(typeName(field, names)).append(' ').append(field.name());
            text.append(" = ").append(field.position() + 1).append(";\n");
        }
        text.append(indent).append("}\n");
    }

    private static void appendEnum(StringBuilder text, Class<?> type, String name, String indent) {
        text.append(indent).append("enum ").append(name).append(" {\n");
        String prefix = name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
        for (Object constant : type.getEnumConstants()) {
            Enum<?> value = (Enum<?>) constant;
            text.append(indent).append("  ").append(prefix).append('_').append(value.name());
            text.append(" = ").append(value.ordinal()).append(";\n");
        }
        text.append(indent).append("}\n");
    }

    private static String typeName(LayoutField field, Map<Class<?>, String> names) {
        return switch (field.kind()) {
            case BOOLEAN -> "bool";
            case BYTE, SHORT, INT -> "int32";
            case LONG -> "int64";
            case CHAR -> "uint32";
            case FLOAT -> "float";
            case DOUBLE -> "double";
            case TEXT -> "string";
            case INSTANT -> "google.protobuf.Timestamp";
            case DURATION,
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
                    UNION -> throw new IllegalStateException("no message field: kind=" + field.kind());
            case ENUM, RECORD -> names.getOrDefault(field.type(), field.type().getSimpleName());
        };
    }

    private static boolean holdsInstant(RecordLayout layout) {
        for (LayoutField field : layout.fields()) {
            if (field.kind() == FieldKind.INSTANT
                    || (field.kind() == FieldKind.RECORD && holdsInstant(field.nested()))) {
                return true;
            }
        }
        return false;
    }
}
