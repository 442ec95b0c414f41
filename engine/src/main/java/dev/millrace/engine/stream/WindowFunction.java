package dev.millrace.engine.stream;

/**
 * User logic over all events of a window.
 *
 * @param <K> the key
 * @param <T> the events
 * @param <R> the output
 */
@FunctionalInterface
public interface WindowFunction<K, T, R> {
    /**
     * Called once per key and window, when it closes; more often if more results were asked for.
     *
     * @param out what it is given has the time of the window's last millisecond
     */
    void on(K key, Window window, WindowEvents<T> events, WindowEmitter<R> out);
}
