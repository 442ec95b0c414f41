package dev.millrace.engine.stream;

import dev.millrace.engine.internal.embed.NumberedSource;
import dev.millrace.engine.internal.file.LineDirectorySource;
import dev.millrace.engine.internal.file.LineFileSource;
import dev.millrace.engine.internal.file.LineKind;
import java.nio.file.Path;
import java.util.function.LongFunction;

/** Sources that come with the engine. All of them are replayable. */
public final class Sources {
    private Sources() {}

    /**
     * Reads a CSV file with a header line, gzipped if its name ends in {@code .gz}.
     *
     * @param type a record whose components are the columns, in order
     */
    public static <T> CsvSource<T> csvFile(Path file, Class<T> type) {
        return new LineFileSource<>(LineKind.CSV, file, type);
    }

    /**
     * Reads a file with a value in JSON on each line, gzipped if its name ends in {@code .gz}. Needs jackson-core on the
     * class path. Lines leave garbage: see {@link dev.millrace.serde.json.JsonFormat}, which says how values look, too.
     *
     * @param type a record whose components are the properties, or a single value
     */
    public static <T> FileSource<T> jsonLines(Path file, Class<T> type) {
        return new LineFileSource<>(LineKind.JSON, file, type);
    }

    /**
     * Reads the files of a directory one after the other, each as {@link #csvFile} does.
     *
     * @param type a record whose components are the columns, in order
     */
    public static <T> DirectorySource<T> csvDirectory(Path directory, Class<T> type) {
        return new LineDirectorySource<>(LineKind.CSV, directory, type);
    }

    /**
     * Reads the files of a directory one after the other, each as {@link #jsonLines} does.
     *
     * @param type a record whose components are the properties, or a single value
     */
    public static <T> DirectorySource<T> jsonLinesDirectory(Path directory, Class<T> type) {
        return new LineDirectorySource<>(LineKind.JSON, directory, type);
    }

    /**
     * Computes each event from its number: 0, 1, 2 and so on. Leaves nothing on the heap if the function ends in
     * {@code new Event(..)}.
     *
     * @param type the events
     * @param function gives the same event for the same number at any time, on any thread
     */
    public static <T> GeneratorSource<T> generator(Class<T> type, LongFunction<T> function) {
        return new NumberedSource<>(type, function);
    }
}
