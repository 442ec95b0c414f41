package dev.millrace.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The free blocks of one kind in one handle: a magazine to take from and put to, a second one that is full or empty, and a
 * few full ones that nobody else gets.
 *
 * <pre>
 *   loaded     |####  :   |     taken from and put to, block by block, up to a limit that is raised on demand
 *   previous   |##########|     full or empty: a program that goes back and forth over an edge stays here
 *   own        |##########|     full ones, lowest first; behind them empty arrays for the next
 *              |##########|
 * </pre>
 *
 * <p>Used by the thread that uses the handle; the counts may be read by any. Two magazines: Bonwick and Adams, "Magazines
 * and Vmem", 2001. Own full ones keep blocks that lie side by side with one worker, whose state bytes would otherwise be
 * written by two through one cache line.
 *
 * <p>How many blocks are live is not counted block by block: it is what came in, less what went out, less what is here.
 */
final class KindMagazines {
    static final long[] NONE = {};

    private static final VarHandle CAME_IN;
    private static final VarHandle COUNT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CAME_IN = lookup.findVarHandle(KindMagazines.class, "cameIn", long.class);
            COUNT = lookup.findVarHandle(KindMagazines.class, "count", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The first filling of a magazine brings one part in this many of it, and one block more; so does a limit grow. */
    private static final int FIRST_FILLING_PART = 8;

    /** A kind whose magazines were changed less often between two sweeps was used little. */
    private static final int FEW_USES = 4;

    private static final long[][] NO_MAGAZINES = {};

    final int kind;
    final int blockBytes;
    /** What blocks of the kind are paid with. */
    final Credit credit;

    /** The first {@link #count} are free blocks. */
    long[] loaded = NONE;

    int count;
    /** How many the loaded magazine may have; the room for them is set aside. */
    int limit;

    private final int capacity;
    private final int mostOwn;
    private long[] previous = NONE;
    private boolean isPreviousFull;
    private long[][] own = NO_MAGAZINES;
    private int ownFull;
    /** The fewest own ones since the last sweep: these were not needed. */
    private int leastOwnFull;
    /** How often a magazine was changed since the last sweep. */
    private int uses;
    /** How many blocks the next filling brings: few at first, so that a kind of which little is used keeps little. */
    private int wanted;
    /** Blocks that came from the tiers below, less those that went back. */
    private long cameIn;

    KindMagazines(int kind, TierSizes tiers, Credit credit) {
        this.kind = kind;
        this.credit = credit;
        blockBytes = SizeClasses.blockBytesOfKind(kind);
        capacity = tiers.magazineBlocksOf(blockBytes);
        mostOwn = tiers.ownMagazines();
    }

    /** Blocks of a full magazine. */
    int capacity() {
        return capacity;
    }

    /** The bytes of a full magazine. */
    long capacityBytes() {
        return (long) capacity * blockBytes;
    }

    /** Notes blocks that came from the tiers below, or with a negative number went back. */
    void noteCameIn(long blocks) {
        CAME_IN.setOpaque(this, cameIn + blocks);
    }

    /** Blocks that were handed out here, less those taken back. Exact while nobody uses the handle. */
    long liveBlocks() {
        return (long) CAME_IN.getOpaque(this) - blocks();
    }

    /** Free blocks. Exact while nobody uses the handle. */
    int blocks() {
        return (int) COUNT.getOpaque(this) + fullMagazines() * capacity;
    }

    /** The bytes for which room is set aside: those of full magazines, and of the loaded one up to its limit. */
    long claimedBytes() {
        return ((long) limit + (long) fullMagazines() * capacity) * blockBytes;
    }

    private int fullMagazines() {
        return ownFull + (isPreviousFull ? 1 : 0);
    }

    /** Loads the previous magazine or an own one in place of the empty one that is loaded; says if there was one. */
    boolean loadNext() {
        uses++;
        if (isPreviousFull) {
            final long[] empty = loaded;
            load(previous);
            previous = empty;
            isPreviousFull = false;
            return true;
        }
        if (ownFull > 0) {
            final int top = --ownFull;
            leastOwnFull = Math.min(leastOwnFull, top);
            final long[] full = own[top];
            own[top] = loaded;
            load(full);
            return true;
        }
        return false;
    }

    /** Loads a full magazine from elsewhere. */
    void load(long[] full) {
        loaded = full;
        count = full.length;
        limit = full.length;
    }

    /** The loaded magazine, to be filled. */
    long[] loadedForFilling() {
        if (loaded.length == 0) {
            loaded = new long[capacity];
        }
        return loaded;
    }

    /**
     * Notes what the loaded magazine was filled with.
     *
     * @param isClaimed whether there is room to keep as many; without, the next that comes is kept only if room is found
     */
    void filled(int blocks, boolean isClaimed) {
        count = blocks;
        limit = isClaimed ? Math.max(limit, blocks) : limit;
    }

    /** How many blocks to fill in: from one filling to the next twice as many, up to a magazine. */
    int wanted() {
        final int now = Math.min(capacity, Math.max(wanted, firstFilling()));
        wanted = Math.min(capacity, 2 * now);
        return now;
    }

    /** By how many blocks the limit of the loaded magazine is to grow; 0 if it is at the end. */
    int limitGrowth() {
        return Math.min(capacity - limit, Math.max(limit, firstFilling()));
    }

    private int firstFilling() {
        return capacity / FIRST_FILLING_PART + 1;
    }

    /** Raises the limit of the loaded magazine. */
    void raiseLimit(int blocks) {
        loadedForFilling();
        limit += blocks;
    }

    /** Gives up room that the loaded magazine does not fill, and says how many bytes that were. */
    long lowerLimit() {
        final int blocks = Math.min(limit, count);
        final long unused = (long) (limit - blocks) * blockBytes;
        limit = blocks;
        return unused;
    }

    /** Takes a block out of the loaded magazine, which has some. */
    long pop() {
        final int top = count - 1;
        count = top;
        return loaded[top];
    }

    /** Puts a block into the loaded magazine, which is below its limit. */
    void push(long address) {
        loaded[count] = address;
        count++;
    }

    /** Puts the full loaded magazine aside and loads an empty one without a limit; says no if there is no room for it. */
    boolean putAside() {
        uses++;
        if (isPreviousFull && !pushPrevious()) {
            return false;
        }
        final long[] empty = previous;
        previous = loaded;
        isPreviousFull = true;
        loaded = empty;
        count = 0;
        limit = 0;
        return true;
    }

    /** A full magazine that is not loaded, or {@link #NONE}. */
    long[] full() {
        if (ownFull > 0) {
            return own[ownFull - 1];
        }
        return isPreviousFull ? previous : NONE;
    }

    /** Puts an empty magazine in the place of the one that {@link #full} shows. */
    void replaceFull(long[] empty) {
        if (ownFull > 0) {
            own[--ownFull] = empty;
            leastOwnFull = Math.min(leastOwnFull, ownFull);
        } else {
            previous = empty;
            isPreviousFull = false;
        }
    }

    /** How many full magazines, of those that {@link #full} shows one by one, were not needed since the last sweep. */
    int unneeded() {
        return uses >= FEW_USES ? leastOwnFull : 0;
    }

    /**
     * Gives everything of a kind away that was used little since the last sweep: its blocks come from many slabs, which they
     * would hold.
     */
    void sweep(Depot.Sink sink) {
        if (uses < FEW_USES) {
            drain(sink);
        }
        if (uses == 0) {
            wanted = 0;
        }
        uses = 0;
        leastOwnFull = ownFull;
    }

    /** Gives everything away and says how many blocks that were. */
    int drain(Depot.Sink sink) {
        int blocks = count;
        if (blocks > 0) {
            sink.drain(loaded, blocks);
            count = 0;
            noteCameIn(-blocks);
        }
        limit = 0;
        if (isPreviousFull) {
            blocks += previous.length;
            sink.drain(previous, previous.length);
            isPreviousFull = false;
            noteCameIn(-previous.length);
        }
        return blocks + drainOwn(ownFull, sink);
    }

    /** Forgets every block, and goes on saying how many are live. */
    void abandon() {
        noteCameIn(-blocks());
        count = 0;
        limit = 0;
        isPreviousFull = false;
        ownFull = 0;
        leastOwnFull = 0;
    }

    private int drainOwn(int magazines, Depot.Sink sink) {
        for (int left = magazines; left > 0; left--) {
            final long[] full = own[--ownFull];
            sink.drain(full, full.length);
            noteCameIn(-full.length);
        }
        leastOwnFull = Math.min(leastOwnFull, ownFull);
        return magazines * capacity;
    }

    private boolean pushPrevious() {
        if (ownFull == mostOwn) {
            return false;
        }
        if (own.length == 0) {
            own = new long[mostOwn][];
            Arrays.fill(own, NONE);
        }
        final int top = ownFull++;
        final long[] empty = own[top];
        own[top] = previous;
        previous = empty;
        isPreviousFull = false;
        return true;
    }
}
