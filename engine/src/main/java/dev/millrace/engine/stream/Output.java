package dev.millrace.engine.stream;

/**
 * Takes what a function has to say. Valid inside the call that it was given to, on that thread.
 *
 * @param <R> the events of the stream behind
 */
public interface Output<R> {
    /** Sends an event; it has the time of the event that is being processed. */
    void emit(R event);
}
