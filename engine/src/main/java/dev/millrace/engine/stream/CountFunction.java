package dev.millrace.engine.stream;

/**
 * User logic over all events of a window over a number of events.
 *
 * @param <K> the key
 * @param <T> the events
 * @param <R> the output
 */
@FunctionalInterface
public interface CountFunction<K, T, R> {
    /**
     * Called once per key and window, with its last event.
     *
     * @param number which event of its key the last one is, from 1
     * @param events the oldest first; valid inside the call
     */
    void on(K key, long number, Iterable<T> events, WindowEmitter<R> out);
}
