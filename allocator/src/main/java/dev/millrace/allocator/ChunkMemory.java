package dev.millrace.allocator;

/**
 * What is asked of the operating system for chunks of a node: called with the node's lock held, for whole chunks only, so
 * that no huge page is ever split.
 */
interface ChunkMemory {
    /**
     * Makes a stretch without memory usable, on its node.
     *
     * @return false if the machine has no memory left; nothing of the stretch may be touched then
     */
    boolean commit(long address, long bytes);

    /**
     * Lets go of the memory behind a stretch.
     *
     * @return false if it stays
     */
    boolean giveBack(long address, long bytes);
}
