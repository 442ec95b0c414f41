package dev.millrace.engine.internal.jdbc;

import dev.millrace.engine.operator.CommittedOutput;
import dev.millrace.engine.operator.SinkEncoder;
import dev.millrace.engine.stream.JdbcSink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/** The declaration of a sink into a database. Immutable. */
public final class DatabaseSink<T> implements JdbcSink<T> {
    private static final int DEFAULT_BATCH_ROWS = 500;
    private static final int MAX_BATCH_ROWS = 100_000;
    private static final int MAX_RETRIES = 1_000;
    private static final int DEFAULT_RETRIES = 10;

    /** What is said of a database and how it is written. */
    record Settings(
            DataSource database, String sql, String progressTable, int batchRows, int retries, Duration pause) {}

    private final Class<T> type;
    private final Settings settings;

    public DatabaseSink(DataSource database, String sql, Class<T> type) {
        this(
                type,
                new Settings(
                        Objects.requireNonNull(database, "database"),
                        Objects.requireNonNull(sql, "sql"),
                        DEFAULT_PROGRESS_TABLE,
                        DEFAULT_BATCH_ROWS,
                        DEFAULT_RETRIES,
                        Duration.ofMillis(100)));
        new RowLayout(type); // refuses types that are no row
    }

    private DatabaseSink(Class<T> type, Settings settings) {
        this.type = type;
        this.settings = settings;
    }

    @Override
    public JdbcSink<T> batchRows(int rows) {
        if (rows < 1 || rows > MAX_BATCH_ROWS) {
            throw new IllegalArgumentException(
                    "batch must be from 1 to " + MAX_BATCH_ROWS + " rows: batchRows=" + rows);
        }
        return new DatabaseSink<>(
                type,
                new Settings(
                        settings.database,
                        settings.sql,
                        settings.progressTable,
                        rows,
                        settings.retries,
                        settings.pause));
    }

    @Override
    public JdbcSink<T> retry(int times, Duration firstPause) {
        if (times < 0 || times > MAX_RETRIES || firstPause.isNegative() || firstPause.compareTo(MAX_PAUSE) > 0) {
            throw new IllegalArgumentException("retries must be from 0 to " + MAX_RETRIES + ", with a pause up to "
                    + MAX_PAUSE + ": times=" + times + ", firstPause=" + firstPause);
        }
        return new DatabaseSink<>(
                type,
                new Settings(
                        settings.database,
                        settings.sql,
                        settings.progressTable,
                        settings.batchRows,
                        times,
                        firstPause));
    }

    @Override
    public JdbcSink<T> progressTable(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_.]{0,127}")) {
            throw new IllegalArgumentException(
                    "name of a table must be letters, digits, _ and .: progressTable=" + name);
        }
        return new DatabaseSink<>(
                type,
                new Settings(
                        settings.database, settings.sql, name, settings.batchRows, settings.retries, settings.pause));
    }

    @Override
    public Class<T> type() {
        return type;
    }

    @Override
    public byte[] head() {
        return ("jdbc " + settings.sql).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public SinkEncoder open() {
        return new RowEncoder(new RowLayout(type));
    }

    @Override
    public boolean hasOutput() {
        return true;
    }

    @Override
    public Optional<CommittedOutput> output(String sink, long owner) {
        return Optional.of(new DatabaseOutput(settings, new RowLayout(type), sink, owner));
    }
}
