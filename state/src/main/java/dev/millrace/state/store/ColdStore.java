package dev.millrace.state.store;

import dev.millrace.state.file.StateFileException;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map of byte strings on disk that always equals some committed epoch. Committed epochs are folded into it in ascending order;
 * after a crash at any moment it is found at its durable epoch or a later one that was folded, never between two.
 *
 * <p>There are two epochs. What {@link #get} and {@link #scan} see is the <em>applied</em> one. What a crash cannot take away is the
 * <em>durable</em> one, the same or an older one: the epoch log may forget epochs up to the durable epoch, and must keep the others
 * to be folded again. An opened store has applied what is durable.
 *
 * <p>Used by one thread at a time, except for {@link #getAll} and {@link #scanSome}, which any number of other threads may call
 * meanwhile; whoever opened it closes it. Use after {@link #close} is an {@link IllegalStateException}. A failing
 * disk is a {@link StateFileException}; the store then still shows what it showed before.
 */
public interface ColdStore extends AutoCloseable {
    /** What the store is called in messages and settings. */
    String name();

    /** The last epoch that was folded; 0 if none was. */
    long appliedEpoch();

    /** The last epoch that a crash cannot take away; 0 if there is none. */
    long durableEpoch();

    /**
     * Applies the mutations of one epoch, wholly or (if it throws) not at all. An epoch that is applied already changes nothing.
     *
     * @throws IllegalArgumentException if the keys do not ascend
     */
    void fold(long epoch, SortedRun mutations);

    /**
     * Fills a store that has nothing yet, and makes it durable. What is left after a crash in the middle is not to be opened.
     *
     * @param epoch the epoch that it equals then
     * @param entries of which none is a delete
     * @throws IllegalStateException if the store has folded an epoch
     */
    void load(long epoch, SortedRun entries);

    /** Makes the applied epoch the durable one. */
    void checkpoint();

    /** The value of a key, or null if it has none. The array is given away. */
    byte @Nullable [] get(byte[] key);

    /**
     * Shows the entries of a range in ascending order of their keys.
     *
     * @param fromInclusive where to start; an empty array is the first key
     * @param toExclusive where to end; null is behind the last key
     */
    void scan(byte[] fromInclusive, byte @Nullable [] toExclusive, EntryVisitor visitor);

    /**
     * The values of many keys, all as of one applied epoch. Any thread may call it, also while the store is folded into.
     *
     * @param keys in ascending order, which is the cheapest one
     * @return for each key its value, or null if it has none. The arrays are given away.
     */
    byte[] @Nullable [] getAll(byte[][] keys);

    /**
     * Shows the first entries of a range, in ascending order of their keys and all as of one applied epoch. Any thread may call it,
     * also while the store is folded into.
     *
     * @param fromInclusive where to start; an empty array is the first key
     * @param toExclusive where to end; null is behind the last key
     * @return the key to go on from; null if all of the range was shown
     */
    byte @Nullable [] scanSome(
            byte[] fromInclusive, byte @Nullable [] toExclusive, int maxEntries, EntryVisitor visitor);

    @Override
    void close();
}
