package dev.millrace.serde.json;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FieldType;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A value without parts. Immutable. */
final class PlainShape extends JsonShape {
    private static final int UUID_CHARS = 36;

    private final FieldKind kind;
    private final Map<String, Object> constants = new HashMap<>();
    private final String expected;

    PlainShape(FieldType type) {
        kind = type.kind();
        if (kind == FieldKind.ENUM) {
            for (Object constant : type.javaType().getEnumConstants()) {
                constants.put(((Enum<?>) constant).name(), constant);
            }
        }
        expected = expected(kind, constants);
    }

    /** Whether a value of this kind can be the key of an object. */
    static boolean hasText(FieldKind kind) {
        return switch (kind) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, TEXT, FIXED_TEXT -> true;
            case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL -> true;
            case RECORD, BYTES, ARRAY, LIST, MAP, OPTIONAL, UNION -> false;
        };
    }

    private static String expected(FieldKind kind, Map<String, Object> constants) {
        return switch (kind) {
            case BOOLEAN -> "true or false";
            case BYTE -> "a whole number from -128 to 127";
            case SHORT -> "a whole number from -32768 to 32767";
            case INT -> "a whole number of 32 bits";
            case LONG -> "a whole number of 64 bits";
            case FLOAT, DOUBLE -> "a number, \"NaN\", \"Infinity\" or \"-Infinity\"";
            case DECIMAL -> "a number";
            case CHAR -> "a text of one character";
            case TEXT, FIXED_TEXT -> "a text";
            case ENUM ->
                "one of "
                        + String.join(", ", constants.keySet().stream().sorted().toList());
            case INSTANT -> "a time (as \"2001-01-31T23:59:58Z\", or milliseconds since 1970)";
            case DURATION -> "a duration (as \"PT1H30M\")";
            case LOCAL_DATE -> "a date (as \"2001-01-31\")";
            case LOCAL_DATE_TIME -> "a local time (as \"2001-01-31T23:59:58\")";
            case UUID -> "a UUID";
            case BYTES -> "bytes in Base64";
            case RECORD, ARRAY, LIST, MAP, OPTIONAL, UNION -> throw noPlainValue(kind);
        };
    }

    @Override
    Object read(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        try {
            return switch (kind) {
                case BOOLEAN -> readBoolean(in, token);
                case BYTE -> (byte) whole(in, token, Byte.MIN_VALUE, Byte.MAX_VALUE);
                case SHORT -> (short) whole(in, token, Short.MIN_VALUE, Short.MAX_VALUE);
                case INT -> (int) whole(in, token, Integer.MIN_VALUE, Integer.MAX_VALUE);
                case LONG -> whole(in, token, Long.MIN_VALUE, Long.MAX_VALUE);
                case FLOAT -> isNumber(token) ? finite(in, Float.parseFloat(in.getText())) : noNumber(in, token);
                case DOUBLE -> isNumber(token) ? finite(in, in.getDoubleValue()) : noNumber(in, token);
                case DECIMAL -> {
                    if (!isNumber(token)) {
                        throw malformed(in, expected);
                    }
                    yield new BigDecimal(in.getText());
                }
                case INSTANT ->
                    token == JsonToken.VALUE_NUMBER_INT
                            ? Instant.ofEpochMilli(in.getLongValue())
                            : parse(in, text(in, token));
                case BYTES -> {
                    expect(in, JsonToken.VALUE_STRING, expected);
                    yield in.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
                }
                case CHAR, TEXT, FIXED_TEXT, ENUM, DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID ->
                    parse(in, text(in, token));
                case RECORD, ARRAY, LIST, MAP, OPTIONAL, UNION -> throw noPlainValue(kind);
            };
        } catch (InputCoercionException | NumberFormatException e) {
            throw malformed(in, expected);
        }
    }

    private Object readBoolean(JsonParser in, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw malformed(in, expected);
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private long whole(JsonParser in, JsonToken token, long min, long max) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw malformed(in, expected);
        }
        long value = in.getLongValue();
        if (value < min || value > max) {
            throw malformed(in, expected);
        }
        return value;
    }

    private static boolean isNumber(JsonToken token) {
        return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
    }

    private Object finite(JsonParser in, float value) throws IOException {
        if (Float.isInfinite(value)) {
            throw malformed(in, expected);
        }
        return value;
    }

    private Object finite(JsonParser in, double value) throws IOException {
        if (Double.isInfinite(value)) {
            throw malformed(in, expected);
        }
        return value;
    }

    /** What JSON has no numbers for. */
    private Object noNumber(JsonParser in, JsonToken token) throws IOException {
        double value =
                switch (text(in, token)) {
                    case "NaN" -> Double.NaN;
                    case "Infinity" -> Double.POSITIVE_INFINITY;
                    case "-Infinity" -> Double.NEGATIVE_INFINITY;
                    default -> throw malformed(in, expected);
                };
        if (kind == FieldKind.FLOAT) {
            return (float) value;
        }
        return value;
    }

    private String text(JsonParser in, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw malformed(in, expected);
        }
        return in.getText();
    }

    /** Reads a value from a text: that of a property, or a property's name. */
    Object parse(JsonParser in, String text) throws IOException {
        try {
            return switch (kind) {
                case TEXT, FIXED_TEXT -> text;
                case ENUM -> {
                    Object constant = constants.get(text);
                    if (constant == null) {
                        throw malformed(in, expected);
                    }
                    yield constant;
                }
                case CHAR -> {
                    if (text.length() != 1) {
                        throw malformed(in, expected);
                    }
                    yield text.charAt(0);
                }
                case INSTANT -> Instant.parse(text);
                case DURATION -> Duration.parse(text);
                case LOCAL_DATE -> LocalDate.parse(text);
                case LOCAL_DATE_TIME -> LocalDateTime.parse(text);
                case UUID -> {
                    if (text.length() != UUID_CHARS) {
                        throw malformed(in, expected);
                    }
                    yield UUID.fromString(text);
                }
                case BOOLEAN -> {
                    if (!text.equals("true") && !text.equals("false")) {
                        throw malformed(in, expected);
                    }
                    yield text.equals("true");
                }
                case BYTE -> Byte.parseByte(text);
                case SHORT -> Short.parseShort(text);
                case INT -> Integer.parseInt(text);
                case LONG -> Long.parseLong(text);
                case FLOAT -> Float.parseFloat(text);
                case DOUBLE -> Double.parseDouble(text);
                case DECIMAL -> new BigDecimal(text);
                case RECORD, BYTES, ARRAY, LIST, MAP, OPTIONAL, UNION -> throw noPlainValue(kind);
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            throw malformed(in, expected);
        }
    }

    @Override
    void write(Object value, JsonGenerator out) throws IOException {
        switch (kind) {
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case BYTE, SHORT, INT, LONG -> out.writeNumber(((Number) value).longValue());
            case FLOAT -> out.writeNumber((Float) value);
            case DOUBLE -> out.writeNumber((Double) value);
            case DECIMAL -> out.writeNumber(value.toString());
            case BYTES -> out.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, (byte[]) value, 0, ((byte[]) value).length);
            case CHAR, TEXT, FIXED_TEXT, ENUM, INSTANT, DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID ->
                out.writeString(text(value));
            case RECORD, ARRAY, LIST, MAP, OPTIONAL, UNION -> throw noPlainValue(kind);
        }
    }

    /** The text of a value; halves of surrogate pairs, which UTF-8 cannot say, as question marks. */
    String text(Object value) {
        if (kind == FieldKind.ENUM) {
            return ((Enum<?>) value).name();
        }
        String text = value.toString();
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            }
        }
        return text;
    }

    private static IllegalStateException noPlainValue(FieldKind kind) {
        return new IllegalStateException("value has parts: kind=" + kind);
    }
}
