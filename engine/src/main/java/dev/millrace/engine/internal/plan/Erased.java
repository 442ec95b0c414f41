package dev.millrace.engine.internal.plan;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.AsyncFunction;
import dev.millrace.engine.stream.FlatMapFunction;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.TimerFunction;
import dev.millrace.engine.stream.WatermarkStrategy;
import dev.millrace.engine.stream.WindowResult;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Takes the types off functions: the stream API has checked them. */
public final class Erased {
    private Erased() {}

    @SuppressWarnings("unchecked")
    public static <R> Function<Object, R> function(Function<?, ? extends R> function) {
        return (Function<Object, R>) Objects.requireNonNull(function, "function");
    }

    @SuppressWarnings("unchecked")
    public static WatermarkStrategy<Object> strategy(WatermarkStrategy<?> strategy) {
        return (WatermarkStrategy<Object>) Objects.requireNonNull(strategy, "strategy");
    }

    @SuppressWarnings("unchecked")
    public static Predicate<Object> predicate(Predicate<?> predicate) {
        return (Predicate<Object>) Objects.requireNonNull(predicate, "predicate");
    }

    @SuppressWarnings("unchecked")
    public static Consumer<Object> consumer(Consumer<?> consumer) {
        return (Consumer<Object>) Objects.requireNonNull(consumer, "consumer");
    }

    @SuppressWarnings("unchecked")
    public static FlatMapFunction<Object, Object> flatMap(FlatMapFunction<?, ?> function) {
        return (FlatMapFunction<Object, Object>) Objects.requireNonNull(function, "function");
    }

    @SuppressWarnings("unchecked")
    public static AsyncFunction<Object, Object> async(AsyncFunction<?, ?> function) {
        return (AsyncFunction<Object, Object>) Objects.requireNonNull(function, "function");
    }

    @SuppressWarnings("unchecked")
    public static Aggregate<Object, Object> aggregate(Aggregate<?, ?> aggregate) {
        return (Aggregate<Object, Object>) Objects.requireNonNull(aggregate, "aggregate");
    }

    @SuppressWarnings("unchecked")
    public static WindowResult<Object, Object, Object> result(WindowResult<?, ?, ?> result) {
        return (WindowResult<Object, Object, Object>) Objects.requireNonNull(result, "result");
    }

    @SuppressWarnings("unchecked")
    public static StatefulFunction<Object, Object, Object> stateful(StatefulFunction<?, ?, ?> function) {
        return (StatefulFunction<Object, Object, Object>) Objects.requireNonNull(function, "function");
    }

    @SuppressWarnings("unchecked")
    public static TimerFunction<Object, Object, Object> onTimer(TimerFunction<?, ?, ?> onTimer) {
        return (TimerFunction<Object, Object, Object>) Objects.requireNonNull(onTimer, "onTimer");
    }

    /**
     * The type that the compiler chose for a varargs parameter nobody passed: no type tokens for users, no guessing for
     * us.
     *
     * @param witness the class of the array that the compiler made
     */
    public static Class<?> elementType(Class<?> witness) {
        return witness.getComponentType();
    }
}
