package dev.millrace.engine.stream;

/**
 * Takes what a function makes of a window. Valid inside the call that it was given to, on that thread.
 *
 * @param <R> the events of the stream behind
 */
@FunctionalInterface
public interface WindowEmitter<R> {
    /** Sends an event. */
    void emit(R event);
}
