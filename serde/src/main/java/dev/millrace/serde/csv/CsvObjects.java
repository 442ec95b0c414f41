package dev.millrace.serde.csv;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FieldType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.UUID;

/** Columns whose values are objects by nature: times other than instants, decimals, and what may be missing. */
final class CsvObjects {
    private static final int UUID_CHARS = 36;
    /** More than the digits of the longest decimal that a layout holds. */
    private static final int MAX_DECIMAL_CHARS = 10_000;

    private CsvObjects() {}

    /** Whether a type fills a column: plain values, and optional ones of them. */
    static boolean isColumn(FieldType type) {
        if (type instanceof FieldType.OptionalOf optional) {
            return optional.value().kind() != FieldKind.OPTIONAL && isColumn(optional.value());
        }
        return switch (type.kind()) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, TEXT, FIXED_TEXT, INSTANT, ENUM -> true;
            case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL -> true;
            case RECORD, BYTES, ARRAY, LIST, MAP, OPTIONAL, UNION -> false;
        };
    }

    /** The enum's names, also of one that may be missing. */
    static EnumNames namesOf(FieldType type) {
        if (type instanceof FieldType.OptionalOf optional) {
            return namesOf(optional.value());
        }
        return type.kind() == FieldKind.ENUM ? new EnumNames(type.javaType()) : EnumNames.NONE;
    }

    static Object parse(FieldType type, EnumNames names, CsvLine line, int column) {
        return switch (type.kind()) {
            case OPTIONAL ->
                line.start(column) == line.end(column)
                        ? Optional.empty()
                        : Optional.of(parse(((FieldType.OptionalOf) type).value(), names, line, column));
            case BOOLEAN -> CsvParsers.parseBoolean(line, column);
            case BYTE -> CsvParsers.parseByte(line, column);
            case SHORT -> CsvParsers.parseShort(line, column);
            case CHAR -> CsvParsers.parseChar(line, column);
            case INT -> CsvParsers.parseInt(line, column);
            case LONG -> CsvParsers.parseLong(line, column);
            case FLOAT -> CsvParsers.parseFloat(line, column);
            case DOUBLE -> CsvParsers.parseDouble(line, column);
            case TEXT, FIXED_TEXT -> CsvParsers.parseText(line.cache(), line, column);
            case ENUM -> names.find(line, column);
            case INSTANT -> Instant.ofEpochSecond(Times.parseSeconds(line, column), line.nanos(column));
            case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL -> parseText(type.kind(), line, column);
            case RECORD, BYTES, ARRAY, LIST, MAP, UNION -> throw noColumn(type);
        };
    }

    private static Object parseText(FieldKind kind, CsvLine line, int column) {
        String text = line.text(column);
        try {
            return switch (kind) {
                case DURATION -> Duration.parse(text);
                case LOCAL_DATE -> LocalDate.parse(text);
                case LOCAL_DATE_TIME -> LocalDateTime.parse(text);
                case UUID -> uuid(text);
                case DECIMAL -> decimal(text);
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
                        TEXT,
                        RECORD,
                        BYTES,
                        FIXED_TEXT,
                        ARRAY,
                        LIST,
                        MAP,
                        OPTIONAL,
                        UNION -> throw new IllegalStateException("no text: kind=" + kind);
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            throw line.malformed(column, expected(kind));
        }
    }

    private static UUID uuid(String text) {
        if (text.length() != UUID_CHARS) {
            throw new IllegalArgumentException("no uuid");
        }
        return UUID.fromString(text);
    }

    private static BigDecimal decimal(String text) {
        if (text.length() > MAX_DECIMAL_CHARS) {
            throw new IllegalArgumentException("too long");
        }
        return new BigDecimal(text);
    }

    private static String expected(FieldKind kind) {
        return switch (kind) {
            case DURATION -> "a duration (as PT1H30M)";
            case LOCAL_DATE -> "a date (as 2001-01-31)";
            case LOCAL_DATE_TIME -> "a local time (as 2001-01-31T23:59:58)";
            case UUID -> "a UUID";
            case DECIMAL -> "a decimal of at most " + MAX_DECIMAL_CHARS + " chars";
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
                    TEXT,
                    RECORD,
                    BYTES,
                    FIXED_TEXT,
                    ARRAY,
                    LIST,
                    MAP,
                    OPTIONAL,
                    UNION -> throw new IllegalStateException("no text: kind=" + kind);
        };
    }

    static void write(boolean isOnlyColumn, FieldType type, EnumNames names, Object value, CsvBuffer target) {
        switch (type.kind()) {
            case OPTIONAL -> {
                Optional<?> optional = (Optional<?>) value;
                if (optional.isEmpty()) {
                    CsvWriters.writeText(isOnlyColumn, "", target);
                } else {
                    write(isOnlyColumn, ((FieldType.OptionalOf) type).value(), names, optional.get(), target);
                }
            }
            case BOOLEAN -> CsvWriters.writeBoolean((Boolean) value, target);
            case BYTE -> CsvWriters.writeByte((Byte) value, target);
            case SHORT -> CsvWriters.writeShort((Short) value, target);
            case CHAR -> CsvWriters.writeChar((Character) value, target);
            case INT -> CsvWriters.writeInt((Integer) value, target);
            case LONG -> CsvWriters.writeLong((Long) value, target);
            case FLOAT -> CsvWriters.writeFloat((Float) value, target);
            case DOUBLE -> CsvWriters.writeDouble((Double) value, target);
            case TEXT, FIXED_TEXT -> CsvWriters.writeText(isOnlyColumn, (String) value, target);
            case ENUM -> CsvWriters.writeEnum(names, (Enum<?>) value, target);
            case INSTANT -> CsvWriters.writeInstant((Instant) value, target);
            case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL ->
                CsvWriters.writeText(isOnlyColumn, value.toString(), target);
            case RECORD, BYTES, ARRAY, LIST, MAP, UNION -> throw noColumn(type);
        }
    }

    private static IllegalStateException noColumn(FieldType type) {
        return new IllegalStateException("no column: kind=" + type.kind());
    }
}
