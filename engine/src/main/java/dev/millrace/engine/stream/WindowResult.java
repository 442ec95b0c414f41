package dev.millrace.engine.stream;

/**
 * Makes the result of a window.
 *
 * @param <K> the key
 * @param <A> what was aggregated
 * @param <R> the result
 */
@FunctionalInterface
public interface WindowResult<K, A, R> {
    /**
     * Called once per key and window, when the window closes.
     *
     * @param window its bounds; over a whole stream from {@link java.time.Instant#MIN} to {@link java.time.Instant#MAX}
     */
    R of(K key, Window window, A aggregate);
}
