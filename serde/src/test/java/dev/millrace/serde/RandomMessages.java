package dev.millrace.serde;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** Fills messages of generated classes with values that their records can have, from a seed. */
final class RandomMessages {
    private static final int[] LENGTHS = {0, 0, 1, 2, 3, 20};

    private final SplittableRandom random;

    RandomMessages(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Fills the fields of a record. */
    void fill(SchemaType record, Message.Builder message) {
        for (SchemaField field : record.fields()) {
            set(field.type(), message, descriptor(message, field.number()));
        }
    }

    private static FieldDescriptor descriptor(Message.Builder message, int number) {
        return message.getDescriptorForType().findFieldByNumber(number);
    }

    private void set(SchemaType type, Message.Builder message, FieldDescriptor field) {
        switch (type.kind()) {
            case OPTIONAL -> {
                if (random.nextBoolean()) {
                    message.setField(field, value(type.parts().get(0), message, field));
                }
            }
            case ARRAY, LIST -> {
                int length = LENGTHS[random.nextInt(LENGTHS.length)];
                for (int i = 0; i < length; i++) {
                    message.addRepeatedField(field, value(type.parts().get(0), message, field));
                }
            }
            case MAP -> setEntries(type, message, field);
            case UNION -> message.setField(field, value(type, message, field));
            default -> {
                Object value = random.nextInt(4) == 0 ? null : value(type, message, field);
                if (value instanceof Message part && part.getSerializedSize() == 0) {
                    value = null; // A record with nothing in it is not written.
                }
                if (value != null) {
                    message.setField(field, value);
                }
            }
        }
    }

    private void setEntries(SchemaType map, Message.Builder message, FieldDescriptor field) {
        // Messages that stand for entries are compared in their order; a map of Protobuf's own is not.
        int length = field.isMapField() ? LENGTHS[random.nextInt(LENGTHS.length)] : random.nextInt(2);
        Set<Object> keys = new HashSet<>();
        for (int i = 0; i < length; i++) {
            Message.Builder entry = message.newBuilderForField(field);
            Object key = value(map.parts().get(0), entry, descriptor(entry, 1));
            entry.setField(descriptor(entry, 1), key);
            entry.setField(descriptor(entry, 2), value(map.parts().get(1), entry, descriptor(entry, 2)));
            if (keys.add(key)) {
                message.addRepeatedField(field, entry.build());
            }
        }
    }

    private Object value(SchemaType type, Message.Builder holder, FieldDescriptor field) {
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case BYTE -> random.nextInt(Byte.MIN_VALUE, Byte.MAX_VALUE + 1);
            case SHORT -> random.nextInt(Short.MIN_VALUE, Short.MAX_VALUE + 1);
            case CHAR -> random.nextInt(Character.MAX_VALUE + 1);
            case INT -> random.nextInt() >> random.nextInt(32);
            case LONG -> random.nextLong() >> random.nextInt(64);
            case LOCAL_DATE -> random.nextLong(-100_000, 100_000);
            case FLOAT -> random.nextInt(3) == 0 ? -0f : (float) random.nextDouble(-1000, 1000);
            case DOUBLE -> random.nextInt(3) == 0 ? Double.NEGATIVE_INFINITY : random.nextDouble(-1000, 1000);
            case ENUM ->
                field.getEnumType()
                        .findValueByNumber(random.nextInt(type.constants().size()));
            case TEXT -> text(random.nextInt(30));
            case FIXED_TEXT -> text(random.nextInt(type.maxTextBytes() / 3 + 1));
            case BYTES -> bytes(random.nextInt(30));
            case UUID -> random.nextBoolean() ? ByteString.EMPTY : bytes(16);
            case INSTANT, LOCAL_DATE_TIME, DURATION -> time(type, holder.newBuilderForField(field));
            case DECIMAL -> decimal(holder.newBuilderForField(field));
            case RECORD -> {
                Message.Builder message = holder.newBuilderForField(field);
                fill(type, message);
                yield message.build();
            }
            case UNION -> union(type, holder.newBuilderForField(field));
            case ARRAY, LIST, MAP, OPTIONAL -> {
                Message.Builder wrapper = holder.newBuilderForField(field);
                set(type, wrapper, descriptor(wrapper, 1));
                yield wrapper.build();
            }
        };
    }

    private Message time(SchemaType type, Message.Builder message) {
        Descriptor descriptor = message.getDescriptorForType();
        long seconds = random.nextLong(-100_000_000_000L, 100_000_000_000L) >> random.nextInt(37);
        int nanos = random.nextBoolean() ? 0 : random.nextInt(1_000_000_000);
        if (type.kind() == FieldKind.DURATION && seconds < 0) {
            nanos = -nanos;
        }
        message.setField(descriptor.findFieldByNumber(1), seconds);
        message.setField(descriptor.findFieldByNumber(2), nanos);
        return message.build();
    }

    private Message decimal(Message.Builder message) {
        Descriptor descriptor = message.getDescriptorForType();
        byte[] unscaled = java.math.BigInteger.valueOf(random.nextLong() >> random.nextInt(64))
                .toByteArray();
        boolean isZero = unscaled.length == 1 && unscaled[0] == 0;
        message.setField(descriptor.findFieldByNumber(1), isZero ? ByteString.EMPTY : ByteString.copyFrom(unscaled));
        message.setField(descriptor.findFieldByNumber(2), random.nextInt(-10, 40));
        return message.build();
    }

    private Message union(SchemaType type, Message.Builder message) {
        SchemaField alternative = type.fields().get(random.nextInt(type.fields().size()));
        FieldDescriptor field = descriptor(message, alternative.number());
        message.setField(field, value(alternative.type(), message, field));
        return message.build();
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (random.nextInt(5) == 0 ? random.nextInt(0x80, 0xD800) : random.nextInt(1, 0x80)));
        }
        return text.toString();
    }

    private ByteString bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
