package dev.millrace.engine.stream;

/**
 * Takes the events that a function makes out of one event. Valid inside the call that it was given to, on that thread.
 *
 * @param <R> the events of the stream behind
 */
public interface Emitter<R> {
    /** Sends an event on; it has the time of the event that is being processed. */
    void emit(R event);

    /** Sends several events on, in their order. */
    default void emitAll(Iterable<? extends R> events) {
        events.forEach(this::emit);
    }

    /** Sends several events on, in their order. */
    default void emitAll(R[] events) {
        for (R event : events) {
            emit(event);
        }
    }

    /** Sends an event to a side output; it has the time of the event that is being processed. Nobody reading it, it is counted. */
    <S> void emit(SideOutput<S> output, S event);
}
