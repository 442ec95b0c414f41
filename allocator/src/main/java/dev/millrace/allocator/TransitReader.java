package dev.millrace.allocator;

/** Free blocks between handles and slabs, for statistics. Called by any thread; exact while nobody allocates or frees. */
interface TransitReader {
    /** There are none. */
    TransitReader NOTHING = (node, depotBlocks, inboxBlocks) -> {};

    /**
     * Adds what a node keeps.
     *
     * @param node the number of the node's range
     * @param depotBlocks gets the blocks in the depot, by kind
     * @param inboxBlocks gets the blocks in the inbox, by kind
     */
    void addBlocks(int node, long[] depotBlocks, long[] inboxBlocks);
}
