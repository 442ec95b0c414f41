package dev.millrace.allocator;

/**
 * The runs of one handle: units, or whole chunks, taken from the node's heap and given back to it.
 *
 * <p>Used by the thread that uses the handle.
 */
final class HandleRuns {
    private final SlabTable table;
    private final HandleCredit credit;
    private final HandleMagazines magazines;
    private final NodeHeap home;
    private final OtherNodes otherNodes;
    private final HandleCounters counters;

    HandleRuns(
            SlabTable table,
            HandleCredit credit,
            HandleMagazines magazines,
            NodeHeap home,
            OtherNodes otherNodes,
            HandleCounters counters) {
        this.table = table;
        this.credit = credit;
        this.magazines = magazines;
        this.home = home;
        this.otherNodes = otherNodes;
        this.counters = counters;
    }

    /** Takes a run that is paid for, or says no. */
    long take(MemoryPool pool, long runBytes) {
        final int unitCount = (int) (runBytes >>> SizeClasses.UNIT_SHIFT);
        long address = takeUnits(pool, unitCount);
        if (address == BlockAllocator.NONE) {
            credit.noteNoRoom();
            address = credit.reclaim(pool, runBytes) ? takeUnits(pool, unitCount) : BlockAllocator.NONE;
        }
        if (address != BlockAllocator.NONE) {
            counters.noteRun(pool, runBytes);
            table.markLive(address);
        }
        return address;
    }

    /** Puts a run back that was marked free, and takes back what was paid for it. */
    void giveBack(long address, MemoryPool pool) {
        final NodeHeap heap = otherNodes.heapOf(address);
        final long bytes = table.runBytes(table.unitOf(address));
        counters.noteRun(pool, -bytes);
        credit.takeBack(pool.ordinal(), heap.index(), bytes);
        heap.giveBackRun(address);
        magazines.noteVisit(bytes);
    }

    /** The bytes that a block or run of a size takes. */
    static long takenBytes(long sizeBytes) {
        if (sizeBytes <= BlockAllocator.MAX_BLOCK_BYTES) {
            return SizeClasses.blockBytes(SizeClasses.of((int) Math.max(0, sizeBytes)));
        }
        if (sizeBytes > BlockAllocator.MAX_RUN_BYTES) {
            throw new IllegalArgumentException("no run of this size: sizeBytes=" + sizeBytes + ", maxBytes="
                    + BlockAllocator.MAX_RUN_BYTES + "; split what is larger over several runs");
        }
        final long wholeUnits = (sizeBytes + SizeClasses.UNIT_BYTES - 1) >>> SizeClasses.UNIT_SHIFT;
        return ChunkHeap.roundedUnits(wholeUnits) << SizeClasses.UNIT_SHIFT;
    }

    private long takeUnits(MemoryPool pool, int unitCount) {
        magazines.noteVisit((long) unitCount << SizeClasses.UNIT_SHIFT);
        long address = home.takeRun(pool, unitCount);
        if (address == BlockAllocator.NONE) {
            magazines.flush();
            home.collect();
            address = home.takeRun(pool, unitCount);
        }
        return address == BlockAllocator.NONE ? otherNodes.takeRun(pool, unitCount) : address;
    }
}
