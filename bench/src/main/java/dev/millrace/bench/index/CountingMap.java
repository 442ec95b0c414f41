package dev.millrace.bench.index;

/**
 * Counters under numbers, each with some bytes beside it: what the index is compared by. Used by one thread.
 *
 * <p>The loops are each map's own, so that the JIT compiles every map by itself though many take turns in one JVM.
 */
interface CountingMap extends AutoCloseable {
    /** Puts a key that is not there, its counter at 1. */
    void insert(long key);

    /** Puts keys that are not there. */
    default void insert(long[] keys, int from, int to) {
        for (int i = from; i < to; i++) {
            insert(keys[i]);
        }
    }

    /** Adds one to the counters of keys that are there, and returns a sum, so that nothing is optimised away. */
    long update(long[] keys, int from, int to);

    /** The sum of the counters of keys that are there. */
    long get(long[] keys, int from, int to);

    /** Removes keys that are there. */
    void remove(long[] keys, int from, int to);

    long size();

    /** What it holds off the heap now; 0 for a map on the heap, negative if it does not say. */
    default long offHeapBytes() {
        return 0;
    }

    @Override
    void close();
}
