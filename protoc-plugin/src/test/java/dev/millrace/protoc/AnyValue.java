package dev.millrace.protoc;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Makes values of generated types from a seed. */
final class AnyValue {
    private final SplittableRandom random;

    AnyValue(long seed) {
        this.random = new SplittableRandom(seed);
    }

    Object of(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            return generic(generic);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return record(plain);
        } else if (plain.isSealed()) {
            Class<?>[] cases = plain.getPermittedSubclasses();
            return of(cases[random.nextInt(cases.length)]);
        } else if (plain.isEnum()) {
            Object[] constants = plain.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        } else if (plain.isArray()) {
            Object array = Array.newInstance(plain.getComponentType(), random.nextInt(4));
            for (int i = 0; i < Array.getLength(array); i++) {
                Array.set(array, i, of(plain.getComponentType()));
            }
            return array;
        }
        return switch (plain.getSimpleName()) {
            case "boolean", "Boolean" -> random.nextBoolean();
            case "byte" -> (byte) random.nextInt();
            case "int", "Integer" -> random.nextInt();
            case "long", "Long" -> random.nextLong();
            case "float", "Float" -> (float) random.nextInt(1000) / 4;
            case "double", "Double" -> random.nextDouble();
            case "String" -> text();
            case "Instant" -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
            case "Duration" -> Duration.ofMillis(random.nextInt());
            default -> throw new IllegalArgumentException("no values for this type: type=" + type);
        };
    }

    private Object generic(ParameterizedType type) throws ReflectiveOperationException {
        Type first = type.getActualTypeArguments()[0];
        if (type.getRawType() == Optional.class) {
            return random.nextBoolean() ? Optional.of(of(first)) : Optional.empty();
        }
        int count = random.nextInt(4);
        if (type.getRawType() == List.class) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                list.add(of(first));
            }
            return list;
        }
        Map<Object, Object> map = new HashMap<>();
        for (int i = 0; i < count; i++) {
            map.put(of(first), of(type.getActualTypeArguments()[1]));
        }
        return map;
    }

    private Object record(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = of(components[i].getGenericType());
        }
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private String text() {
        byte[] letters = new byte[random.nextInt(12)];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) random.nextInt('a', 'z');
        }
        return new String(letters, StandardCharsets.US_ASCII);
    }
}
