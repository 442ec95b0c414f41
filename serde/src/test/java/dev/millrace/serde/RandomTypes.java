package dev.millrace.serde;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/** Makes record types of any shape from a seed: generic records, and what their parameters stand for. */
final class RandomTypes {
    private static final List<Class<?>> LEAVES = List.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            String.class,
            Instant.class,
            Duration.class,
            LocalDate.class,
            LocalDateTime.class,
            UUID.class,
            BigDecimal.class,
            Shapes.Side.class,
            Shapes.Point.class,
            Shapes.Note.class,
            Shapes.Fixed.class,
            RichShapes.Code.class,
            RichShapes.Shape.class);
    private static final List<Class<?>> ARRAYS = List.of(
            byte[].class,
            boolean[].class,
            short[].class,
            char[].class,
            int[].class,
            long[].class,
            float[].class,
            double[].class);

    record One<A>(A a) {}

    record Two<A, B>(A a, B b) {}

    record Five<A, B, C, D, E>(A a, B b, byte mark, C c, D d, int number, E e) {}

    sealed interface Either<L, R> {}

    record Left<L, R>(byte mark, L value) implements Either<L, R> {}

    record Right<R, L>(R value, R other) implements Either<L, R> {}

    record Neither<L, R>(boolean sure) implements Either<L, R> {}

    private final SplittableRandom random;

    RandomTypes(SplittableRandom random) {
        this.random = random;
    }

    /** The layout of a record type. */
    RecordLayout next() {
        Class<?> raw = random.nextBoolean() ? Two.class : Five.class;
        TypeUse type = generic(raw, raw.getTypeParameters().length, 3, true);
        return new LayoutBuilder(raw).build(type);
    }

    private TypeUse any(int depth, boolean arrays) {
        int choice = depth == 0 ? random.nextInt(6) : random.nextInt(14);
        return switch (choice) {
            case 6 -> generic(One.class, 1, depth - 1, arrays);
            case 7 -> generic(Two.class, 2, depth - 1, arrays);
            case 8 -> generic(Either.class, 2, depth - 1, arrays);
            case 9, 10 -> generic(List.class, 1, depth - 1, arrays);
            case 11 -> generic(Optional.class, 1, depth - 1, arrays);
            case 12, 13 ->
                new TypeUse(Map.class, List.of(any(depth - 1, false), any(depth - 1, arrays)), TypeUse.NOT_FIXED);
            default -> leaf(arrays);
        };
    }

    private TypeUse leaf(boolean arrays) {
        int choice = random.nextInt(10);
        if (choice == 0) {
            return new TypeUse(String.class, List.of(), 1 + random.nextInt(20));
        }
        List<Class<?>> from = choice == 1 && arrays ? ARRAYS : LEAVES;
        return TypeUse.of(from.get(random.nextInt(from.size())));
    }

    private TypeUse generic(Class<?> raw, int parameters, int depth, boolean arrays) {
        TypeUse[] arguments = new TypeUse[parameters];
        for (int i = 0; i < parameters; i++) {
            arguments[i] = any(depth, arrays);
        }
        return new TypeUse(raw, List.of(arguments), TypeUse.NOT_FIXED);
    }
}
