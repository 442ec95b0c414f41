package dev.millrace.serde;

import java.util.List;
import java.util.StringJoiner;

/**
 * What a component holds, free of Java classes: a tree that can be stored and compared, with the places of the flat layout.
 * Immutable; any thread may use it.
 *
 * @param kind what it is
 * @param name the simple name of the class for records, enums and unions; empty for the rest
 * @param sizeBytes what a slot takes
 * @param strideBytes the distance of two slots that lie one behind the other; of two entries, for a map
 * @param innerOffsetBytes the offset in the slot of the presence byte of an optional value, of the place of a union's
 *     alternative, of the length of a text of fixed size; in the entry of the value of a map; 0 for the rest
 * @param maxTextBytes the limit of a text of fixed size; 0 for the rest
 * @param fields the components of a record in the order of declaration, or the alternatives of a union; empty for the rest
 * @param constants the names of an enum's constants in their order; empty for the rest
 * @param parts the element of an array or list, the key and the value of a map, the value of an optional; empty for the rest
 */
public record SchemaType(
        FieldKind kind,
        String name,
        int sizeBytes,
        int strideBytes,
        int innerOffsetBytes,
        int maxTextBytes,
        List<SchemaField> fields,
        List<String> constants,
        List<SchemaType> parts) {
    public SchemaType {
        fields = List.copyOf(fields);
        constants = List.copyOf(constants);
        parts = List.copyOf(parts);
    }

    /** Whether nothing of a value lies outside of its slot. */
    public boolean isFixedSize() {
        return switch (kind) {
            case TEXT, BYTES, DECIMAL, ARRAY, LIST, MAP -> false;
            case RECORD, UNION -> fields.stream().allMatch(field -> field.type().isFixedSize());
            case OPTIONAL -> parts.get(0).isFixedSize();
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT -> true;
            case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, FIXED_TEXT -> true;
        };
    }

    /** The type in the words of Java, for people. */
    public String describe() {
        return switch (kind) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE -> JavaNames.of(kind);
            case TEXT, INSTANT, DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES -> JavaNames.of(kind);
            case FIXED_TEXT -> "@FixedUtf8(" + maxTextBytes + ") String";
            case ENUM -> "enum " + name;
            case RECORD -> "record " + name;
            case UNION -> "sealed interface " + name;
            case ARRAY -> parts.get(0).describe() + "[]";
            case LIST -> "List" + describeParts();
            case MAP -> "Map" + describeParts();
            case OPTIONAL -> "Optional" + describeParts();
        };
    }

    private String describeParts() {
        StringJoiner joined = new StringJoiner(", ", "<", ">");
        for (SchemaType part : parts) {
            joined.add(part.describe());
        }
        return joined.toString();
    }
}
