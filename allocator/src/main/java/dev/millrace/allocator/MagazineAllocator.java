package dev.millrace.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A handle with magazines: for each kind two arrays of free blocks that only this handle sees. A block is handed out by
 * an array load and taken back by an array store; the node's lock is taken once for a magazine.
 *
 * <p>Used by one thread at a time. Counters are written by that thread and may be read by any. Blocks of other nodes are
 * not handed out again here but collected and put back where they came from.
 *
 * <p>Two magazines a kind, so that a program which goes back and forth over the edge of one does not take the lock each
 * time: Bonwick and Adams, "Magazines and Vmem", 2001.
 */
final class MagazineAllocator implements BlockAllocator {
    private static final VarHandle COUNTER = MethodHandles.arrayElementVarHandle(long[].class);
    private static final long[] NO_MAGAZINE = {};

    /** Counters keep a cache line's distance from what another worker writes. */
    private static final int PAD = 16;

    private static final int LIVE_SLOT = PAD;
    private static final int CACHED_SLOT = LIVE_SLOT + MemoryPool.values().length;
    private static final int REFILL_SLOT = CACHED_SLOT + 1;
    private static final int DRAIN_SLOT = REFILL_SLOT + 1;
    private static final int REFUSAL_SLOT = DRAIN_SLOT + 1;
    private static final int SLOT_COUNT = REFUSAL_SLOT + 1 + PAD;

    private static final int MAX_FOREIGN_BLOCKS = 64;

    private final SlabTable table;
    private final HandleCredit credit;
    /** All nodes, the home first, then by distance. */
    private final NodeHeap[] heaps;

    private final int homeNode;
    private final long homeStart;
    private final long homeBytes;
    private final long maxCachedBytes;

    private final long[][] loaded = new long[SizeClasses.KIND_COUNT][];
    private final long[][] previous = new long[SizeClasses.KIND_COUNT][];
    private final int[] loadedCounts = new int[SizeClasses.KIND_COUNT];
    private final int[] previousCounts = new int[SizeClasses.KIND_COUNT];
    private final long[] counters = new long[SLOT_COUNT];
    private final long[] foreign = new long[MAX_FOREIGN_BLOCKS];
    private int foreignCount;
    private boolean isRetrying;

    /** With the nodes that memory comes from, the home first, and the most bytes of free blocks that are kept. */
    MagazineAllocator(SlabTable table, HandleCredit credit, NodeHeap[] heaps, long maxCachedBytes) {
        this.table = table;
        this.credit = credit;
        this.homeNode = credit.home();
        this.heaps = heaps.clone();
        this.homeStart = heaps[0].start();
        this.homeBytes = heaps[0].bytes();
        this.maxCachedBytes = maxCachedBytes;
        Arrays.fill(loaded, NO_MAGAZINE);
        Arrays.fill(previous, NO_MAGAZINE);
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        final int sizeClass = SizeClasses.of(sizeBytes);
        final int blockBytes = SizeClasses.blockBytes(sizeClass);
        final int kind = SizeClasses.kind(pool, sizeClass);
        if (!credit.spend(pool.ordinal(), blockBytes)) {
            return refuse(pool, sizeBytes, blockBytes);
        }
        int count = loadedCounts[kind];
        if (count == 0) {
            count = refill(kind);
            if (count == 0) {
                credit.takeBack(pool.ordinal(), homeNode, blockBytes);
                credit.noteNoRoom();
                return refuse(pool, sizeBytes, blockBytes);
            }
        }
        final long address = loaded[kind][--count];
        loadedCounts[kind] = count;
        if (Long.compareUnsigned(address - homeStart, homeBytes) >= 0) {
            credit.moved(pool.ordinal(), blockBytes, nodeOf(address));
        }
        counters[CACHED_SLOT] -= blockBytes;
        add(LIVE_SLOT + pool.ordinal(), blockBytes);
        table.markLive(address, kind);
        return address;
    }

    @Override
    public long allocate(MemoryPool pool, int sizeBytes) {
        final long address = tryAllocate(pool, sizeBytes);
        if (address == NONE) {
            throw limitPassed(pool, sizeBytes);
        }
        return address;
    }

    @Override
    public void free(long address) {
        final int kind = table.markFree(address);
        final int blockBytes = SizeClasses.blockBytesOfKind(kind);
        final int pool = kind / SizeClasses.COUNT;
        add(LIVE_SLOT + pool, -blockBytes);
        if (Long.compareUnsigned(address - homeStart, homeBytes) < 0) {
            credit.takeBack(pool, homeNode, blockBytes);
            keep(address, kind);
        } else {
            credit.takeBack(pool, nodeOf(address), blockBytes);
            keepForeign(address);
        }
        final long cached = counters[CACHED_SLOT] + blockBytes;
        counters[CACHED_SLOT] = cached;
        if (cached > maxCachedBytes) {
            flushMagazines();
        }
    }

    @Override
    public int sizeOf(long address) {
        return SizeClasses.blockBytesOfKind(table.kindOfLive(address));
    }

    /** The kind of a live block. */
    int kindOf(long address) {
        return table.kindOfLive(address);
    }

    /** Counts a block that was refused before this handle was asked. */
    long noteRefusal() {
        add(REFUSAL_SLOT, 1);
        return NONE;
    }

    /** Takes the last refusal back: there will be another try. */
    void forgetRefusal() {
        add(REFUSAL_SLOT, -1);
    }

    /** What blocks are paid with, for the thread that uses the handle. */
    HandleCredit credit() {
        return credit;
    }

    /** Live bytes of a pool that this handle handed out, less those it took back: below zero if others hand out more. */
    long liveBytes(MemoryPool pool) {
        return counter(LIVE_SLOT + pool.ordinal());
    }

    long refills() {
        return counter(REFILL_SLOT);
    }

    long drains() {
        return counter(DRAIN_SLOT);
    }

    long refusals() {
        return counter(REFUSAL_SLOT);
    }

    /** Free blocks that only this handle can hand out. Exact while nobody uses the handle. */
    long blocksInMagazines() {
        long blocks = foreignCount;
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            blocks += loadedCounts[kind] + previousCounts[kind];
        }
        return blocks;
    }

    /** The bytes of these blocks, for the thread that uses the handle. */
    long cachedBytes() {
        return counters[CACHED_SLOT];
    }

    /** Puts every free block back into its slab. */
    void flushMagazines() {
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            if (loadedCounts[kind] + previousCounts[kind] > 0) {
                drain(loaded[kind], loadedCounts[kind]);
                drain(previous[kind], previousCounts[kind]);
                loadedCounts[kind] = 0;
                previousCounts[kind] = 0;
            }
        }
        drainForeign();
        counters[CACHED_SLOT] = 0;
    }

    /** Leaves nothing to hand out without asking the closed heaps. Called once no thread uses the handle. */
    void abandon() {
        Arrays.fill(loadedCounts, 0);
        Arrays.fill(previousCounts, 0);
        foreignCount = 0;
    }

    /** Loads a magazine and says how many blocks it has. */
    private int refill(int kind) {
        if (previousCounts[kind] > 0) {
            swap(kind);
            return loadedCounts[kind];
        }
        int count = refillFromHeaps(kind);
        if (count == 0) {
            // No room for a slab: the free blocks that this handle keeps may be whole slabs of other kinds.
            flushMagazines();
            count = refillFromHeaps(kind);
        }
        loadedCounts[kind] = count;
        return count;
    }

    private int refillFromHeaps(int kind) {
        if (loaded[kind].length == 0) {
            loaded[kind] = newMagazine(kind);
        }
        add(REFILL_SLOT, 1);
        final int blockBytes = SizeClasses.blockBytesOfKind(kind);
        final long room = Math.max(1, (maxCachedBytes - counters[CACHED_SLOT]) / blockBytes);
        final int wanted = (int) Math.min(room, loaded[kind].length);
        for (NodeHeap heap : heaps) {
            final int count = heap.refill(kind, loaded[kind], wanted);
            if (count > 0) {
                counters[CACHED_SLOT] += (long) count * blockBytes;
                return count;
            }
        }
        return 0;
    }

    private void keep(long address, int kind) {
        int count = loadedCounts[kind];
        if (count == loaded[kind].length) {
            makeRoom(kind);
            count = 0;
        }
        loaded[kind][count] = address;
        loadedCounts[kind] = count + 1;
    }

    /** Makes the loaded magazine an empty one. */
    private void makeRoom(int kind) {
        if (loaded[kind].length == 0) {
            loaded[kind] = newMagazine(kind);
            return;
        }
        if (previous[kind].length == 0) {
            previous[kind] = newMagazine(kind);
        }
        if (previousCounts[kind] > 0) {
            counters[CACHED_SLOT] -= (long) previousCounts[kind] * SizeClasses.blockBytesOfKind(kind);
            drain(previous[kind], previousCounts[kind]);
            previousCounts[kind] = 0;
        }
        swap(kind);
    }

    private void swap(int kind) {
        final long[] magazine = loaded[kind];
        final int count = loadedCounts[kind];
        loaded[kind] = previous[kind];
        loadedCounts[kind] = previousCounts[kind];
        previous[kind] = magazine;
        previousCounts[kind] = count;
    }

    /** Magazines may hold blocks of several nodes when the home ran out of room. */
    private void drain(long[] magazine, int count) {
        if (count == 0) {
            return;
        }
        add(DRAIN_SLOT, 1);
        for (NodeHeap heap : heaps) {
            heap.drain(magazine, count);
        }
    }

    private void keepForeign(long address) {
        if (foreignCount == MAX_FOREIGN_BLOCKS) {
            drainForeign();
        }
        foreign[foreignCount++] = address;
    }

    private void drainForeign() {
        long bytes = 0;
        for (int i = 0; i < foreignCount; i++) {
            bytes += SizeClasses.blockBytesOfKind(table.kindOfBlock(foreign[i]));
        }
        counters[CACHED_SLOT] -= bytes;
        drain(foreign, foreignCount);
        foreignCount = 0;
    }

    /** Asks for room and tries once more, or says no. */
    private long refuse(MemoryPool pool, int sizeBytes, int blockBytes) {
        if (!isRetrying && credit.reclaim(pool, blockBytes)) {
            isRetrying = true;
            try {
                return tryAllocate(pool, sizeBytes);
            } finally {
                isRetrying = false;
            }
        }
        return noteRefusal();
    }

    /** The dense index of the node of a block that is not at home: ranges lie side by side. */
    private int nodeOf(long address) {
        return homeNode + (int) Math.floorDiv(address - homeStart, homeBytes);
    }

    private long counter(int slot) {
        return (long) COUNTER.getOpaque(counters, slot);
    }

    private void add(int slot, long delta) {
        COUNTER.setOpaque(counters, slot, counters[slot] + delta);
    }

    /** What to throw for the last block that was refused. */
    MemoryLimitException limitPassed(MemoryPool pool, int sizeBytes) {
        return credit.refusal(pool, sizeBytes, SizeClasses.blockBytes(SizeClasses.of(sizeBytes)));
    }

    private static long[] newMagazine(int kind) {
        return new long[SizeClasses.magazineBlocks(SizeClasses.classOfKind(kind))];
    }
}
