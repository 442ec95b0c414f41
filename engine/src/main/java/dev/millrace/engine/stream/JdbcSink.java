package dev.millrace.engine.stream;

import dev.millrace.engine.operator.Sink;
import java.time.Duration;

/**
 * A sink into a database, with its settings. Immutable: each method returns a changed copy.
 *
 * <p>Transactional: after an epoch is committed, its rows and its number go to the database in one transaction. The number is in a row
 * of a table of its own, made if it is not there:
 * <pre>
 *   create table millrace_progress (owner bigint, sink varchar(200), epoch bigint, primary key (owner, sink))
 * </pre>
 * After a crash at any moment the job reads the number and goes on behind it: a row is in the database once, or not yet. The rows of one
 * epoch are held in memory while they are written.
 *
 * <p>The owner is a number that each state directory has for itself. A job that begins with an empty one makes a new row and leaves
 * other tables as they are: what an earlier one wrote there stays. Of two copies of one state directory the second to write fails.
 *
 * @param <T> the events
 */
public interface JdbcSink<T> extends Sink<T> {
    /** The table with the numbers of epochs unless it is told otherwise. */
    String DEFAULT_PROGRESS_TABLE = "millrace_progress";

    /** The longest pause before a retry. */
    Duration MAX_PAUSE = Duration.ofMinutes(1);

    /** Sends so many rows to the database at once; 500 unless it is told otherwise. */
    JdbcSink<T> batchRows(int rows);

    /**
     * Tries an epoch again if the database failed, from the beginning and over a new connection; then the job fails. Ten times
     * unless it is told otherwise. What the database will never take (a constraint, a wrong statement or value) is not tried again.
     *
     * @param times from 0 to 1,000
     * @param firstPause before the first retry; each further one is twice as long, up to {@link #MAX_PAUSE}
     */
    JdbcSink<T> retry(int times, Duration firstPause);

    /** Keeps the numbers of epochs in this table. */
    JdbcSink<T> progressTable(String name);
}
