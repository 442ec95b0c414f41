package dev.millrace.engine.stream;

/**
 * Makes none, one or several events out of one.
 *
 * @param <T> the events
 * @param <R> what it makes of them
 */
@FunctionalInterface
public interface FlatMapFunction<T, R> {
    /** Called once per event, in the order of each sender. */
    void on(T event, Emitter<R> out);
}
