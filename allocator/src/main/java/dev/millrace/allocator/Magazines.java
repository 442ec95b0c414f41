package dev.millrace.allocator;

import java.util.Arrays;

/**
 * The free blocks of one handle: for each kind a magazine to take from and put to, a second one that is full or empty, and
 * a few full ones that nobody else gets.
 *
 * <pre>
 *   loaded     |####    |     taken from and put to, block by block
 *   previous   |########|     full or empty: a program that goes back and forth over an edge stays here
 *   own        |########|     full ones, lowest first; behind them empty arrays for the next
 *              |########|
 * </pre>
 *
 * <p>Used by the thread that uses the handle; touches no other tier. Two magazines: Bonwick and Adams, "Magazines and
 * Vmem", 2001. Own full ones keep blocks that lie side by side with one worker, whose state bytes would otherwise be
 * written by two through one cache line.
 */
final class Magazines {
    static final long[] NONE = {};

    /** The first filling of a magazine brings one part in this many of it, and one block more. */
    private static final int FIRST_FILLING_PART = 8;

    /** A kind whose magazines were changed less often between two sweeps was used little. */
    private static final int FEW_USES = 4;

    private static final long[][] NO_MAGAZINES = {};

    final long[][] loaded = new long[SizeClasses.KIND_COUNT][];
    final int[] loadedCounts = new int[SizeClasses.KIND_COUNT];

    private final TierSizes tiers;
    private final long[][] previous = new long[SizeClasses.KIND_COUNT][];
    private final boolean[] isPreviousFull = new boolean[SizeClasses.KIND_COUNT];
    private final long[][][] own = new long[SizeClasses.KIND_COUNT][][];
    private final int[] ownFull = new int[SizeClasses.KIND_COUNT];
    /** The fewest own ones since the last sweep: these were not needed. */
    private final int[] leastOwnFull = new int[SizeClasses.KIND_COUNT];

    /** How often a magazine of the kind was changed since the last sweep. */
    private final int[] uses = new int[SizeClasses.KIND_COUNT];

    /** How many blocks the next filling brings: few at first, so that a kind of which little is used keeps little. */
    private final int[] wanted = new int[SizeClasses.KIND_COUNT];

    Magazines(TierSizes tiers) {
        this.tiers = tiers;
        Arrays.fill(loaded, NONE);
        Arrays.fill(previous, NONE);
        Arrays.fill(own, NO_MAGAZINES);
    }

    /** Loads the previous magazine or an own one in place of the empty one that is loaded; says if there was one. */
    boolean loadNext(int kind) {
        uses[kind]++;
        if (isPreviousFull[kind]) {
            final long[] empty = loaded[kind];
            load(kind, previous[kind]);
            previous[kind] = empty;
            isPreviousFull[kind] = false;
            return true;
        }
        if (ownFull[kind] > 0) {
            final int top = --ownFull[kind];
            leastOwnFull[kind] = Math.min(leastOwnFull[kind], top);
            final long[] full = own[kind][top];
            own[kind][top] = loaded[kind];
            load(kind, full);
            return true;
        }
        return false;
    }

    /** Loads a full magazine from elsewhere. */
    void load(int kind, long[] full) {
        loaded[kind] = full;
        loadedCounts[kind] = full.length;
    }

    /** The loaded magazine, empty, to be filled. */
    long[] loadedForFilling(int kind) {
        if (loaded[kind].length == 0) {
            loaded[kind] = newMagazine(kind);
        }
        return loaded[kind];
    }

    /** How many blocks to fill in: from one filling to the next twice as many, up to a magazine. */
    int wanted(int kind) {
        final int most = loaded[kind].length;
        final int now = Math.min(most, Math.max(wanted[kind], most / FIRST_FILLING_PART + 1));
        wanted[kind] = Math.min(most, 2 * now);
        return now;
    }

    /** Puts the full loaded magazine aside and loads an empty one; says no if there is no room for it. */
    boolean putAside(int kind) {
        uses[kind]++;
        if (loaded[kind].length == 0) {
            loaded[kind] = newMagazine(kind);
            return true;
        }
        if (isPreviousFull[kind] && !pushPrevious(kind)) {
            return false;
        }
        final long[] empty = previous[kind].length == 0 ? newMagazine(kind) : previous[kind];
        previous[kind] = loaded[kind];
        isPreviousFull[kind] = true;
        loaded[kind] = empty;
        loadedCounts[kind] = 0;
        return true;
    }

    /** A full magazine that is not loaded, or {@link #NONE}. */
    long[] full(int kind) {
        if (ownFull[kind] > 0) {
            return own[kind][ownFull[kind] - 1];
        }
        return isPreviousFull[kind] ? previous[kind] : NONE;
    }

    /** Puts an empty magazine in the place of the one that {@link #full} shows. */
    void replaceFull(int kind, long[] empty) {
        if (ownFull[kind] > 0) {
            own[kind][--ownFull[kind]] = empty;
            leastOwnFull[kind] = Math.min(leastOwnFull[kind], ownFull[kind]);
        } else {
            previous[kind] = empty;
            isPreviousFull[kind] = false;
        }
    }

    /** Free blocks of a kind. */
    int blocks(int kind) {
        return loadedCounts[kind] + (isPreviousFull[kind] ? previous[kind].length : 0) + ownFull[kind] * capacity(kind);
    }

    /**
     * Gives away what was not needed since the last sweep: the own magazines that were never reached, and everything of
     * kinds that were used little: their blocks come from many slabs, which they would hold.
     *
     * @return the bytes given away
     */
    long sweep(Depot.Sink sink) {
        long bytes = 0;
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            final int blocks = uses[kind] >= FEW_USES ? drainOwn(kind, leastOwnFull[kind], sink) : drain(kind, sink);
            bytes += (long) blocks * SizeClasses.blockBytesOfKind(kind);
            if (uses[kind] == 0) {
                wanted[kind] = 0;
            }
            uses[kind] = 0;
            leastOwnFull[kind] = ownFull[kind];
        }
        return bytes;
    }

    /** Gives everything of a kind away and says how many blocks that were. */
    int drain(int kind, Depot.Sink sink) {
        int blocks = loadedCounts[kind];
        if (blocks > 0) {
            sink.drain(loaded[kind], blocks);
            loadedCounts[kind] = 0;
        }
        if (isPreviousFull[kind]) {
            blocks += previous[kind].length;
            sink.drain(previous[kind], previous[kind].length);
            isPreviousFull[kind] = false;
        }
        return blocks + drainOwn(kind, ownFull[kind], sink);
    }

    /** Forgets every block. */
    void abandon() {
        Arrays.fill(loadedCounts, 0);
        Arrays.fill(isPreviousFull, false);
        Arrays.fill(ownFull, 0);
        Arrays.fill(leastOwnFull, 0);
    }

    private int drainOwn(int kind, int count, Depot.Sink sink) {
        for (int left = count; left > 0; left--) {
            final long[] full = own[kind][--ownFull[kind]];
            sink.drain(full, full.length);
        }
        leastOwnFull[kind] = Math.min(leastOwnFull[kind], ownFull[kind]);
        return count == 0 ? 0 : count * capacity(kind);
    }

    private boolean pushPrevious(int kind) {
        if (ownFull[kind] == tiers.ownMagazines()) {
            return false;
        }
        if (own[kind].length == 0) {
            own[kind] = new long[tiers.ownMagazines()][];
            Arrays.fill(own[kind], NONE);
        }
        final int top = ownFull[kind]++;
        final long[] empty = own[kind][top];
        own[kind][top] = previous[kind];
        previous[kind] = empty;
        isPreviousFull[kind] = false;
        return true;
    }

    private int capacity(int kind) {
        return tiers.magazineBlocksOf(SizeClasses.blockBytesOfKind(kind));
    }

    private long[] newMagazine(int kind) {
        return new long[capacity(kind)];
    }
}
