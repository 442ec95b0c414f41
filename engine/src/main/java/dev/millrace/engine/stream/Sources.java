package dev.millrace.engine.stream;

import dev.millrace.engine.internal.file.CsvFileSource;
import java.nio.file.Path;

/** Sources that come with the engine. */
public final class Sources {
    private Sources() {}

    /**
     * Reads a CSV file with a header line, gzipped if its name ends in {@code .gz}. Replayable.
     *
     * @param type a record whose components are the columns, in order
     */
    public static <T> CsvSource<T> csvFile(Path file, Class<T> type) {
        return new CsvFileSource<>(file, type, false, 0);
    }
}
