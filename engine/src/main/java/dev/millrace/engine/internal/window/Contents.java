package dev.millrace.engine.internal.window;

import dev.millrace.engine.stream.Pane;
import dev.millrace.engine.stream.Window;

/**
 * What windows of the current key hold, each under a number of its own.
 *
 * @param <K> the key
 * @param <T> the events
 * @param <R> the results
 */
interface Contents<K, T, R> {
    /** Adds an event to a window that has taken so many before. */
    void add(long window, long eventCount, T event, WindowOutput<R> out);

    /** Moves what a window holds to another one. */
    void move(long from, WindowHead fromHead, long into, WindowHead intoHead);

    /** Sends a result. */
    void show(K key, Window bounds, Pane pane, long window, WindowHead head, WindowOutput<R> out);

    /** Forgets a window. */
    void drop(long window, WindowHead head);
}
