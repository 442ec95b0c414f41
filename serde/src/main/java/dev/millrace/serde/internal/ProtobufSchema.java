package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prints a type as a {@code .proto} file for {@code protoc}. All other messages and enums lie directly in the one of the
 * record. Used once, by one thread.
 */
public final class ProtobufSchema {
    private final Map<SchemaType, String> names = new LinkedHashMap<>();
    private final ProtoNames types = new ProtoNames();
    private final StringBuilder inner = new StringBuilder();
    private boolean hasInstant;
    private boolean hasDuration;

    private ProtobufSchema() {}

    public static String text(SchemaType root) {
        return new ProtobufSchema().print(root);
    }

    private String print(SchemaType root) {
        String name = types.unique(root.name());
        StringBuilder fields = new StringBuilder();
        appendFields(fields, root, "  ");
        StringBuilder text = new StringBuilder("syntax = \"proto3\";\n\n");
        if (hasDuration) {
            text.append("import \"google/protobuf/duration.proto\";\n");
        }
        if (hasInstant) {
            text.append("import \"google/protobuf/timestamp.proto\";\n");
        }
        if (hasDuration || hasInstant) {
            text.append('\n');
        }
        text.append("message ").append(name).append(" {\n").append(inner).append(fields);
        return text.append("}\n").toString();
    }

    private void appendFields(StringBuilder text, SchemaType record, String indent) {
        ProtoNames fieldNames = new ProtoNames();
        for (SchemaField field : record.fields()) {
            text.append(indent).append(declaration(field.type()));
            text.append(' ').append(fieldNames.unique(field.name()));
            text.append(" = ").append(field.number()).append(";\n");
        }
    }

    /** The type of a field, with the label that it needs. */
    private String declaration(SchemaType type) {
        return switch (type.kind()) {
            case ARRAY, LIST -> "repeated " + part(type.parts().get(0));
            case OPTIONAL -> "optional " + part(type.parts().get(0));
            case MAP -> {
                SchemaType key = type.parts().get(0);
                String entry = isMapKey(key.kind())
                        ? "map<" + part(key) + ", " + part(type.parts().get(1)) + ">"
                        : "repeated " + entry(type);
                yield entry;
            }
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, TEXT, RECORD -> plain(type);
            case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT, UNION -> plain(type);
        };
    }

    private static boolean isMapKey(FieldKind kind) {
        return switch (kind) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, LOCAL_DATE, TEXT, FIXED_TEXT -> true;
            case FLOAT, DOUBLE, ENUM, INSTANT, RECORD, DURATION, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES -> false;
            case ARRAY, LIST, MAP, OPTIONAL, UNION -> false;
        };
    }

    /** The type of what is part of a list, a map or an optional value: one that has a presence of its own. */
    private String part(SchemaType type) {
        return Wire.isWrapped(type) ? wrapper(type) : plain(type);
    }

    private String plain(SchemaType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "bool";
            case BYTE, SHORT, INT -> "int32";
            case LONG, LOCAL_DATE -> "int64";
            case CHAR -> "uint32";
            case FLOAT -> "float";
            case DOUBLE -> "double";
            case TEXT, FIXED_TEXT -> "string";
            case BYTES, UUID -> "bytes";
            case INSTANT -> {
                hasInstant = true;
                yield "google.protobuf.Timestamp";
            }
            case DURATION -> {
                hasDuration = true;
                yield "google.protobuf.Duration";
            }
            case LOCAL_DATE_TIME -> message(type, "LocalDateTime", "    int64 seconds = 1;\n    int32 nanos = 2;\n");
            case DECIMAL -> message(type, "BigDecimal", "    bytes unscaled_value = 1;\n    int32 scale = 2;\n");
            case ENUM -> enumeration(type);
            case RECORD -> record(type);
            case UNION -> union(type);
            case ARRAY, LIST, MAP, OPTIONAL ->
                throw new IllegalStateException("no type of its own: kind=" + type.kind());
        };
    }

    private String message(SchemaType type, String wanted, String body) {
        String known = names.get(type);
        if (known != null) {
            return known;
        }
        String name = types.unique(wanted);
        names.put(type, name);
        inner.append("  message ").append(name).append(" {\n").append(body).append("  }\n");
        return name;
    }

    private String record(SchemaType type) {
        String known = names.get(type);
        if (known != null) {
            return known;
        }
        StringBuilder body = new StringBuilder();
        appendFields(body, type, "    ");
        return message(type, type.name(), body.toString());
    }

    private String union(SchemaType type) {
        String known = names.get(type);
        if (known != null) {
            return known;
        }
        ProtoNames fieldNames = new ProtoNames();
        String oneof = fieldNames.unique("value");
        StringBuilder body = new StringBuilder("    oneof ").append(oneof).append(" {\n");
        for (SchemaField alternative : type.fields()) {
            body.append("      ").append(plain(alternative.type()));
            body.append(' ').append(fieldNames.unique(ProtoNames.lower(alternative.name())));
            body.append(" = ").append(alternative.number()).append(";\n");
        }
        return message(type, type.name(), body.append("    }\n").toString());
    }

    private String enumeration(SchemaType type) {
        String known = names.get(type);
        if (known != null) {
            return known;
        }
        String name = types.unique(type.name());
        names.put(type, name);
        inner.append("  enum ").append(name).append(" {\n");
        ProtoNames constants = new ProtoNames();
        for (int i = 0; i < type.constants().size(); i++) {
            String constant = constants.unique(type.constants().get(i));
            inner.append("    ").append(ProtoNames.upper(name)).append('_').append(constant);
            inner.append(" = ").append(i).append(";\n");
        }
        inner.append("  }\n");
        return name;
    }

    private String wrapper(SchemaType type) {
        SchemaType key = new SchemaType(FieldKind.RECORD, "wrapper", 0, 0, 0, 0, List.of(), List.of(), List.of(type));
        String known = names.get(key);
        return known != null ? known : message(key, word(type), "    " + declaration(type) + " value = 1;\n");
    }

    private String entry(SchemaType map) {
        String known = names.get(map);
        if (known != null) {
            return known;
        }
        String body = "    optional " + part(map.parts().get(0)) + " key = 1;\n    optional "
                + part(map.parts().get(1)) + " value = 2;\n";
        return message(map, word(map) + "Entry", body);
    }

    /** A name for a type that has none. */
    private static String word(SchemaType type) {
        return switch (type.kind()) {
            case ARRAY, LIST -> word(type.parts().get(0)) + "List";
            case OPTIONAL -> "Optional" + word(type.parts().get(0));
            case MAP -> word(type.parts().get(0)) + word(type.parts().get(1)) + "Map";
            case RECORD, ENUM, UNION -> type.name();
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, INSTANT, TEXT -> ProtoNames.word(type.kind());
            case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT ->
                ProtoNames.word(type.kind());
        };
    }
}
