package dev.millrace.allocator;

import java.util.BitSet;

/**
 * The chunks of a node without a unit in use: those that still have memory behind them, in the order in which they fell
 * empty, and those without.
 *
 * <pre>
 *   oldest -> ... -> newest        memory behind them; used again from the newest end, given back from the oldest
 *   empty, not backed              addresses only; used from the lowest
 * </pre>
 *
 * <p>Touched under the lock of the node.
 */
final class EmptyChunks {
    static final int NONE = -1;

    private final BitSet empty;
    private final BitSet backed;
    private final int[] newer;
    private final int[] older;
    private final long[] emptiedNanos;
    private final int chunkCount;
    private int newest = NONE;
    private int oldest = NONE;
    private int lowestEmpty;
    private int backedChunks;

    EmptyChunks(int chunkCount) {
        this.chunkCount = chunkCount;
        empty = new BitSet(chunkCount);
        empty.set(0, chunkCount);
        backed = new BitSet(chunkCount);
        newer = new int[chunkCount];
        older = new int[chunkCount];
        emptiedNanos = new long[chunkCount];
    }

    /** The chunk to use next: one that has memory if there is any. {@link #NONE} if none is empty. */
    int best() {
        return newest != NONE ? newest : lowestEmpty();
    }

    /** The first of as many neighbours as asked for, the lowest such, or {@link #NONE}. */
    int firstOfNeighbours(int count) {
        int start = lowestEmpty();
        while (start != NONE) {
            final int end = empty.nextClearBit(start);
            if (end - start >= count) {
                return start;
            }
            start = empty.nextSetBit(end);
        }
        return NONE;
    }

    /** Says whether a chunk, in use or not, may have memory behind it. */
    boolean isBacked(int chunk) {
        return backed.get(chunk);
    }

    /** How many chunks, in use or not, may have memory behind them. */
    int backedChunks() {
        return backedChunks;
    }

    /** Takes a chunk out; from here on there is memory behind it. */
    void take(int chunk) {
        empty.clear(chunk);
        if (backed.get(chunk)) {
            unlink(chunk);
        } else {
            backed.set(chunk);
            backedChunks++;
        }
    }

    /** Notes that an empty chunk got memory. */
    void noteBacked(int chunk, long nowNanos) {
        backed.set(chunk);
        backedChunks++;
        put(chunk, nowNanos);
    }

    /** Puts a chunk in that has memory behind it. */
    void put(int chunk, long nowNanos) {
        empty.set(chunk);
        lowestEmpty = Math.min(lowestEmpty, chunk);
        emptiedNanos[chunk] = nowNanos;
        older[chunk] = newest;
        newer[chunk] = NONE;
        if (newest == NONE) {
            oldest = chunk;
        } else {
            newer[newest] = chunk;
        }
        newest = chunk;
    }

    /** The one that has been empty for the longest time and still has memory, or {@link #NONE}. */
    int oldest() {
        return oldest;
    }

    /** How long the oldest has been empty. */
    long ageOfOldestNanos(long nowNanos) {
        return nowNanos - emptiedNanos[oldest];
    }

    /** Notes that the oldest has no memory behind it any more. */
    void noteGivenBack() {
        final int chunk = oldest;
        unlink(chunk);
        backed.clear(chunk);
        backedChunks--;
    }

    /** Makes the oldest the newest. */
    void renewOldest(long nowNanos) {
        final int chunk = oldest;
        unlink(chunk);
        put(chunk, nowNanos);
    }

    private int lowestEmpty() {
        final int chunk = empty.nextSetBit(lowestEmpty);
        lowestEmpty = chunk == NONE ? chunkCount : chunk;
        return chunk;
    }

    private void unlink(int chunk) {
        final int above = newer[chunk];
        final int below = older[chunk];
        if (above == NONE) {
            newest = below;
        } else {
            older[above] = below;
        }
        if (below == NONE) {
            oldest = above;
        } else {
            newer[below] = above;
        }
    }
}
