package dev.millrace.engine.stream;

/**
 * Makes the result of a window over a number of events.
 *
 * @param <K> the key
 * @param <A> what was made of the events
 * @param <R> the result
 */
@FunctionalInterface
public interface CountResult<K, A, R> {
    /**
     * Called once per key and window, with its last event.
     *
     * @param number which event of its key the last one is, from 1
     */
    R of(K key, long number, A aggregate);
}
