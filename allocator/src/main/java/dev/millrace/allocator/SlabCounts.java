package dev.millrace.allocator;

/** What the slabs of one node hold at one moment, by kind. Immutable. */
final class SlabCounts {
    private final int[] slabs;
    private final long[] freeBlocks;

    SlabCounts(int[] slabs, long[] freeBlocks) {
        this.slabs = slabs.clone();
        this.freeBlocks = freeBlocks.clone();
    }

    /** How many slabs there are. */
    long slabs(int kind) {
        return slabs[kind];
    }

    /** How many blocks lie in them. */
    long freeBlocks(int kind) {
        return freeBlocks[kind];
    }
}
