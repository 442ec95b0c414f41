package dev.millrace.engine.stream;

import dev.millrace.engine.operator.Source;

/**
 * A source that computes its events from their numbers, with its settings. Immutable: each method returns a changed copy.
 *
 * @param <T> the events
 */
public interface GeneratorSource<T> extends Source<T> {
    /**
     * Ends after this many events; otherwise it goes on for ever.
     *
     * @param events not negative
     */
    GeneratorSource<T> limit(long events);

    /**
     * Makes no more events in a second than this.
     *
     * @param events positive, or 0 for as many as can be
     */
    GeneratorSource<T> atMostPerSecond(long events);
}
