package dev.millrace.engine.stream;

/**
 * User logic over an event and the state of its key.
 *
 * @param <T> the events
 * @param <V> the state
 * @param <R> the output
 */
@FunctionalInterface
public interface StatefulFunction<T, V, R> {
    /** Called once per event, in the order of each sender. */
    void on(T event, ValueState<V> state, Output<R> out);
}
