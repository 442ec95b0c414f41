package dev.millrace.allocator;

/**
 * The blocks of one pool and one size class on one node.
 *
 * @param nodeId the kernel's number of the node
 * @param blockBytes the size of the class
 * @param slabBytes what slabs of this kind hold, free blocks and ends and all
 * @param liveBlocks blocks that the program has
 * @param magazineBlocks free blocks that single handles keep, or are about to hand over to this node
 * @param depotBlocks free blocks in full magazines that any worker of the node may take
 * @param inboxBlocks free blocks that workers of other nodes sent back and nobody sorted yet
 * @param slabFreeBlocks free blocks that lie in their slabs
 * @param requestedShare what was asked for, as a share of the block size, on average over the allocations looked at; 1 if
 *     none was
 */
public record ClassStatistics(
        int nodeId,
        MemoryPool pool,
        long blockBytes,
        long slabBytes,
        long liveBlocks,
        long magazineBlocks,
        long depotBlocks,
        long inboxBlocks,
        long slabFreeBlocks,
        double requestedShare) {
    /** The bytes of live blocks, each at the size of the class. */
    public long liveBytes() {
        return liveBlocks * blockBytes;
    }

    /** The bytes of free blocks that are not in their slabs. */
    public long cachedBytes() {
        return (magazineBlocks + depotBlocks + inboxBlocks) * blockBytes;
    }

    /** An estimate of what live blocks hold beyond what was asked for. */
    public long internalWasteBytes() {
        return Math.round((1 - requestedShare) * liveBytes());
    }

    /** What slabs hold beyond live blocks: free blocks, wherever they are, and ends. */
    public long externalWasteBytes() {
        return slabBytes - liveBytes();
    }
}
