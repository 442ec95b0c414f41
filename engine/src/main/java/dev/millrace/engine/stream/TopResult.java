package dev.millrace.engine.stream;

/**
 * Makes the results of the greatest events of a window.
 *
 * @param <K> the key
 * @param <T> the events
 * @param <R> the result
 */
@FunctionalInterface
public interface TopResult<K, T, R> {
    /**
     * Called once per event that is among the greatest, the greatest first.
     *
     * @param rank from 1
     */
    R of(K key, Window window, int rank, T event);
}
