package dev.millrace.engine.stream;

/**
 * The events of a window that closes, in the order in which they came; those of sessions that an event joined stand one
 * session behind the other. Valid inside the call that it was given to, on that thread.
 *
 * @param <T> the events
 */
public interface WindowEvents<T> extends Iterable<T> {
    /** Which result of the window is asked for. */
    Pane pane();

    /** How many events there are: at least one. */
    long size();
}
