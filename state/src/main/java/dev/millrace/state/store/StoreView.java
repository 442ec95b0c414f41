package dev.millrace.state.store;

import java.nio.file.Path;
import java.util.List;

/**
 * The files of a cold store, opened to be looked at and not changed: for people and tools. A store that a job works on meanwhile can be
 * looked at; what is told is of some moment.
 *
 * <p>Used by one thread at a time; whoever opened it closes it.
 */
public interface StoreView extends AutoCloseable {
    /** The last epoch that a crash cannot take away; 0 if there is none. */
    long durableEpoch();

    /** The files that are the store. */
    List<Path> files();

    /** Files that opening the store would delete: left by builds that were not finished, or replaced. */
    List<Path> leftovers();

    /** Shows the entries in ascending order of their keys. */
    void scan(EntryVisitor visitor);

    @Override
    void close();
}
