package dev.millrace.state.store;

import org.jspecify.annotations.Nullable;

/**
 * Mutations in ascending order of their keys, compared as unsigned bytes; each key once. Starts before the first. Read by one thread,
 * once.
 */
public interface SortedRun {
    /** About how many bytes the keys and values of all mutations have; 0 if they are few. */
    default long sizeBytes() {
        return 0;
    }

    /** Goes to the next mutation; false behind the last. */
    boolean next();

    /** The key of this mutation: 1 byte or more. The array is given away. */
    byte[] key();

    /** The new value of the key, or null if the key is deleted. The array is given away. */
    byte @Nullable [] value();
}
