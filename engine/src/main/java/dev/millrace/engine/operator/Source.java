package dev.millrace.engine.operator;

import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.util.List;

/**
 * Where events come from: the declaration; {@link SourceReader} does the reading.
 *
 * @param <T> the events
 */
public interface Source<T> {
    /** The type of the events. */
    Class<T> type();

    /**
     * Checks what can be checked before a job starts.
     *
     * @throws BadInputException if the input cannot be read
     */
    void check(FileOps files);

    /** The files that are read: no sink of the pipeline may write them. */
    default List<Path> files() {
        return List.of();
    }

    /** Opens a reader at the beginning. It is used by one thread at a time. */
    SourceReader open(FileOps files);

    /** The most events to read in a second; 0 for as many as can be. */
    default long eventsPerSecond() {
        return 0;
    }
}
