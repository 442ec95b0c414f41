package dev.millrace.serde;

import java.util.Locale;

/** What kinds without parts are called in Java. */
final class JavaNames {
    private JavaNames() {}

    static String of(FieldKind kind) {
        return switch (kind) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE ->
                kind.name().toLowerCase(Locale.ROOT);
            case TEXT -> "String";
            case INSTANT -> "Instant";
            case DURATION -> "Duration";
            case LOCAL_DATE -> "LocalDate";
            case LOCAL_DATE_TIME -> "LocalDateTime";
            case UUID -> "UUID";
            case DECIMAL -> "BigDecimal";
            case BYTES -> "byte[]";
            case ENUM, RECORD, FIXED_TEXT, ARRAY, LIST, MAP, OPTIONAL, UNION ->
                throw new IllegalStateException("a kind with parts has no one name: kind=" + kind);
        };
    }
}
