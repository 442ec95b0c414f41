package dev.millrace.engine.stream;

import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How events become one value.
 *
 * @param <T> the events
 * @param <A> the value: a record, or a single value such as a {@code Long}; never null
 */
public final class Aggregate<T, A> {
    private final A initial;
    private final BiFunction<? super A, ? super T, ? extends A> add;
    private final @Nullable BinaryOperator<A> merge;

    private Aggregate(A initial, BiFunction<? super A, ? super T, ? extends A> add, @Nullable BinaryOperator<A> merge) {
        this.initial = Objects.requireNonNull(initial, "an aggregate needs an initial value");
        this.add = Objects.requireNonNull(add, "an aggregate needs a function that adds an event");
        this.merge = merge;
    }

    /** An aggregate for windows that never grow together: tumbling ones, and the whole stream. */
    public static <T, A> Aggregate<T, A> of(A initial, BiFunction<? super A, ? super T, ? extends A> add) {
        return new Aggregate<>(initial, add, null);
    }

    /**
     * An aggregate for any windows: {@code merge} joins the values of two sessions that an event connects, or of the slices
     * that a sliding window is made of, the earlier one first.
     */
    public static <T, A> Aggregate<T, A> of(
            A initial, BiFunction<? super A, ? super T, ? extends A> add, BinaryOperator<A> merge) {
        return new Aggregate<>(initial, add, Objects.requireNonNull(merge, "merge"));
    }

    /** Counts events. */
    public static <T> Aggregate<T, Long> counting() {
        return of(0L, (count, event) -> count + 1, Long::sum);
    }

    /** The value of a window without events. */
    public A initial() {
        return initial;
    }

    /** Adds an event to a value. */
    public BiFunction<? super A, ? super T, ? extends A> add() {
        return add;
    }

    /** Joins two values; null if these windows never merge. */
    public @Nullable BinaryOperator<A> merge() {
        return merge;
    }
}
