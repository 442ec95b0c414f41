package dev.millrace.serde.fuzz;

import dev.millrace.serde.FixedUtf8;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/** Small values of any shape from a seed: what the programs of a fuzzer start from. */
final class FuzzValues {
    private static final String[] TEXTS = {
        "", "a", "sieben", "acht....", "zwölf Bytes", "\u20AC\uD83D\uDE00", "x,\"\n\u0000"
    };

    private final SplittableRandom random;

    FuzzValues(long seed) {
        this.random = new SplittableRandom(seed);
    }

    Object next(Type type) {
        return next(type, Integer.MAX_VALUE);
    }

    /** @param maxTextBytes of a text that has a bound */
    private Object next(Type type, int maxTextBytes) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic);
        }
        if (type == String.class) {
            String text = TEXTS[random.nextInt(TEXTS.length)];
            return text.getBytes(StandardCharsets.UTF_8).length <= maxTextBytes ? text : "";
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return record(plain, Map.of());
        } else if (plain.isSealed() && plain.isInterface()) {
            Class<?>[] cases = plain.getPermittedSubclasses();
            return next(cases[random.nextInt(cases.length)]);
        } else if (plain.isEnum()) {
            Object[] constants = plain.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        } else if (plain.isArray()) {
            Object array = Array.newInstance(plain.getComponentType(), random.nextInt(4));
            for (int i = 0; i < Array.getLength(array); i++) {
                Array.set(array, i, next(plain.getComponentType()));
            }
            return array;
        }
        return leaf(plain);
    }

    private Object leaf(Class<?> type) {
        long number = random.nextLong() >> random.nextInt(64);
        return switch (type.getSimpleName()) {
            case "boolean", "Boolean" -> random.nextBoolean();
            case "byte", "Byte" -> (byte) number;
            case "short", "Short" -> (short) number;
            case "char", "Character" -> (char) ('A' + (number & 15));
            case "int", "Integer" -> (int) number;
            case "long", "Long" -> number;
            case "float", "Float" -> (float) number / 8;
            case "double", "Double" -> (double) number / 8;
            case "Instant" -> Instant.ofEpochSecond(number >> 32, random.nextInt(1_000_000_000));
            case "Duration" -> Duration.ofSeconds(number, random.nextInt(1_000_000_000));
            case "LocalDate" -> LocalDate.ofEpochDay(number >> 40);
            case "LocalDateTime" -> LocalDateTime.ofEpochSecond(number >> 32, 5, ZoneOffset.UTC);
            case "UUID" -> new UUID(number, random.nextLong());
            case "BigDecimal" -> new BigDecimal(BigInteger.valueOf(number), random.nextInt(-3, 9));
            default -> throw new IllegalArgumentException("no values for this type: type=" + type);
        };
    }

    private Object generic(ParameterizedType type) {
        Type first = type.getActualTypeArguments()[0];
        if (type.getRawType() == Optional.class) {
            return random.nextBoolean() ? Optional.of(next(first)) : Optional.empty();
        }
        Class<?> raw = (Class<?>) type.getRawType();
        if (raw.isRecord()) {
            Map<Type, Type> arguments = new LinkedHashMap<>();
            for (int i = 0; i < raw.getTypeParameters().length; i++) {
                arguments.put(raw.getTypeParameters()[i], type.getActualTypeArguments()[i]);
            }
            return record(raw, arguments);
        }
        int count = random.nextInt(4);
        if (raw == List.class) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                list.add(next(first));
            }
            return list;
        }
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            map.put(next(first), next(type.getActualTypeArguments()[1]));
        }
        return map;
    }

    private Object record(Class<?> type, Map<Type, Type> arguments) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            Type generic = components[i].getGenericType();
            FixedUtf8 fixed = components[i].getAnnotation(FixedUtf8.class);
            values[i] =
                    next(arguments.getOrDefault(generic, generic), fixed == null ? Integer.MAX_VALUE : fixed.value());
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot construct: type=" + type, e);
        }
    }
}
