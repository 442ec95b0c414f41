package dev.millrace.engine.stream;

/**
 * User logic over an event and the state of its key.
 *
 * @param <T> the events
 * @param <S> the state: a handle such as {@link ValueState}, or several as {@link State.All} puts them together
 * @param <R> the output
 */
@FunctionalInterface
public interface StatefulFunction<T, S, R> {
    /** Called once per event, in the order of each sender. */
    void on(T event, S state, Output<R> out);
}
