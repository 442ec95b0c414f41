package dev.millrace.engine.stream;

import dev.millrace.engine.internal.file.CsvFileSink;
import dev.millrace.engine.internal.file.JsonFileSink;
import dev.millrace.engine.internal.jdbc.DatabaseSink;
import dev.millrace.engine.operator.Sink;
import java.nio.file.Path;
import javax.sql.DataSource;

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

    /**
     * Writes rows into a database with a statement of the user's: {@code insert into alerts (card, at) values (?, ?)}, or one that
     * updates. Transactional: see {@link JdbcSink}. The database must be there when the job starts.
     *
     * <p>Values are set as JDBC types of the same name; an {@code Instant} as an {@code OffsetDateTime} in UTC, an enum as its name, a
     * {@code Duration} as text, an {@code Optional} that is empty as null.
     *
     * @param database gives connections; used by one thread at a time
     * @param sql with a parameter for each component of the record, in their order
     * @param type a record of single values
     */
    public static <T> JdbcSink<T> jdbc(DataSource database, String sql, Class<T> type) {
        return new DatabaseSink<>(database, sql, type);
    }
}
