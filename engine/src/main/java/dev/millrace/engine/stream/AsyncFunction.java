package dev.millrace.engine.stream;

import java.util.concurrent.CompletionStage;

/**
 * Asks another system about an event.
 *
 * @param <T> the events
 * @param <R> the answers
 */
@FunctionalInterface
public interface AsyncFunction<T, R> {
    /**
     * Begins a request and returns at once: it is called on a worker, which must not wait. The stage may be completed by any
     * thread, with an event that is not null, or with an exception.
     */
    CompletionStage<? extends R> ask(T event);
}
