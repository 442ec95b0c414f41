package dev.millrace.engine.internal.jdbc;

import dev.millrace.engine.operator.CommittedOutput;
import dev.millrace.engine.operator.OutputException;
import dev.millrace.engine.stream.JdbcSink;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Brings rows into a database, with the number of their epoch in the same transaction. Used by the epoch thread. */
final class DatabaseOutput implements CommittedOutput {
    private static final long NONE = -1;

    /** What is done with a connection. */
    @FunctionalInterface
    private interface Work<R> {
        R on(Connection connection) throws SQLException;
    }

    private final DatabaseSink.Settings settings;
    private final RowLayout layout;
    private final String sink;
    private final long owner;
    private @Nullable Connection connection;
    private long appliedEpoch;
    /** Of what is being done. */
    private int failedTries;

    DatabaseOutput(DatabaseSink.Settings settings, RowLayout layout, String sink, long owner) {
        this.settings = settings;
        this.layout = layout;
        this.sink = sink;
        this.owner = owner;
    }

    @Override
    public void begin() {
        retrying("beginning", on -> {
            createTable(on);
            try (PreparedStatement delete =
                            on.prepareStatement("delete from " + table() + " where owner = ? and sink = ?");
                    PreparedStatement insert =
                            on.prepareStatement("insert into " + table() + " (owner, sink, epoch) values (?, ?, 0)")) {
                bind(delete, 1); // a try whose answer was lost
                delete.executeUpdate();
                bind(insert, 1);
                insert.executeUpdate();
            }
            on.commit();
            return true;
        });
        appliedEpoch = 0;
    }

    /** Makes the table of progress if it cannot be read. */
    private void createTable(Connection on) throws SQLException {
        try (Statement statement = on.createStatement()) {
            statement
                    .executeQuery("select epoch from " + table() + " where 1 = 0")
                    .close();
        } catch (SQLException e) {
            on.rollback();
            try (Statement statement = on.createStatement()) {
                statement.executeUpdate("create table " + table()
                        + " (owner bigint not null, sink varchar(200) not null, epoch bigint not null,"
                        + " primary key (owner, sink))");
                on.commit();
            } catch (SQLException refused) {
                refused.addSuppressed(e);
                throw refused;
            }
        }
    }

    @Override
    public void resume() {
        long epoch = retrying("reading the progress of", this::readEpoch);
        if (epoch == NONE) {
            throw new OutputException(
                    "output is not the one that the state was made with: " + describe() + ", table=" + table()
                            + ", reason=no row of this state directory and sink; put the database back, or start over with"
                            + " another state directory",
                    null);
        }
        appliedEpoch = epoch;
    }

    /** The last epoch that is in the database; {@link #NONE} if it knows of none. */
    private long readEpoch(Connection on) throws SQLException {
        try (PreparedStatement select =
                on.prepareStatement("select epoch from " + table() + " where owner = ? and sink = ?")) {
            bind(select, 1);
            try (ResultSet rows = select.executeQuery()) {
                long epoch = rows.next() ? rows.getLong(1) : NONE;
                on.commit();
                return epoch;
            }
        }
    }

    @Override
    public void apply(long epoch, List<ByteBuffer> parts) {
        if (epoch <= appliedEpoch) {
            return; // a crash came between the database's commit and ours
        }
        retrying("writing epoch " + epoch + " to", on -> {
            boolean isDone = failedTries > 0 && readEpoch(on) == epoch; // a commit whose answer was lost
            if (!isDone) {
                advance(on, epoch);
                insert(on, parts);
                on.commit();
            }
            return true;
        });
        appliedEpoch = epoch;
    }

    private void advance(Connection on, long epoch) throws SQLException {
        try (PreparedStatement update = on.prepareStatement(
                "update " + table() + " set epoch = ? where owner = ? and sink = ? and epoch = ?")) {
            update.setLong(1, epoch);
            bind(update, 2);
            update.setLong(4, appliedEpoch);
            if (update.executeUpdate() != 1) {
                on.rollback();
                throw new OutputException(
                        "output was written by somebody else: " + describe() + ", table=" + table() + ", lastEpoch="
                                + appliedEpoch + "; does a copy of the state directory run? Stop one of them",
                        null);
            }
        }
    }

    private void insert(Connection on, List<ByteBuffer> parts) throws SQLException {
        try (PreparedStatement insert = on.prepareStatement(settings.sql())) {
            int rows = 0;
            for (ByteBuffer part : parts) {
                DataInputStream in = new DataInputStream(
                        new ByteArrayInputStream(part.array(), part.arrayOffset() + part.position(), part.remaining()));
                while (in.available() > 0) {
                    layout.bind(in, insert);
                    insert.addBatch();
                    if (++rows % settings.batchRows() == 0) {
                        insert.executeBatch();
                    }
                }
            }
            if (rows % settings.batchRows() != 0) {
                insert.executeBatch();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("rows in memory could not be read", e);
        }
    }

    private <R> R retrying(String action, Work<R> work) {
        long pauseNanos = settings.pause().toNanos();
        failedTries = 0;
        while (true) {
            try {
                return work.on(connection());
            } catch (SQLException e) {
                dropConnection();
                if (failedTries++ >= settings.retries() || isForGood(e)) {
                    throw new OutputException(
                            "database failed: while " + action + " it, " + describe() + ", tries=" + failedTries
                                    + ", sqlState=" + e.getSQLState() + ", reason=" + e.getMessage()
                                    + "; what is committed is kept: mend it and run the job again",
                            e);
                }
                LockSupport.parkNanos(pauseNanos);
                pauseNanos = Math.min(2 * pauseNanos, JdbcSink.MAX_PAUSE.toNanos());
            } catch (Throwable e) {
                dropConnection();
                throw e;
            }
        }
    }

    /** Wrong values, violated constraints, wrong statements: classes 22, 23 and 42 of SQL. */
    private static boolean isForGood(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("42");
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = settings.database().getConnection();
            connection = open;
            open.setAutoCommit(false);
        }
        return open;
    }

    private void dropConnection() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try (Connection closing = open) {
                closing.rollback();
            } catch (SQLException e) {
                // It has failed already, and a new one takes its place.
                assert !settings.sql().isEmpty() : e;
            }
        }
    }

    private void bind(PreparedStatement statement, int at) throws SQLException {
        statement.setLong(at, owner);
        statement.setString(at + 1, sink);
    }

    private String table() {
        return settings.progressTable();
    }

    private String describe() {
        return "sink=" + sink + ", owner=" + owner;
    }

    @Override
    public void close() {
        dropConnection();
    }
}
