package dev.millrace.serde.internal;

import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/** Puts what {@code @Default} says into a slot. Used by one thread, while a decoder is made. */
public final class DefaultValue {
    private final ByteArrayOutputStream constants;

    DefaultValue(ByteArrayOutputStream constants) {
        this.constants = constants;
    }

    /**
     * Checks a default.
     *
     * @throws IllegalArgumentException if it is no value of the component's type
     */
    public static void check(SchemaField field, String text) {
        byte[] slot = new byte[field.type().sizeBytes()];
        new DefaultValue(new ByteArrayOutputStream()).put(field, field.type(), text, slot, 0);
    }

    void put(SchemaField field, SchemaType type, String text, byte[] slot, int at) {
        try {
            put(type, text, slot, at);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "default does not fit: component=" + field.name() + ", type=" + type.describe() + ", default=\""
                            + text + "\": " + e.getMessage(),
                    e);
        }
    }

    private void put(SchemaType type, String text, byte[] slot, int at) {
        switch (type.kind()) {
            case BOOLEAN -> slot[at] = (byte) (isTrue(text) ? 1 : 0);
            case BYTE -> slot[at] = Byte.parseByte(text);
            case SHORT -> BlobDraft.SHORTS.set(slot, at, Short.parseShort(text));
            case CHAR -> BlobDraft.SHORTS.set(slot, at, (short) letter(text));
            case INT -> BlobDraft.INTS.set(slot, at, Integer.parseInt(text));
            case LONG -> BlobDraft.LONGS.set(slot, at, Long.parseLong(text));
            case FLOAT -> BlobDraft.INTS.set(slot, at, Float.floatToIntBits(Float.parseFloat(text)));
            case DOUBLE -> BlobDraft.LONGS.set(slot, at, Double.doubleToLongBits(Double.parseDouble(text)));
            case ENUM -> BlobDraft.INTS.set(slot, at, constant(type, text));
            case TEXT -> putConstant(text.getBytes(StandardCharsets.UTF_8), slot, at);
            case FIXED_TEXT -> putFixedText(type, text, slot, at);
            case INSTANT -> {
                Instant instant = Instant.parse(text);
                putTime(instant.getEpochSecond(), instant.getNano(), slot, at);
            }
            case DURATION -> {
                Duration duration = Duration.parse(text);
                putTime(duration.getSeconds(), duration.getNano(), slot, at);
            }
            case LOCAL_DATE_TIME -> {
                Instant instant = LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
                putTime(instant.getEpochSecond(), instant.getNano(), slot, at);
            }
            case LOCAL_DATE ->
                BlobDraft.LONGS.set(slot, at, LocalDate.parse(text).toEpochDay());
            case UUID -> {
                UUID uuid = UUID.fromString(text);
                BlobDraft.LONGS.set(slot, at, uuid.getMostSignificantBits());
                BlobDraft.LONGS.set(slot, at + Long.BYTES, uuid.getLeastSignificantBits());
            }
            case DECIMAL -> {
                BigDecimal decimal = new BigDecimal(text);
                putConstant(decimal.unscaledValue().toByteArray(), slot, at);
                BlobDraft.INTS.set(slot, at + BlobDraft.DECIMAL_SCALE_OFFSET, decimal.scale());
            }
            case OPTIONAL -> {
                put(type.parts().get(0), text, slot, at);
                slot[at + type.innerOffsetBytes()] = 1;
            }
            case BYTES, ARRAY, LIST, MAP, RECORD, UNION ->
                throw new IllegalArgumentException("this type starts empty and cannot have another default");
        }
    }

    private static boolean isTrue(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("use true or false");
        }
        return text.equals("true");
    }

    private static char letter(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException("use one char");
        }
        return text.charAt(0);
    }

    private static int constant(SchemaType type, String text) {
        int ordinal = type.constants().indexOf(text);
        if (ordinal < 0) {
            throw new IllegalArgumentException("use one of " + String.join(", ", type.constants()));
        }
        return ordinal;
    }

    private void putConstant(byte[] value, byte[] slot, int at) {
        BlobDraft.INTS.set(slot, at, ~constants.size());
        BlobDraft.INTS.set(slot, at + FlatSlots.TEXT_LENGTH_OFFSET, value.length);
        constants.writeBytes(value);
    }

    private static void putFixedText(SchemaType type, String text, byte[] slot, int at) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > type.maxTextBytes()) {
            throw new IllegalArgumentException("use at most " + type.maxTextBytes() + " bytes");
        }
        System.arraycopy(utf8, 0, slot, at, utf8.length);
        BlobDraft.SHORTS.set(slot, at + type.innerOffsetBytes(), (short) utf8.length);
    }

    private static void putTime(long seconds, int nanos, byte[] slot, int at) {
        BlobDraft.LONGS.set(slot, at, seconds);
        BlobDraft.INTS.set(slot, at + FlatSlots.INSTANT_NANOS_OFFSET, nanos);
    }
}
