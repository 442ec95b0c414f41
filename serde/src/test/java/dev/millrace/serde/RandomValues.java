package dev.millrace.serde;

import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.SplittableRandom;

/** Makes values of any supported type from a seed: edges often, everything sometimes. Two with one seed make equal values. */
public final class RandomValues {
    private static final double[] DOUBLES = {
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        1e-3,
        123456.789,
        1e7,
        1e22,
        9.999999999999999E22,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_NORMAL,
        9007199254740992.0
    };
    private static final long[] LONGS = {0, 1, -1, 9, 10, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, 1L << 32};
    private static final int[] POINTS = {0, 'a', '"', ',', '\n', '\r', ' ', 0x7F, 0x80, 0x7FF, 0x800, 0xFFFD, 0xFFFF};

    private final SplittableRandom random;
    private final int mostTextChars;

    public RandomValues(long seed) {
        this(new SplittableRandom(seed), 5000);
    }

    RandomValues(SplittableRandom random, int mostTextChars) {
        this.random = random;
        this.mostTextChars = mostTextChars;
    }

    public Object next(Class<?> type) {
        if (type.isRecord()) {
            return record(type);
        }
        if (type.isEnum()) {
            Object[] constants = type.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        }
        if (type == String.class) {
            return text();
        }
        if (type == Instant.class) {
            return instant();
        }
        Class<?> primitive = MethodType.methodType(type).unwrap().returnType();
        long number = number();
        if (primitive == boolean.class) {
            return (number & 1) == 0;
        } else if (primitive == byte.class) {
            return (byte) number;
        } else if (primitive == short.class) {
            return (short) number;
        } else if (primitive == char.class) {
            return letter();
        } else if (primitive == int.class) {
            return (int) number;
        } else if (primitive == long.class) {
            return number;
        } else if (primitive == float.class) {
            return random.nextBoolean() ? (float) twice() : Float.intBitsToFloat((int) number);
        } else if (primitive == double.class) {
            return twice();
        }
        throw new IllegalArgumentException("no values for this type: type=" + type);
    }

    private Object record(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = next(types[i]);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot construct: type=" + type, e);
        }
    }

    private long number() {
        return switch (random.nextInt(3)) {
            case 0 -> LONGS[random.nextInt(LONGS.length)];
            case 1 -> random.nextInt(-1000, 1000);
            default -> random.nextLong() >> random.nextInt(64);
        };
    }

    private double twice() {
        return switch (random.nextInt(4)) {
            case 0 -> DOUBLES[random.nextInt(DOUBLES.length)];
            case 1 -> random.nextInt(-100_000, 100_000) / 100.0;
            case 2 -> random.nextDouble() * 1000;
            default -> Double.longBitsToDouble(random.nextLong());
        };
    }

    private char letter() {
        char letter = (char) random.nextInt(0x10000);
        return Character.isSurrogate(letter) ? 'x' : letter;
    }

    private Instant instant() {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextBoolean() ? Instant.MIN : Instant.MAX;
            case 1 -> Instant.ofEpochSecond(60L * random.nextInt());
            case 2 -> Instant.ofEpochMilli(random.nextLong() >> 20);
            case 3 -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
            default -> Instant.ofEpochSecond(random.nextInt());
        };
    }

    private String text() {
        int length = random.nextInt(20) == 0 ? random.nextInt(mostTextChars) : random.nextInt(24);
        boolean isPlain = random.nextBoolean();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            if (isPlain) {
                text.append((char) random.nextInt('A', 'Z'));
            } else if (random.nextInt(4) == 0) {
                text.appendCodePoint(random.nextInt(0x10000, 0x110000));
            } else {
                text.append((char) POINTS[random.nextInt(POINTS.length)]);
            }
        }
        return text.toString();
    }
}
