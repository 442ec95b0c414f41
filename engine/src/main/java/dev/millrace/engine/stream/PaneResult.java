package dev.millrace.engine.stream;

/**
 * Makes the results of a window that has several.
 *
 * @param <K> the key
 * @param <A> what was aggregated
 * @param <R> the result
 */
@FunctionalInterface
public interface PaneResult<K, A, R> {
    /**
     * Called once per key and result.
     *
     * @param window its bounds
     * @param pane which result it is
     */
    R of(K key, Window window, Pane pane, A aggregate);
}
