package dev.millrace.allocator;

import dev.millrace.numa.RangeSource;
import java.util.BitSet;

/**
 * The free units of one node's range: runs of 1 to {@link SizeClasses#MAX_SLAB_UNITS}, lowest address first, so that what
 * is touched stays together.
 *
 * <p>Touched by one thread at a time, under the lock of the node. Memory behind chunks of 2 MiB that fell empty is kept
 * as long as no more than a limit has memory behind it, and given back to the operating system beyond; the addresses stay.
 */
final class NodeUnits {
    static final long CHUNK_BYTES = RangeSource.ALIGNMENT_BYTES;

    private static final int CHUNK_SHIFT = 5;

    private final RangeSource ranges;
    private final long start;
    private final int maxBackedChunks;
    private final BitSet free;
    private final byte[] usedInChunk;
    private final BitSet backed;
    /** No run of n units begins below the n-th. */
    private final int[] searchFrom = new int[SizeClasses.MAX_SLAB_UNITS + 1];

    private int backedChunks;
    private int usedUnits;

    NodeUnits(RangeSource ranges, long start, int unitCount, int maxBackedChunks) {
        this.ranges = ranges;
        this.start = start;
        this.maxBackedChunks = maxBackedChunks;
        free = new BitSet(unitCount);
        free.set(0, unitCount);
        int chunkCount = (unitCount >>> CHUNK_SHIFT) + 1;
        usedInChunk = new byte[chunkCount];
        backed = new BitSet(chunkCount);
    }

    /**
     * Takes a run of units.
     *
     * @return its first unit, counted from the start of the range, or −1 if there is no run of this length
     */
    int take(int count) {
        int first = free.nextSetBit(searchFrom[count]);
        while (first >= 0) {
            int length = 1;
            while (length < count && free.get(first + length)) {
                length++;
            }
            if (length == count) {
                searchFrom[count] = first + count;
                free.clear(first, first + count);
                usedUnits += count;
                for (int unit = first; unit < first + count; unit++) {
                    noteTaken(unit >>> CHUNK_SHIFT);
                }
                return first;
            }
            first = free.nextSetBit(first + length);
        }
        return -1;
    }

    /** Puts a run back. */
    void giveBack(int first, int count) {
        free.set(first, first + count);
        usedUnits -= count;
        for (int length = 1; length < searchFrom.length; length++) {
            searchFrom[length] = Math.min(searchFrom[length], Math.max(0, first - length + 1));
        }
        for (int unit = first; unit < first + count; unit++) {
            noteFreed(unit >>> CHUNK_SHIFT);
        }
    }

    int usedUnits() {
        return usedUnits;
    }

    /** Chunks that may have memory behind them, with slabs or without. */
    int backedChunks() {
        return backedChunks;
    }

    private void noteTaken(int chunk) {
        if (usedInChunk[chunk]++ == 0 && !backed.get(chunk)) {
            backed.set(chunk);
            backedChunks++;
        }
    }

    private void noteFreed(int chunk) {
        if (--usedInChunk[chunk] == 0 && backedChunks > maxBackedChunks) {
            giveBackHighestIdleChunk();
        }
    }

    /** The lowest is taken first, so the highest is missed last: memory does not go back and forth. */
    private void giveBackHighestIdleChunk() {
        int chunk = backed.length() - 1;
        while (usedInChunk[chunk] != 0) {
            chunk = backed.previousSetBit(chunk - 1);
        }
        if (ranges.giveBack(start + chunk * CHUNK_BYTES, CHUNK_BYTES)) {
            backed.clear(chunk);
            backedChunks--;
        }
    }
}
