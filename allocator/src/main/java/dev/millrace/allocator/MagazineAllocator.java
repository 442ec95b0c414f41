package dev.millrace.allocator;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A handle with magazines: a block is handed out by an array load and taken back by an array store. What the magazines do
 * not have comes from the tiers of the handle's node, see {@link HandleMagazines}.
 *
 * <p>Used by one thread at a time; what is counted may be read by any. Magazines hold blocks of the handle's own node only;
 * those of other nodes are sent home when they are freed, and where the own node has no room left, blocks of others are
 * fetched one by one, see {@link OtherNodes}.
 */
final class MagazineAllocator implements BudgetedAllocator {
    /** Once in so many calls of a user without work it is looked at what is kept; twice in a row without use empties all. */
    private static final int CALLS_OF_A_LOOK = 64;

    /** Blocks of other nodes may add up to one part in this many of what the handle keeps. */
    private static final int OUTBOX_PART = 8;

    private static final long MAX_BATCH_BYTES = 1 << 20;

    private final SlabTable table;
    private final HandleCredit credit;
    private final NodeHeap home;
    private final int homeIndex;
    private final long homeStart;
    private final long homeUnits;
    private final int homeFirstUnit;
    private final HandleMagazines magazines;
    /** Those of {@link #magazines}. */
    private final KindMagazines[] kinds;

    private final Outbox outbox;
    private final OtherNodes otherNodes;
    private final HandleRuns runs;
    private final HandleCounters counters = new HandleCounters();
    private final AllocationSampler sampler;
    private int calls;

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
        home = heaps[0];
        homeIndex = home.index();
        homeStart = home.start();
        homeUnits = home.bytes() >>> SizeClasses.UNIT_SHIFT;
        homeFirstUnit = table.unitOf(homeStart);
        NodeHeap[] byDistance = heaps.clone();
        outbox = new Outbox(byDistance, tiers.inboxBlocks(), Math.min(MAX_BATCH_BYTES, maxCachedBytes / OUTBOX_PART));
        otherNodes = new OtherNodes(byDistance, mayLeaveHome, credit, outbox, counters);
        magazines = new HandleMagazines(table, credit, home, outbox, counters, tiers, maxCachedBytes, flushRequests);
        kinds = magazines.kinds;
        runs = new HandleRuns(table, credit, magazines, home, otherNodes, counters);
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        final KindMagazines ofKind = kinds[SizeClasses.kind(pool, SizeClasses.of(sizeBytes))];
        final long address = takeAtHand(ofKind, ofKind.credit, sizeBytes);
        return address == NONE ? allocateAfterVisit(pool, ofKind, sizeBytes) : address;
    }

    /**
     * Hands a block out that is in the magazine and paid for by an operator with what it has at hand.
     *
     * @return {@link #NONE} if there is no such block or it cannot be paid so; nothing is spent then
     */
    long tryTakeAtHand(MemoryPool pool, int sizeBytes, Credit payer) {
        return takeAtHand(kinds[SizeClasses.kind(pool, SizeClasses.of(sizeBytes))], payer, sizeBytes);
    }

    private long takeAtHand(KindMagazines ofKind, Credit payer, int sizeBytes) {
        final int top = ofKind.count - 1;
        if (top < 0 || !payer.spendAtHand(ofKind.blockBytes)) {
            return NONE;
        }
        final long address = ofKind.loaded[top];
        ofKind.count = top;
        if (!table.takePlain(address)) {
            takeMarked(address, ofKind, sizeBytes);
        }
        return address;
    }

    @Override
    public void free(long address) {
        final KindMagazines ofKind = tryKeepPlain(address);
        if (ofKind == null) {
            freeApart(address);
        } else {
            ofKind.credit.takeBack(ofKind.blockBytes);
        }
    }

    /**
     * Takes a block back that an operator pays for if it is one of its pool, and else one of the handle.
     *
     * @param ofPool the handle's credit with the operator's pool
     * @return false if the block is to be freed apart; nothing was done then
     */
    boolean tryFreePlain(long address, Credit ofPool, Credit payer) {
        final KindMagazines ofKind = tryKeepPlain(address);
        if (ofKind == null) {
            return false;
        }
        final Credit paid = ofKind.credit == ofPool ? payer : ofKind.credit;
        paid.takeBack(ofKind.blockBytes);
        return true;
    }

    /** Keeps a block of the home in the magazines of its kind; null for what is to be freed apart, which is not touched. */
    private @Nullable KindMagazines tryKeepPlain(long address) {
        final long unit = (address - homeStart) >>> SizeClasses.UNIT_SHIFT;
        if (unit >= homeUnits) {
            return null;
        }
        final Slab slab = table.freePlain(homeFirstUnit + (int) unit, address);
        if (slab == Slab.NONE) {
            return null;
        }
        final KindMagazines ofKind = kinds[slab.kind];
        final int count = ofKind.count;
        if (count < ofKind.limit) {
            ofKind.loaded[count] = address;
            ofKind.count = count + 1;
        } else {
            magazines.keep(ofKind, address);
        }
        return ofKind;
    }

    @Override
    public long tryAllocateRun(MemoryPool pool, long sizeBytes) {
        if (sizeBytes <= MAX_BLOCK_BYTES) {
            return tryAllocate(pool, (int) Math.max(0, sizeBytes));
        }
        final long runBytes = HandleRuns.takenBytes(sizeBytes);
        if (!spend(pool, runBytes)) {
            return refuse(pool);
        }
        final long address = runs.take(pool, runBytes);
        if (address == NONE) {
            credit.takeBack(pool.ordinal(), homeIndex, runBytes);
            return refuse(pool);
        }
        return address;
    }

    @Override
    public boolean tryCountAgainst(long address, MemoryPool pool) {
        final MemoryPool own = SizeClasses.poolOfKind(table.kindOfLive(address));
        final int node = otherNodes.heapOf(address).index();
        final long bytes = sizeOfRun(address);
        // First, so that a budget that is nearly used up does not have to hold it twice.
        credit.takeBack(own.ordinal(), node, bytes);
        if (!spendFor(pool, address, bytes)) {
            credit.transfer(own.ordinal(), node, -bytes);
            credit.settle(own.ordinal(), node);
            return false;
        }
        counters.noteMoved(own, pool, bytes);
        return true;
    }

    @Override
    public void countAgainstOwnPool(long address, MemoryPool pool) {
        final MemoryPool own = SizeClasses.poolOfKind(table.kindOfLive(address));
        final int node = otherNodes.heapOf(address).index();
        final long bytes = sizeOfRun(address);
        credit.transfer(own.ordinal(), node, -bytes);
        credit.takeBack(pool.ordinal(), node, bytes);
        counters.noteMoved(pool, own, bytes);
    }

    /** Spends credit of a pool on a block that is there already. */
    boolean spendFor(MemoryPool pool, long address, long bytes) {
        if (!spend(pool, bytes)) {
            refuse(pool);
            return false;
        }
        credit.moved(pool.ordinal(), bytes, otherNodes.heapOf(address).index());
        return true;
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
        magazines.answerRequest();
        if (++calls % CALLS_OF_A_LOOK == 0) {
            magazines.lookAround();
            home.giveBackIdle();
        }
    }

    /** Gives everything back if no tier below was asked since the last call: for whoever looks after idle handles. */
    void giveBackIfUnused() {
        outbox.flush();
        magazines.flushIfUnused();
    }

    /** The kind of a live block. */
    int kindOf(long address) {
        return table.kindOfLive(address);
    }

    /** Counts a block that is refused. */
    long refuse(MemoryPool pool) {
        counters.noteRefusals(pool, 1);
        return NONE;
    }

    /** Takes the last refusal back: there will be another try. */
    void forgetRefusal(MemoryPool pool) {
        counters.noteRefusals(pool, -1);
    }

    /** What blocks are paid with, for the thread that uses the handle. */
    HandleCredit credit() {
        return credit;
    }

    /** The node that blocks come from while it has room. */
    NodeHeap home() {
        return home;
    }

    /** What this handle did so far. */
    HandleCounters counters() {
        return counters;
    }

    /** What this handle's allocations asked for. */
    AllocationSampler sampler() {
        return sampler;
    }

    /** Blocks of other nodes that were not handed over yet. */
    Outbox outbox() {
        return outbox;
    }

    /** Live bytes of a pool that this handle handed out, less those it took back: below zero if others hand out more. */
    long liveBytes(MemoryPool pool) {
        long bytes = counters.runBytes(pool);
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
            final KindMagazines ofKind = kinds[SizeClasses.kind(pool, sizeClass)];
            bytes += ofKind.liveBlocks() * ofKind.blockBytes;
        }
        return bytes;
    }

    /** Blocks of a kind that this handle handed out, less those it took back. */
    long liveBlocks(int kind) {
        return kinds[kind].liveBlocks();
    }

    /** Free blocks that only this handle can hand out or hand over. Exact while nobody uses the handle. */
    long blocksInMagazines() {
        return magazines.blocks() + outbox.blocks();
    }

    /** Those of one kind in magazines. Exact while nobody uses the handle. */
    long blocksInMagazines(int kind) {
        return kinds[kind].blocks();
    }

    /** Bytes of the free blocks in magazines. Exact while nobody uses the handle. */
    long cachedBytes() {
        return magazines.bytes();
    }

    /** Puts every free block back into its slab, or on its way there. */
    void flushMagazines() {
        magazines.flush();
    }

    /** Leaves nothing to hand out without asking the closed heaps. Called once no thread uses the handle. */
    void abandon() {
        magazines.abandon();
        outbox.abandon();
    }

    private long allocateAfterVisit(MemoryPool pool, KindMagazines ofKind, int sizeBytes) {
        final int blockBytes = ofKind.blockBytes;
        if (!spend(pool, blockBytes)) {
            return refuse(pool);
        }
        if (ofKind.count == 0) {
            sampler.note(ofKind.kind, sizeBytes);
        }
        long address = NONE;
        if (ofKind.count > 0 || magazines.refill(ofKind) > 0) {
            address = ofKind.pop();
        } else {
            address = otherNodes.takeOne(ofKind);
        }
        if (address == NONE) {
            credit.noteNoRoom();
            if (credit.reclaim(pool, blockBytes) && (ofKind.count > 0 || magazines.refill(ofKind) > 0)) {
                address = ofKind.pop();
            }
        }
        if (address == NONE) {
            credit.takeBack(pool.ordinal(), homeIndex, blockBytes);
            return refuse(pool);
        }
        if (!table.takePlain(address)) {
            takeMarked(address, ofKind, sizeBytes);
        }
        return address;
    }

    /** A block that is looked at, or one that two threads took. */
    private void takeMarked(long address, KindMagazines ofKind, int sizeBytes) {
        table.markLive(address);
        if (sampler.sample(address, ofKind.kind, sizeBytes)) {
            table.markSampled(address);
        } else if (ofKind.count > 0) {
            // Too many stacks lately: another block of this magazine takes its turn.
            table.mark(ofKind.loaded[sampler.oneOf(ofKind.count)]);
        }
    }

    /** A run, a block of another node or of a chunk that is to fall empty, one whose stack was kept, or a mistake. */
    private void freeApart(long address) {
        final Slab slab = table.markFree(address);
        if (SizeClasses.isRunKind(slab.kind)) {
            runs.giveBack(address, SizeClasses.poolOfKind(slab.kind));
            return;
        }
        final KindMagazines ofKind = kinds[slab.kind];
        if (slab.isClearing || !home.contains(address)) {
            otherNodes.free(ofKind, address);
            return;
        }
        if (ofKind.count < ofKind.limit) {
            ofKind.push(address);
        } else {
            magazines.keep(ofKind, address);
        }
        ofKind.credit.takeBack(ofKind.blockBytes);
    }

    private boolean spend(MemoryPool pool, long bytes) {
        return credit.spend(pool.ordinal(), bytes)
                || (credit.reclaim(pool, bytes) && credit.spend(pool.ordinal(), bytes));
    }

    @Override
    public MemoryLimitException refusal(MemoryPool pool, long sizeBytes) {
        return credit.refusal(pool, sizeBytes, HandleRuns.takenBytes(sizeBytes));
    }
}
