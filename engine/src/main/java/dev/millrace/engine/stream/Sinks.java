package dev.millrace.engine.stream;

import dev.millrace.engine.internal.file.CsvFileSink;
import dev.millrace.engine.internal.file.JsonFileSink;
import dev.millrace.engine.operator.Sink;
import java.nio.file.Path;

/** Sinks that come with the engine. */
public final class Sinks {
    private Sinks() {}

    /**
     * Writes a CSV file with a header line. Transactional: a line is in the file once, or not yet. The file grows with
     * each committed epoch; what a job without state finds there is replaced.
     *
     * @param type a record whose components are the columns, in order
     */
    public static <T> Sink<T> csvFile(Path file, Class<T> type) {
        return new CsvFileSink<>(file, type);
    }

    /**
     * Writes a file with a value in JSON on each line. Transactional, as {@link #csvFile}. Needs jackson-core on the class
     * path. Lines leave garbage: see {@link dev.millrace.serde.json.JsonFormat}, which says how values look, too.
     *
     * @param type a record whose components are the properties, or a single value
     */
    public static <T> Sink<T> jsonLines(Path file, Class<T> type) {
        return new JsonFileSink<>(file, type);
    }
}
