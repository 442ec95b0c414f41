package dev.millrace.allocator;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The free blocks of one handle, and what it exchanges with the tiers of its node: inbox, depot and slabs, in this order.
 *
 * <p>Used by the thread that uses the handle. What is kept is bounded by bytes: each kind sets room aside for its full
 * magazines, and for the loaded one up to a limit that grows as it is needed. So a block that comes or goes within its
 * limit is an array store and counts nowhere else.
 */
final class HandleMagazines {
    /** Magazines that were not needed are looked for once in so many visits to the tiers below. */
    private static final int VISITS_OF_A_SWEEP = 256;

    /** Or, where blocks are large, once so many times what the handle may keep went by. A block pins its whole slab. */
    private static final int TURNOVERS_OF_A_SWEEP = 2;

    /** The depot is swept once in so many sweeps of a handle. */
    private static final int SWEEPS_OF_A_DEPOT_SWEEP = 4;

    /** By kind; the hot path of the handle works on these. */
    final KindMagazines[] kinds = new KindMagazines[SizeClasses.KIND_COUNT];

    private final SlabTable table;
    private final NodeHeap home;
    private final Outbox outbox;
    private final HandleCounters counters;
    private final AtomicInteger flushRequests;
    private final long maxBytes;
    private long claimedBytes;
    private int visits;
    private int visitsBefore;
    private int visitsSinceSweep;
    private long bytesSinceSweep;
    private int sweeps;
    private int answeredRequest;
    private boolean hasAsked;

    /**
     * @param maxBytes of free blocks are kept at most
     * @param flushRequests grows when somebody asks all handles to put back what they keep
     */
    HandleMagazines(
            SlabTable table,
            HandleCredit credit,
            NodeHeap home,
            Outbox outbox,
            HandleCounters counters,
            TierSizes tiers,
            long maxBytes,
            AtomicInteger flushRequests) {
        this.table = table;
        this.home = home;
        this.outbox = outbox;
        this.counters = counters;
        this.flushRequests = flushRequests;
        this.maxBytes = maxBytes;
        for (int kind = 0; kind < kinds.length; kind++) {
            kinds[kind] = new KindMagazines(kind, tiers, credit.credit(SizeClasses.poolIndex(kind)));
        }
    }

    /** Loads a magazine in place of the empty one, and says how many blocks it has. */
    int refill(KindMagazines magazines) {
        noteVisit(magazines.capacityBytes());
        final long claimedBefore = magazines.claimedBytes();
        if (magazines.loadNext()) {
            noteClaim(magazines, claimedBefore);
            return magazines.count;
        }
        sortInbox(magazines);
        if (magazines.count == 0 && !loadFromDepot(magazines)) {
            loadFromSlabs(magazines);
        }
        return magazines.count;
    }

    /** Keeps a block for which the loaded magazine has no room within its limit. */
    void keep(KindMagazines magazines, long address) {
        if (magazines.count == magazines.capacity()) {
            noteVisit(magazines.capacityBytes());
            if (magazines.count == magazines.capacity() && !magazines.putAside()) {
                passFullOn(magazines);
                magazines.putAside();
            }
        }
        if (magazines.count >= magazines.limit) {
            raiseLimit(magazines);
        }
        if (magazines.count < magazines.limit) {
            magazines.push(address);
        } else {
            magazines.noteCameIn(-1);
            home.putBack(address);
            counters.noteDrain();
        }
    }

    /** Puts every free block back into its slab, or on its way there. */
    void flush() {
        for (KindMagazines each : kinds) {
            final long claimedBefore = each.claimedBytes();
            if (claimedBefore > 0) {
                if (each.drain(home) > 0) {
                    counters.noteDrain();
                }
                noteClaim(each, claimedBefore);
            }
        }
        outbox.flush();
    }

    /** Gives up what was not needed since the last look, everything if nothing was. */
    void lookAround() {
        if (visits != visitsBefore) {
            sweep();
        }
        flushIfUnused();
    }

    /** Puts everything back if no tier below was asked since the last call. */
    void flushIfUnused() {
        if (visits == visitsBefore && claimedBytes > 0) {
            flush();
        }
        visitsBefore = visits;
    }

    /** Counts a visit to the tiers below; what is done once in many visits is done here. */
    void noteVisit(long bytes) {
        answerRequest();
        visits++;
        visitsSinceSweep++;
        bytesSinceSweep += bytes;
        if (visitsSinceSweep >= VISITS_OF_A_SWEEP || bytesSinceSweep >= TURNOVERS_OF_A_SWEEP * maxBytes) {
            sweep();
        }
    }

    /** Puts everything back if somebody asked for it. */
    void answerRequest() {
        final int request = flushRequests.get();
        if (request != answeredRequest) {
            answeredRequest = request;
            flush();
        }
    }

    /** Free blocks in magazines. Exact while nobody uses the handle. */
    long blocks() {
        long blocks = 0;
        for (KindMagazines each : kinds) {
            blocks += each.blocks();
        }
        return blocks;
    }

    /** Their bytes. Exact while nobody uses the handle. */
    long bytes() {
        long bytes = 0;
        for (KindMagazines each : kinds) {
            bytes += (long) each.blocks() * each.blockBytes;
        }
        return bytes;
    }

    /** Leaves nothing to hand out. Called once no thread uses the handle. */
    void abandon() {
        for (KindMagazines each : kinds) {
            each.abandon();
        }
        claimedBytes = 0;
    }

    /** Blocks that came home go into the magazines of this handle until it has what it came for. */
    private void sortInbox(KindMagazines magazines) {
        final NodeInbox inbox = home.inbox();
        if (inbox.isEmpty() || !inbox.tryOpen()) {
            return;
        }
        try {
            while (magazines.count == 0 && claimedBytes < maxBytes) {
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
        for (int i = 0; i < batch.length && batch[i] != BlockAllocator.NONE; i++) {
            final KindMagazines magazines = kinds[table.kindOfBlock(batch[i])];
            magazines.noteCameIn(1);
            bytes += magazines.blockBytes;
            if (magazines.count < magazines.limit) {
                magazines.push(batch[i]);
            } else {
                keep(magazines, batch[i]);
            }
        }
        return bytes;
    }

    private boolean loadFromDepot(KindMagazines magazines) {
        if (home.depot().magazines(magazines.kind) == 0 || !makeRoom(magazines, magazines.capacityBytes())) {
            return false;
        }
        final long[] full = home.depot().take(magazines.kind, magazines.loaded);
        if (full.length == 0) {
            return false;
        }
        final long claimedBefore = magazines.claimedBytes();
        magazines.noteCameIn(full.length);
        magazines.load(full);
        noteClaim(magazines, claimedBefore);
        return true;
    }

    private void loadFromSlabs(KindMagazines magazines) {
        int count = fill(magazines);
        if (count == 0) {
            // No room for a slab: what is kept in between may be whole slabs of other kinds.
            flush();
            home.collect();
            count = fill(magazines);
        }
        if (count > 0) {
            hasAsked = false;
        } else if (!hasAsked) {
            hasAsked = true;
            answeredRequest = flushRequests.incrementAndGet();
        }
    }

    private int fill(KindMagazines magazines) {
        final int wanted = magazines.wanted();
        final boolean hasRoom = makeRoom(magazines, (long) wanted * magazines.blockBytes);
        final int count = home.refill(magazines.kind, magazines.loadedForFilling(), hasRoom ? wanted : 1);
        final long claimedBefore = magazines.claimedBytes();
        counters.noteRefill();
        magazines.noteCameIn(count);
        magazines.filled(count, hasRoom);
        noteClaim(magazines, claimedBefore);
        return count;
    }

    private void raiseLimit(KindMagazines magazines) {
        if (makeRoom(magazines, (long) magazines.limitGrowth() * magazines.blockBytes)) {
            final long claimedBefore = magazines.claimedBytes();
            magazines.raiseLimit(magazines.limitGrowth());
            noteClaim(magazines, claimedBefore);
        }
    }

    /**
     * Sees to it that a kind may set more room aside. Where too much is kept, full magazines of this kind are passed on, which
     * is cheap; then limits are lowered; then goes what was not needed, then everything.
     */
    private boolean makeRoom(KindMagazines magazines, long bytes) {
        while (claimedBytes + bytes > maxBytes && magazines.full().length > 0) {
            passFullOn(magazines);
        }
        if (claimedBytes + bytes > maxBytes && bytes <= maxBytes) {
            for (KindMagazines each : kinds) {
                claimedBytes -= each.lowerLimit();
            }
            if (claimedBytes > maxBytes / 2) {
                sweepMagazines();
            }
            if (claimedBytes > maxBytes / 2) {
                flush();
            }
        }
        return claimedBytes + bytes <= maxBytes;
    }

    /** Gives a full magazine to the depot, or its blocks to their slabs. */
    private void passFullOn(KindMagazines magazines) {
        final long[] full = magazines.full();
        final long claimedBefore = magazines.claimedBytes();
        final long[] empty = home.depot().put(magazines.kind, full);
        if (empty.length > 0) {
            magazines.replaceFull(empty);
        } else {
            home.drain(full, full.length);
            magazines.replaceFull(full);
            counters.noteDrain();
        }
        magazines.noteCameIn(-full.length);
        noteClaim(magazines, claimedBefore);
    }

    private void sweep() {
        visitsSinceSweep = 0;
        bytesSinceSweep = 0;
        outbox.flush();
        sweepMagazines();
        if (++sweeps % SWEEPS_OF_A_DEPOT_SWEEP == 0) {
            home.sweepDepot();
        }
    }

    private void sweepMagazines() {
        for (KindMagazines each : kinds) {
            for (int left = each.unneeded(); left > 0; left--) {
                passFullOn(each);
            }
            final long claimedBefore = each.claimedBytes();
            each.sweep(home);
            noteClaim(each, claimedBefore);
        }
    }

    private void noteClaim(KindMagazines magazines, long claimedBefore) {
        claimedBytes += magazines.claimedBytes() - claimedBefore;
    }
}
