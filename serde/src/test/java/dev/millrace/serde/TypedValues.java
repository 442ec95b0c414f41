package dev.millrace.serde;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/** Makes values of any layout from a seed, compares them by what is in them, and makes smaller ones of them. */
final class TypedValues {
    private final SplittableRandom random;
    private final RandomValues plain;

    TypedValues(SplittableRandom random) {
        this.random = random;
        this.plain = new RandomValues(random, 40);
    }

    Object next(RecordLayout layout) {
        return layout.isRecord() ? record(layout) : next(layout.fields().get(0).fieldType());
    }

    private Object record(RecordLayout layout) {
        Object[] values = new Object[layout.fields().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = next(layout.fields().get(i).fieldType());
        }
        return construct(layout.type(), values);
    }

    private Object next(FieldType type) {
        return switch (type.kind()) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, TEXT ->
                plain.next(type.javaType());
            case DURATION ->
                random.nextInt(4) == 0
                        ? Duration.ofSeconds(random.nextLong(), random.nextInt(1_000_000_000))
                        : Duration.ofMillis(random.nextInt());
            case LOCAL_DATE ->
                random.nextInt(8) == 0
                        ? random.nextBoolean() ? LocalDate.MIN : LocalDate.MAX
                        : LocalDate.ofEpochDay(random.nextInt());
            case LOCAL_DATE_TIME ->
                random.nextInt(8) == 0
                        ? random.nextBoolean() ? LocalDateTime.MIN : LocalDateTime.MAX
                        : LocalDateTime.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000), ZoneOffset.UTC);
            case UUID -> new UUID(random.nextInt(3), random.nextLong());
            case DECIMAL -> decimal();
            case FIXED_TEXT -> fixedText(((FieldType.FixedText) type).maxBytes());
            case BYTES -> array(byte.class);
            case ARRAY -> array(type.javaType().getComponentType());
            case LIST -> list((FieldType.ListOf) type);
            case MAP -> map((FieldType.MapOf) type);
            case OPTIONAL ->
                random.nextInt(3) == 0 ? Optional.empty() : Optional.of(next(((FieldType.OptionalOf) type).value()));
            case RECORD -> record(((FieldType.RecordOf) type).layout());
            case UNION -> {
                List<FieldType.Alternative> alternatives = ((FieldType.UnionOf) type).alternatives();
                yield record(
                        alternatives.get(random.nextInt(alternatives.size())).layout());
            }
        };
    }

    private BigDecimal decimal() {
        return switch (random.nextInt(4)) {
            case 0 -> BigDecimal.valueOf(random.nextInt(-200, 200), random.nextInt(-3, 4));
            case 1 -> BigDecimal.valueOf(random.nextLong(), random.nextInt());
            case 2 -> {
                byte[] unscaled = new byte[1 + random.nextInt(40)];
                random.nextBytes(unscaled);
                yield new BigDecimal(new BigInteger(unscaled), random.nextInt(100));
            }
            default -> random.nextBoolean() ? BigDecimal.ZERO : new BigDecimal("0.00");
        };
    }

    private String fixedText(int maxBytes) {
        String text = (String) plain.next(String.class);
        int points = text.codePointCount(0, text.length());
        while (text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            points = Math.min(points - 1, maxBytes);
            text = text.substring(0, text.offsetByCodePoints(0, points));
        }
        return text;
    }

    private Object array(Class<?> element) {
        Object array = Array.newInstance(element, random.nextInt(6));
        for (int i = 0; i < Array.getLength(array); i++) {
            Array.set(array, i, plain.next(element));
        }
        return array;
    }

    @SuppressWarnings("JdkObsolete") // A list without quick access by index.
    private List<?> list(FieldType.ListOf type) {
        List<Object> list = random.nextBoolean() ? new ArrayList<>() : new LinkedList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            list.add(next(type.element()));
        }
        return list;
    }

    private Map<?, ?> map(FieldType.MapOf type) {
        Map<Object, Object> map = new LinkedHashMap<>();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            map.put(next(type.key()), next(type.value()));
        }
        return map;
    }

    /** The constructor and accessors of a record type: found once, since looking them up is what takes time. */
    private record Reflected(Constructor<?> constructor, List<Method> accessors) {
        static Reflected of(Class<?> type) {
            List<Class<?>> types = new ArrayList<>();
            List<Method> accessors = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                types.add(component.getType());
                component.getAccessor().setAccessible(true);
                accessors.add(component.getAccessor());
            }
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(types.toArray(new Class<?>[0]));
                constructor.setAccessible(true);
                return new Reflected(constructor, accessors);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("cannot be looked into: type=" + type, e);
            }
        }
    }

    private static final ClassValue<Reflected> REFLECTED = new ClassValue<>() {
        @Override
        protected Reflected computeValue(Class<?> type) {
            return Reflected.of(type);
        }
    };

    private static Object construct(Class<?> type, Object[] values) {
        try {
            return REFLECTED.get(type).constructor().newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot construct: type=" + type, e);
        }
    }

    private static int componentCount(Object record) {
        return REFLECTED.get(record.getClass()).accessors().size();
    }

    private static Object component(Object record, int position) {
        try {
            return REFLECTED.get(record.getClass()).accessors().get(position).invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot read: type=" + record.getClass(), e);
        }
    }

    /** As {@code equals}, but arrays are equal if what is in them is. */
    static boolean equal(Object left, Object right) {
        if (left.getClass().isArray()) {
            return Arrays.deepEquals(new Object[] {left}, new Object[] {right});
        } else if (left instanceof Record) {
            boolean equal = left.getClass() == right.getClass();
            for (int i = 0; equal && i < componentCount(left); i++) {
                equal = equal(component(left, i), component(right, i));
            }
            return equal;
        } else if (left instanceof List<?> list && right instanceof List<?> other) {
            boolean equal = list.size() == other.size();
            for (int i = 0; equal && i < list.size(); i++) {
                equal = equal(list.get(i), other.get(i));
            }
            return equal;
        } else if (left instanceof Optional<?> optional && right instanceof Optional<?> other) {
            return optional.isPresent() == other.isPresent()
                    && (optional.isEmpty() || equal(optional.get(), other.get()));
        } else if (left instanceof Map<?, ?> map && right instanceof Map<?, ?> other) {
            boolean equal = map.keySet().equals(other.keySet());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                equal = equal && equal(entry.getValue(), other.get(entry.getKey()));
            }
            return equal;
        }
        return left.equals(right);
    }

    /** Values that are a step smaller. */
    static List<Object> smaller(Object value) {
        List<Object> smaller = new ArrayList<>();
        if (value instanceof Record) {
            int count = componentCount(value);
            for (int i = 0; i < count; i++) {
                for (Object component : smaller(component(value, i))) {
                    Object[] values = new Object[count];
                    for (int j = 0; j < count; j++) {
                        values[j] = j == i ? component : component(value, j);
                    }
                    smaller.add(construct(value.getClass(), values));
                }
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                List<Object> without = new ArrayList<>(list);
                without.remove(i);
                smaller.add(without);
                for (Object element : smaller(list.get(i))) {
                    List<Object> with = new ArrayList<>(list);
                    with.set(i, element);
                    smaller.add(with);
                }
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Object key : map.keySet()) {
                Map<Object, Object> without = new LinkedHashMap<>(map);
                without.remove(key);
                smaller.add(without);
            }
        } else if (value instanceof Optional<?> optional && optional.isPresent()) {
            smaller.add(Optional.empty());
            smaller(optional.get()).forEach(inside -> smaller.add(Optional.of(inside)));
        } else if (value instanceof String text && !text.isEmpty()) {
            smaller.add("");
            smaller.add(text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, text.length()) / 2)));
        } else if (value instanceof Long number && number != 0) {
            smaller.add(0L);
        } else if (value instanceof Integer number && number != 0) {
            smaller.add(0);
        } else if (value instanceof Instant time && !time.equals(Instant.EPOCH)) {
            smaller.add(Instant.EPOCH);
        } else if (value.getClass().isArray() && Array.getLength(value) > 0) {
            smaller.add(Array.newInstance(value.getClass().getComponentType(), 0));
        }
        return smaller;
    }

    /** A thing that must hold of a value. */
    @FunctionalInterface
    interface Law {
        void check(Object value);
    }

    /** Fails with the smallest value that breaks the law as this one does: no smaller step of it breaks it. */
    static void check(RecordLayout layout, Object value, long seed, Law law) {
        Throwable fault = faultOf(law, value);
        if (fault == null) {
            return;
        }
        Object smallest = value;
        for (int step = 0; step < 1000; step++) {
            Object next = null;
            for (Object candidate : smaller(smallest)) {
                Throwable again = faultOf(law, candidate);
                if (again != null) {
                    next = candidate;
                    fault = again;
                    break;
                }
            }
            if (next == null) {
                break;
            }
            smallest = next;
        }
        throw new AssertionError("seed=" + seed + ", smallest=" + smallest + ", layout=" + layout, fault);
    }

    private static Throwable faultOf(Law law, Object value) {
        try {
            law.check(value);
            return null;
        } catch (RuntimeException | AssertionError e) {
            return e;
        }
    }
}
