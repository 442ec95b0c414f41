package dev.millrace.allocator;

import java.util.Arrays;

/**
 * The chunks of a node that are partly in use, found by group, by the longest run of free units and by how full they are.
 *
 * <pre>
 *   fullnessMasks[group, longest run]   a bit for each number of used units that some chunk has
 *   first[group, longest run, used]     the list of these chunks
 * </pre>
 *
 * <p>Touched under the lock of the node. Each operation takes a bounded number of steps, whatever the number of chunks:
 * two dozen words are looked at to find a chunk.
 */
final class ChunkLists {
    static final int NONE = -1;

    private static final int UNITS = Integer.SIZE;
    private static final int UNLISTED = -1;

    private final int[] first;
    private final long[] fullnessMasks;
    private final int[] next;
    private final int[] prev;
    private final int[] places;

    ChunkLists(int chunkCount, int groupCount) {
        first = new int[groupCount * (UNITS + 1) * (UNITS + 1)];
        fullnessMasks = new long[groupCount * (UNITS + 1)];
        next = new int[chunkCount];
        prev = new int[chunkCount];
        places = new int[chunkCount];
        Arrays.fill(places, UNLISTED);
        Arrays.fill(first, NONE);
    }

    /** Finds the fullest chunk of a group that has a run of free units, or {@link #NONE}. */
    int fullestWithRun(int group, int unitCount) {
        int best = NONE;
        int bestUsed = 0;
        for (int longest = unitCount; longest < UNITS; longest++) {
            final int used = Long.SIZE - 1 - Long.numberOfLeadingZeros(fullnessMasks[group * (UNITS + 1) + longest]);
            if (used > bestUsed) {
                bestUsed = used;
                best = first[place(group, longest, used)];
            }
        }
        return best;
    }

    /** Files a chunk by its free units. One that is wholly used or wholly free is in no list. */
    void file(int chunk, int group, int freeUnits) {
        final int used = UNITS - Integer.bitCount(freeUnits);
        final int place = used == 0 || used == UNITS ? UNLISTED : place(group, longestRun(freeUnits), used);
        if (place != places[chunk]) {
            unlink(chunk);
            places[chunk] = place;
            if (place != UNLISTED) {
                link(chunk, place);
            }
        }
    }

    /** The length of the longest run of set bits. */
    static int longestRun(int bits) {
        int length = 0;
        for (int rest = bits; rest != 0; rest &= rest << 1) {
            length++;
        }
        return length;
    }

    /** The first bit of the shortest run of set bits that is long enough, or {@link #NONE}. */
    static int shortestRunOf(int bits, int unitCount) {
        int best = NONE;
        int bestLength = UNITS + 1;
        int rest = bits;
        while (rest != 0) {
            final int start = Integer.numberOfTrailingZeros(rest);
            final int length = Integer.numberOfTrailingZeros(~(rest >>> start));
            if (length >= unitCount && length < bestLength) {
                best = start;
                bestLength = length;
            }
            rest &= ~run(start, length);
        }
        return best;
    }

    /** A word with a run of set bits. */
    static int run(int start, int length) {
        return (-1 >>> (UNITS - length)) << start;
    }

    private void link(int chunk, int place) {
        final int second = first[place];
        next[chunk] = second;
        prev[chunk] = NONE;
        if (second != NONE) {
            prev[second] = chunk;
        }
        first[place] = chunk;
        fullnessMasks[place / (UNITS + 1)] |= 1L << (place % (UNITS + 1));
    }

    private void unlink(int chunk) {
        final int place = places[chunk];
        if (place == UNLISTED) {
            return;
        }
        final int before = prev[chunk];
        final int after = next[chunk];
        if (after != NONE) {
            prev[after] = before;
        }
        if (before != NONE) {
            next[before] = after;
            return;
        }
        first[place] = after;
        if (after == NONE) {
            fullnessMasks[place / (UNITS + 1)] &= ~(1L << (place % (UNITS + 1)));
        }
    }

    private static int place(int group, int longestRun, int used) {
        return (group * (UNITS + 1) + longestRun) * (UNITS + 1) + used;
    }
}
