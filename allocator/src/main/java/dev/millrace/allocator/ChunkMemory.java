package dev.millrace.allocator;

/**
 * What is asked of the operating system for chunks of a node: called with the node's lock held. Whole chunks are committed and given
 * back; pages of a chunk in use go and come again one by one, which splits a huge page.
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

    /**
     * Lets go of the memory behind pages of a chunk in use.
     *
     * @param free where the free stretch begins that they lie in: what it holds counts for nothing from here on
     * @param freeBytes the length of that stretch
     * @return false if it stays
     */
    boolean giveBackPages(long free, long freeBytes, long address, long bytes);

    /**
     * Says whether a chunk may be a huge page, which it may be unless this says no.
     *
     * @return false if it stays as it was
     */
    boolean setHuge(long address, boolean mayBeHuge);

    /** Says that pages which were given back are about to be used again. */
    void useAgain(long address, long bytes);
}
