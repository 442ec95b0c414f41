package dev.millrace.serde;

import java.nio.charset.StandardCharsets;

/** A layout as text: a table for people, and a canonical form of which the hash is taken. */
final class LayoutText {
    private LayoutText() {}

    static String table(RecordLayout layout) {
        StringBuilder table = new StringBuilder();
        table.append(layout.typeName())
                .append(": fixedBytes=")
                .append(layout.fixedBytes())
                .append(layout.isFixedSize() ? "" : " and text")
                .append(", layoutHash=0x")
                .append(String.format("%016x", layout.layoutHash()))
                .append(String.format("%n%8s  %5s  %-8s component", "offset", "bytes", "kind"));
        appendRows(table, layout, "", 0);
        return table.toString();
    }

    private static void appendRows(StringBuilder table, RecordLayout layout, String path, int startBytes) {
        for (LayoutField field : layout.fields()) {
            appendRow(table, field.fieldType(), path + field.name(), startBytes + field.offsetBytes());
        }
    }

    /** Offsets of what lies in the variable part count from the start of the element or entry. */
    private static void appendRow(StringBuilder table, FieldType type, String name, int offset) {
        if (type instanceof FieldType.RecordOf record) {
            appendRows(table, record.layout(), name + '.', offset);
            return;
        }
        table.append(String.format("%n%8d  %5d  %-8s %s", offset, type.sizeBytes(), type.kind(), name));
        if (type instanceof FieldType.ArrayOf array) {
            appendRow(table, array.element(), name + "[]", 0);
        } else if (type instanceof FieldType.ListOf list) {
            appendRow(table, list.element(), name + "[]", 0);
        } else if (type instanceof FieldType.MapOf map) {
            appendRow(table, map.key(), name + "[].key", 0);
            appendRow(table, map.value(), name + "[].value", map.valueOffsetBytes());
        } else if (type instanceof FieldType.OptionalOf optional) {
            appendRow(table, optional.value(), name + '?', offset);
        } else if (type instanceof FieldType.UnionOf union) {
            for (FieldType.Alternative alternative : union.alternatives()) {
                appendRows(table, alternative.layout(), name + '(' + alternative.name() + ").", offset);
            }
        }
    }

    /** FNV-1a over the UTF-8 bytes, then the finaliser of MurmurHash3 so that every bit counts. */
    static long hash(RecordLayout layout) {
        StringBuilder text = new StringBuilder();
        appendCanonical(text, layout);
        long hash = 0xCBF29CE484222325L;
        for (byte unit : text.toString().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (unit & 0xFF)) * 0x100000001B3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return hash ^ (hash >>> 33);
    }

    /**
     * The canonical form, on which hashes in state directories rest: it may grow by what no layout had before, and nothing
     * else in it may change. Protobuf numbers are part of it where they are not those of the positions.
     */
    private static void appendCanonical(StringBuilder text, RecordLayout layout) {
        text.append('{').append(layout.fixedBytes());
        for (LayoutField field : layout.fields()) {
            text.append(';').append(field.name()).append(':').append(field.kind());
            text.append('@').append(field.offsetBytes());
            if (field.tag() != field.position() + 1) {
                text.append('#').append(field.tag());
            }
            appendInside(text, field.fieldType());
        }
        text.append('}');
    }

    private static void appendInside(StringBuilder text, FieldType type) {
        if (type instanceof FieldType.RecordOf record) {
            appendCanonical(text, record.layout());
        } else if (type instanceof FieldType.EnumOf constants) {
            for (Object constant : constants.javaType().getEnumConstants()) {
                text.append(',').append(((Enum<?>) constant).name());
            }
        } else if (type instanceof FieldType.FixedText fixed) {
            text.append('(').append(fixed.maxBytes()).append(')');
        } else if (type instanceof FieldType.ArrayOf array) {
            appendNested(text, array.element());
        } else if (type instanceof FieldType.ListOf list) {
            appendNested(text, list.element());
        } else if (type instanceof FieldType.MapOf map) {
            appendNested(text, map.key());
            appendNested(text, map.value());
        } else if (type instanceof FieldType.OptionalOf optional) {
            appendNested(text, optional.value());
        } else if (type instanceof FieldType.UnionOf union) {
            for (FieldType.Alternative alternative : union.alternatives()) {
                text.append('|').append(alternative.name()).append('#').append(alternative.tag());
                appendCanonical(text, alternative.layout());
            }
        }
    }

    private static void appendNested(StringBuilder text, FieldType type) {
        text.append('<').append(type.kind());
        appendInside(text, type);
        text.append('>');
    }
}
