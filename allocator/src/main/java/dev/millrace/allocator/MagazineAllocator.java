package dev.millrace.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A handle with magazines: a block is handed out by an array load and taken back by an array store. What the magazines do
 * not have comes from the tiers of the handle's node, in this order: inbox, depot, slabs, chunks.
 *
 * <p>Used by one thread at a time. Counters are written by that thread and may be read by any. Magazines hold blocks of the
 * handle's own node only; those of other nodes are sent home when they are freed, and where the own node has no room left,
 * blocks of others are fetched one by one.
 */
final class MagazineAllocator implements BlockAllocator {
    private static final VarHandle COUNTER = MethodHandles.arrayElementVarHandle(long[].class);

    /** Counters keep a cache line's distance from what another worker writes. */
    private static final int PAD = 16;

    private static final int LIVE_SLOT = PAD;
    private static final int CACHED_SLOT = LIVE_SLOT + SizeClasses.KIND_COUNT;
    private static final int REFILL_SLOT = CACHED_SLOT + 1;
    private static final int DRAIN_SLOT = REFILL_SLOT + 1;
    private static final int SPILL_SLOT = DRAIN_SLOT + 1;
    private static final int LIVE_RUN_SLOT = SPILL_SLOT + 1;
    private static final int REFUSAL_SLOT = LIVE_RUN_SLOT + MemoryPool.values().length;
    private static final int SLOT_COUNT = REFUSAL_SLOT + MemoryPool.values().length + PAD;

    /** Magazines that were not needed are looked for once in so many visits to the tiers below. */
    private static final int VISITS_OF_A_SWEEP = 256;

    /** Or, where blocks are large, once so many times what the handle may keep went by. A block pins its whole slab. */
    private static final int TURNOVERS_OF_A_SWEEP = 2;

    /** The depot is swept once in so many sweeps of a handle. */
    private static final int SWEEPS_OF_A_DEPOT_SWEEP = 4;

    /** Once in so many calls of a user without work it is looked at what is kept; twice in a row without use empties all. */
    private static final int CALLS_OF_A_LOOK = 64;

    /** Blocks of other nodes may add up to one part in this many of what the handle keeps. */
    private static final int OUTBOX_PART = 8;

    private static final long MAX_BATCH_BYTES = 1 << 20;

    private final SlabTable table;
    private final HandleCredit credit;
    /** The nodes that blocks may come from, the home first, then by distance. */
    private final NodeHeap[] heaps;

    private final int sourceCount;
    private final NodeHeap home;
    private final int homeIndex;
    private final long homeStart;
    private final long homeBytes;
    private final long maxCachedBytes;
    private final AtomicInteger flushRequests;

    private final Magazines magazines;
    /** The arrays of {@link #magazines}. */
    private final long[][] loaded;

    private final int[] loadedCounts;
    private final Outbox outbox;
    private final long[] counters = new long[SLOT_COUNT];
    private int visits;
    private int visitsBefore;
    private int visitsSinceSweep;
    private long bytesSinceSweep;
    private int sweeps;
    private int calls;
    private int answeredRequest;
    private boolean hasAsked;

    private final AllocationSampler sampler;
    /** Allocations until the next is looked at, counted down to 0. */
    private long untilSample;

    /**
     * @param heaps all nodes, the home first, then by distance
     * @param mayLeaveHome whether blocks of other nodes are handed out where the home has no room
     * @param maxCachedBytes of free blocks are kept at most
     * @param flushRequests grows when somebody asks all handles to put back what they keep
     */
    MagazineAllocator(
            SlabTable table,
            HandleCredit credit,
            NodeHeap[] heaps,
            boolean mayLeaveHome,
            TierSizes tiers,
            long maxCachedBytes,
            AtomicInteger flushRequests,
            AllocationSampler sampler) {
        this.table = table;
        this.credit = credit;
        this.sampler = sampler;
        untilSample = sampler.nextInterval();
        this.heaps = heaps.clone();
        this.sourceCount = mayLeaveHome ? heaps.length : 1;
        this.home = heaps[0];
        this.homeIndex = home.index();
        this.homeStart = home.start();
        this.homeBytes = home.bytes();
        this.maxCachedBytes = maxCachedBytes;
        this.flushRequests = flushRequests;
        magazines = new Magazines(tiers);
        loaded = magazines.loaded;
        loadedCounts = magazines.loadedCounts;
        long batchBytes = Math.min(MAX_BATCH_BYTES, maxCachedBytes / OUTBOX_PART);
        outbox = new Outbox(this.heaps, tiers.inboxBlocks(), batchBytes);
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        final int sizeClass = SizeClasses.of(sizeBytes);
        final int blockBytes = SizeClasses.blockBytes(sizeClass);
        final int kind = SizeClasses.kind(pool, sizeClass);
        if (!credit.spend(pool.ordinal(), blockBytes) && !spendAfterReclaim(pool, blockBytes)) {
            return refuse(pool);
        }
        int count = loadedCounts[kind];
        if (count == 0) {
            sampler.note(kind, sizeBytes);
            count = refill(kind);
            if (count == 0) {
                return allocateElsewhere(pool, kind, blockBytes);
            }
        }
        final long address = loaded[kind][--count];
        loadedCounts[kind] = count;
        counters[CACHED_SLOT] -= blockBytes;
        add(LIVE_SLOT + kind, 1);
        table.markLive(address, kind);
        if (--untilSample == 0) {
            sample(address, kind, sizeBytes);
        }
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
        if (kind >= SizeClasses.KIND_COUNT) {
            freeApart(address, kind);
            return;
        }
        final int blockBytes = SizeClasses.blockBytesOfKind(kind);
        final int pool = kind / SizeClasses.COUNT;
        add(LIVE_SLOT + kind, -1);
        if (Long.compareUnsigned(address - homeStart, homeBytes) >= 0) {
            freeForeign(address, pool, blockBytes);
            return;
        }
        credit.takeBack(pool, homeIndex, blockBytes);
        keep(address, kind);
        final long cached = counters[CACHED_SLOT] + blockBytes;
        counters[CACHED_SLOT] = cached;
        if (cached > maxCachedBytes) {
            keepLess(kind);
        }
    }

    @Override
    public long tryAllocateRun(MemoryPool pool, long sizeBytes) {
        if (sizeBytes <= MAX_BLOCK_BYTES) {
            return tryAllocate(pool, (int) Math.max(0, sizeBytes));
        }
        final long runBytes = takenBytes(sizeBytes);
        final int unitCount = (int) (runBytes >>> SizeClasses.UNIT_SHIFT);
        if (!credit.spend(pool.ordinal(), runBytes) && !spendAfterReclaim(pool, runBytes)) {
            return refuse(pool);
        }
        long address = takeRun(pool, unitCount);
        if (address == NONE) {
            credit.noteNoRoom();
            address = credit.reclaim(pool, runBytes) ? takeRun(pool, unitCount) : NONE;
        }
        if (address == NONE) {
            credit.takeBack(pool.ordinal(), homeIndex, runBytes);
            return refuse(pool);
        }
        add(LIVE_RUN_SLOT + pool.ordinal(), runBytes);
        table.markLive(address, SizeClasses.runKind(pool));
        return address;
    }

    @Override
    public long allocateRun(MemoryPool pool, long sizeBytes) {
        final long address = tryAllocateRun(pool, sizeBytes);
        if (address == NONE) {
            throw limitPassed(pool, sizeBytes);
        }
        return address;
    }

    @Override
    public int sizeOf(long address) {
        return Math.toIntExact(sizeOfRun(address));
    }

    @Override
    public long sizeOfRun(long address) {
        final int kind = table.kindOfLive(address);
        return SizeClasses.isRunKind(kind) ? table.runBytes(table.unitOf(address)) : SizeClasses.blockBytesOfKind(kind);
    }

    @Override
    public void flush() {
        outbox.flush();
        answerRequest();
        if (++calls % CALLS_OF_A_LOOK == 0) {
            if (visits != visitsBefore) {
                sweep();
            } else if (counters[CACHED_SLOT] > 0) {
                flushMagazines();
            }
            visitsBefore = visits;
            home.giveBackIdle();
        }
    }

    /** Gives everything back if no tier below was asked since the last call: for whoever looks after idle handles. */
    void giveBackIfUnused() {
        outbox.flush();
        if (visits == visitsBefore && counters[CACHED_SLOT] > 0) {
            flushMagazines();
        }
        visitsBefore = visits;
    }

    /** The kind of a live block. */
    int kindOf(long address) {
        return table.kindOfLive(address);
    }

    /** Counts a block that is refused. */
    long refuse(MemoryPool pool) {
        add(REFUSAL_SLOT + pool.ordinal(), 1);
        return NONE;
    }

    /** Takes the last refusal back: there will be another try. */
    void forgetRefusal(MemoryPool pool) {
        add(REFUSAL_SLOT + pool.ordinal(), -1);
    }

    /** What blocks are paid with, for the thread that uses the handle. */
    HandleCredit credit() {
        return credit;
    }

    /** Live bytes of a pool that this handle handed out, less those it took back: below zero if others hand out more. */
    long liveBytes(MemoryPool pool) {
        long bytes = counter(LIVE_RUN_SLOT + pool.ordinal());
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
            final int kind = SizeClasses.kind(pool, sizeClass);
            bytes += liveBlocks(kind) * SizeClasses.blockBytesOfKind(kind);
        }
        return bytes;
    }

    /** The node that blocks come from while it has room. */
    NodeHeap home() {
        return home;
    }

    /** Adds the blocks of each node that were not handed over yet. Exact while nobody uses the handle. */
    void addForeign(long[][] blocksByNode) {
        outbox.addBlocks(table, blocksByNode);
    }

    /** What this handle's allocations asked for. */
    AllocationSampler sampler() {
        return sampler;
    }

    /** Blocks of a kind that this handle handed out, less those it took back. */
    long liveBlocks(int kind) {
        return counter(LIVE_SLOT + kind);
    }

    /** Magazines filled from slabs. */
    long refills() {
        return counter(REFILL_SLOT);
    }

    /** Magazines emptied into slabs. */
    long drains() {
        return counter(DRAIN_SLOT);
    }

    long refusals() {
        long refusals = 0;
        for (MemoryPool pool : MemoryPool.values()) {
            refusals += refusals(pool);
        }
        return refusals;
    }

    long refusals(MemoryPool pool) {
        return counter(REFUSAL_SLOT + pool.ordinal());
    }

    /** Blocks and runs handed out that lie on another node than the handle's own. */
    long spills() {
        return counter(SPILL_SLOT);
    }

    /** Batches of blocks that were handed over to other nodes. */
    long remoteBatches() {
        return outbox.handedOver();
    }

    /** The number of the handle's node among the ranges of the reservation. */
    int homeIndex() {
        return homeIndex;
    }

    /** Free blocks that only this handle can hand out or hand over. Exact while nobody uses the handle. */
    long blocksInMagazines() {
        long blocks = outbox.blocks();
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            blocks += magazines.blocks(kind);
        }
        return blocks;
    }

    /** Those of one kind in magazines. Exact while nobody uses the handle. */
    long blocksInMagazines(int kind) {
        return magazines.blocks(kind);
    }

    /** Bytes of free blocks that wait to be handed over to other nodes. Exact while nobody uses the handle. */
    long outboxBytes() {
        return outbox.bytes();
    }

    /** Bytes of the free blocks in magazines. */
    long cachedBytes() {
        return counter(CACHED_SLOT);
    }

    /** Puts every free block back into its slab, or on its way there. */
    void flushMagazines() {
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            if (magazines.drain(kind, home) > 0) {
                add(DRAIN_SLOT, 1);
            }
        }
        outbox.flush();
        counters[CACHED_SLOT] = 0;
    }

    /** Leaves nothing to hand out without asking the closed heaps. Called once no thread uses the handle. */
    void abandon() {
        magazines.abandon();
        outbox.abandon();
    }

    /** Loads a magazine and says how many blocks it has. */
    private int refill(int kind) {
        noteVisit(magazineBytes(kind));
        if (magazines.loadNext(kind)) {
            return loadedCounts[kind];
        }
        sortInbox(kind);
        if (loadedCounts[kind] == 0 && !loadFromDepot(kind)) {
            loadFromSlabs(kind);
        }
        return loadedCounts[kind];
    }

    /** Blocks that came home go into the magazines of this handle until it has what it came for. */
    private void sortInbox(int kind) {
        final NodeInbox inbox = home.inbox();
        if (inbox.isEmpty() || !inbox.tryOpen()) {
            return;
        }
        try {
            while (loadedCounts[kind] == 0 && counters[CACHED_SLOT] < maxCachedBytes) {
                final long[] batch = inbox.take();
                if (batch.length == 0) {
                    break;
                }
                inbox.giveBack(batch, keepAll(batch));
            }
        } finally {
            inbox.shut();
        }
    }

    private long keepAll(long[] batch) {
        long bytes = 0;
        for (int i = 0; i < batch.length && batch[i] != NONE; i++) {
            final int kind = table.kindOfBlock(batch[i]);
            final int blockBytes = SizeClasses.blockBytesOfKind(kind);
            keep(batch[i], kind);
            counters[CACHED_SLOT] += blockBytes;
            bytes += blockBytes;
        }
        return bytes;
    }

    private boolean loadFromDepot(int kind) {
        final long[] full = home.depot().take(kind, loaded[kind]);
        if (full.length == 0) {
            return false;
        }
        magazines.load(kind, full);
        counters[CACHED_SLOT] += (long) full.length * SizeClasses.blockBytesOfKind(kind);
        return true;
    }

    private void loadFromSlabs(int kind) {
        int count = fill(kind);
        if (count == 0) {
            // No room for a slab: what is kept in between may be whole slabs of other kinds.
            flushMagazines();
            home.collect();
            count = fill(kind);
        }
        if (count > 0) {
            hasAsked = false;
        } else if (!hasAsked) {
            hasAsked = true;
            answeredRequest = flushRequests.incrementAndGet();
        }
    }

    private int fill(int kind) {
        final int blockBytes = SizeClasses.blockBytesOfKind(kind);
        final long[] magazine = magazines.loadedForFilling(kind);
        final long room = Math.max(1, (maxCachedBytes - counters[CACHED_SLOT]) / blockBytes);
        final int count = home.refill(kind, magazine, (int) Math.min(room, magazines.wanted(kind)));
        add(REFILL_SLOT, 1);
        loadedCounts[kind] = count;
        counters[CACHED_SLOT] += (long) count * blockBytes;
        return count;
    }

    /** A block that the own node has no room for: from another one, or after somebody gave up what he can do without. */
    private long allocateElsewhere(MemoryPool pool, int kind, int blockBytes) {
        long address = takeOneAbroad(pool, kind, blockBytes);
        if (address == NONE) {
            credit.noteNoRoom();
            if (credit.reclaim(pool, blockBytes) && refill(kind) > 0) {
                address = loaded[kind][--loadedCounts[kind]];
                counters[CACHED_SLOT] -= blockBytes;
            }
        }
        if (address == NONE) {
            credit.takeBack(pool.ordinal(), homeIndex, blockBytes);
            return refuse(pool);
        }
        add(LIVE_SLOT + kind, 1);
        table.markLive(address, kind);
        return address;
    }

    private long takeOneAbroad(MemoryPool pool, int kind, int blockBytes) {
        final long[] one = magazines.loadedForFilling(kind);
        for (int i = 1; i < sourceCount; i++) {
            if (heaps[i].refill(kind, one, 1) == 1) {
                noteSpill(pool, blockBytes, heaps[i]);
                return one[0];
            }
        }
        return NONE;
    }

    private long takeRun(MemoryPool pool, int unitCount) {
        noteVisit((long) unitCount << SizeClasses.UNIT_SHIFT);
        long address = home.takeRun(pool, unitCount);
        if (address == NONE) {
            flushMagazines();
            home.collect();
            address = home.takeRun(pool, unitCount);
        }
        for (int i = 1; address == NONE && i < sourceCount; i++) {
            address = heaps[i].takeRun(pool, unitCount);
            if (address != NONE) {
                noteSpill(pool, (long) unitCount << SizeClasses.UNIT_SHIFT, heaps[i]);
            }
        }
        return address;
    }

    private void noteSpill(MemoryPool pool, long bytes, NodeHeap heap) {
        credit.moved(pool.ordinal(), bytes, heap.index());
        add(SPILL_SLOT, 1);
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
        noteVisit(magazineBytes(kind));
        if (loadedCounts[kind] == loaded[kind].length && !magazines.putAside(kind)) {
            passFullOn(kind);
            magazines.putAside(kind);
        }
    }

    /** Gives a full magazine to the depot, or its blocks to their slabs. */
    private void passFullOn(int kind) {
        final long[] full = magazines.full(kind);
        counters[CACHED_SLOT] -= (long) full.length * SizeClasses.blockBytesOfKind(kind);
        final long[] empty = home.depot().put(kind, full);
        if (empty.length > 0) {
            magazines.replaceFull(kind, empty);
        } else {
            home.drain(full, full.length);
            magazines.replaceFull(kind, full);
            add(DRAIN_SLOT, 1);
        }
    }

    /** More is kept than may be: what was not needed goes first, then full magazines of this kind, then everything. */
    private void keepLess(int kind) {
        counters[CACHED_SLOT] -= magazines.sweep(home);
        while (counters[CACHED_SLOT] > maxCachedBytes / 2 && magazines.full(kind).length > 0) {
            passFullOn(kind);
        }
        if (counters[CACHED_SLOT] > maxCachedBytes / 2) {
            flushMagazines();
        }
    }

    /** A run, or a block of a chunk that is to fall empty: no magazine may hand it out again. */
    private void freeApart(long address, int kind) {
        if (!SlabTable.isClearingKind(kind)) {
            freeRun(address, SizeClasses.poolOfKind(kind));
            return;
        }
        final int plain = SlabTable.plainKind(kind);
        final int pool = plain / SizeClasses.COUNT;
        final int blockBytes = SizeClasses.blockBytesOfKind(plain);
        add(LIVE_SLOT + plain, -1);
        if (home.contains(address)) {
            credit.takeBack(pool, homeIndex, blockBytes);
            home.putBack(address);
        } else {
            freeForeign(address, pool, blockBytes);
        }
    }

    private void freeForeign(long address, int pool, int blockBytes) {
        final int node = outbox.nodeOf(address);
        credit.takeBack(pool, heaps[node].index(), blockBytes);
        outbox.add(node, address, blockBytes);
    }

    private void freeRun(long address, MemoryPool pool) {
        final NodeHeap heap = home.contains(address) ? home : heaps[outbox.nodeOf(address)];
        final long bytes = table.runBytes(table.unitOf(address));
        add(LIVE_RUN_SLOT + pool.ordinal(), -bytes);
        credit.takeBack(pool.ordinal(), heap.index(), bytes);
        heap.giveBackRun(address);
        noteVisit(bytes);
    }

    private boolean spendAfterReclaim(MemoryPool pool, long bytes) {
        return credit.reclaim(pool, bytes) && credit.spend(pool.ordinal(), bytes);
    }

    /** Counts a visit to the tiers below; what is done once in many visits is done here. */
    private void noteVisit(long bytes) {
        answerRequest();
        visits++;
        visitsSinceSweep++;
        bytesSinceSweep += bytes;
        if (visitsSinceSweep >= VISITS_OF_A_SWEEP || bytesSinceSweep >= TURNOVERS_OF_A_SWEEP * maxCachedBytes) {
            sweep();
        }
    }

    private void sweep() {
        visitsSinceSweep = 0;
        bytesSinceSweep = 0;
        counters[CACHED_SLOT] -= magazines.sweep(home);
        if (++sweeps % SWEEPS_OF_A_DEPOT_SWEEP == 0) {
            home.sweepDepot();
        }
    }

    private long magazineBytes(int kind) {
        return (long) loaded[kind].length * SizeClasses.blockBytesOfKind(kind);
    }

    private void answerRequest() {
        final int request = flushRequests.get();
        if (request != answeredRequest) {
            answeredRequest = request;
            flushMagazines();
        }
    }

    private void sample(long address, int kind, int sizeBytes) {
        untilSample = sampler.nextInterval();
        if (sampler.sample(address, kind, sizeBytes)) {
            table.markSampled(address, kind);
        }
    }

    private long counter(int slot) {
        return (long) COUNTER.getOpaque(counters, slot);
    }

    private void add(int slot, long delta) {
        COUNTER.setOpaque(counters, slot, counters[slot] + delta);
    }

    /** The bytes that a block or run of a size takes. */
    static long takenBytes(long sizeBytes) {
        if (sizeBytes <= MAX_BLOCK_BYTES) {
            return SizeClasses.blockBytes(SizeClasses.of((int) Math.max(0, sizeBytes)));
        }
        if (sizeBytes > MAX_RUN_BYTES) {
            throw new IllegalArgumentException("no run of this size: sizeBytes=" + sizeBytes + ", maxBytes="
                    + MAX_RUN_BYTES + "; split what is larger over several runs");
        }
        final long wholeUnits = (sizeBytes + SizeClasses.UNIT_BYTES - 1) >>> SizeClasses.UNIT_SHIFT;
        return ChunkHeap.roundedUnits(wholeUnits) << SizeClasses.UNIT_SHIFT;
    }

    /** What to throw for the last block that was refused. */
    MemoryLimitException limitPassed(MemoryPool pool, long sizeBytes) {
        return credit.refusal(pool, sizeBytes, takenBytes(sizeBytes));
    }
}
