package dev.millrace.engine.stream;

/**
 * User logic over a timer that is due and the state of its key.
 *
 * @param <K> the key
 * @param <S> the state
 * @param <R> the output
 */
@FunctionalInterface
public interface TimerFunction<K, S, R> {
    /** Called when a timer is due that was set through {@link Output}, the earliest first. */
    void on(K key, Timer timer, S state, Output<R> out);
}
