package dev.millrace.engine.internal.plan;

import dev.millrace.engine.stream.Aggregate;
import java.util.Objects;
import java.util.function.BinaryOperator;

/** Makes aggregates of functions that join two events: the first event of a window is its first value. */
public final class Reduce {
    /** Stands for the value of a window without events, which is never written. */
    static final Object NOTHING = new Object();

    private Reduce() {}

    /** The aggregate of a function that joins two events. */
    @SuppressWarnings("unchecked") // The stream API has checked the function.
    public static Aggregate<Object, Object> of(BinaryOperator<?> reduce) {
        BinaryOperator<Object> join = (BinaryOperator<Object>) Objects.requireNonNull(reduce, "reduce");
        return Aggregate.of(NOTHING, (value, event) -> value == NOTHING ? event : join.apply(value, event), join);
    }
}
