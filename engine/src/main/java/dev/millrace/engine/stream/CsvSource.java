package dev.millrace.engine.stream;

/**
 * A source over a CSV file, with its settings. Immutable: each method returns a changed copy.
 *
 * @param <T> the events
 */
public interface CsvSource<T> extends FileSource<T> {
    @Override
    CsvSource<T> skipMalformed();

    @Override
    CsvSource<T> atMostPerSecond(long events);
}
