package dev.millrace.allocator;

/**
 * What one handle has to do with nodes that are not its own: blocks and runs that it takes there when its home has no room
 * left, and those that it takes back and sends home.
 *
 * <p>Used by the thread that uses the handle.
 */
final class OtherNodes {
    /** All nodes, the home first, then by distance. */
    private final NodeHeap[] heaps;

    private final int sourceCount;
    private final HandleCredit credit;
    private final Outbox outbox;
    private final HandleCounters counters;

    /** @param mayLeaveHome whether blocks of other nodes are handed out where the home has no room */
    OtherNodes(NodeHeap[] heaps, boolean mayLeaveHome, HandleCredit credit, Outbox outbox, HandleCounters counters) {
        this.heaps = heaps;
        this.sourceCount = mayLeaveHome ? heaps.length : 1;
        this.credit = credit;
        this.outbox = outbox;
        this.counters = counters;
    }

    /** Takes a block where there is room for it. */
    long takeOne(KindMagazines magazines) {
        final long[] one = magazines.loadedForFilling();
        for (int i = 1; i < sourceCount; i++) {
            if (heaps[i].refill(magazines.kind, one, 1) == 1) {
                magazines.noteCameIn(1);
                noteSpill(SizeClasses.poolIndex(magazines.kind), magazines.blockBytes, heaps[i]);
                return one[0];
            }
        }
        return BlockAllocator.NONE;
    }

    /** Takes a run where there is room for it. */
    long takeRun(MemoryPool pool, int unitCount) {
        for (int i = 1; i < sourceCount; i++) {
            final long address = heaps[i].takeRun(pool, unitCount);
            if (address != BlockAllocator.NONE) {
                noteSpill(pool.ordinal(), (long) unitCount << SizeClasses.UNIT_SHIFT, heaps[i]);
                return address;
            }
        }
        return BlockAllocator.NONE;
    }

    /** Sends a block home that was freed, or one of this node whose chunk is to fall empty. */
    void free(KindMagazines magazines, long address) {
        final int node = outbox.nodeOf(address);
        magazines.noteCameIn(-1);
        credit.takeBack(SizeClasses.poolIndex(magazines.kind), heaps[node].index(), magazines.blockBytes);
        outbox.add(node, address, magazines.blockBytes);
    }

    /** The node that an address of the reservation lies on. */
    NodeHeap heapOf(long address) {
        return heaps[outbox.nodeOf(address)];
    }

    private void noteSpill(int pool, long bytes, NodeHeap heap) {
        credit.moved(pool, bytes, heap.index());
        counters.noteSpill();
    }
}
