package dev.millrace.engine.stream;

import dev.millrace.engine.operator.Source;

/**
 * A source over the lines of files, with its settings. Immutable: each method returns a changed copy.
 *
 * @param <T> the events
 */
public interface FileSource<T> extends Source<T> {
    /** Counts and skips malformed lines instead of failing the job. */
    FileSource<T> skipMalformed();

    /**
     * Reads no more events in a second than this.
     *
     * @param events positive, or 0 for as many as can be
     */
    FileSource<T> atMostPerSecond(long events);
}
