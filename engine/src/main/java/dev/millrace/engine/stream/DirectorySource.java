package dev.millrace.engine.stream;

import java.time.Duration;

/**
 * A source over the files of a directory, in the order of their names, each read once. Immutable: each method returns a
 * changed copy.
 *
 * <p>Files that come later are read too, if their names are behind those of the files that were read; so is told by a name
 * with the time in it. A file must be whole when it comes: write it under a name that ends in {@code .tmp} or begins with a
 * dot, which are passed over, and rename it. What was read stays as it is while the job needs the directory: a file that is
 * gone, has another name or another size is refused, and so is one whose name is before that of the file being read.
 *
 * @param <T> the events
 */
public interface DirectorySource<T> extends FileSource<T> {
    /** How often the directory is looked at unless it is told otherwise. */
    Duration DEFAULT_LOOK_EVERY = Duration.ofSeconds(1);

    /** The most files that one source reads in all its lives. */
    int MAX_FILES = 1_000_000;

    /** Reads only files whose names end like this: {@code .csv.gz}, say. */
    DirectorySource<T> endingIn(String suffix);

    /** Ends when every file is read that is there then. Otherwise it goes on waiting for further files. */
    DirectorySource<T> untilRead();

    /**
     * Looks for further files this often, once those that are known are read.
     *
     * @param interval from a millisecond to a day
     */
    DirectorySource<T> lookEvery(Duration interval);

    @Override
    DirectorySource<T> skipMalformed();

    @Override
    DirectorySource<T> atMostPerSecond(long events);
}
