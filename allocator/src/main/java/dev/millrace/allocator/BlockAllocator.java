package dev.millrace.allocator;

/**
 * Hands out blocks of off-heap memory and takes them back.
 *
 * <p>A handle is used by one thread at a time: a worker has its own, threads that are no workers share
 * the shared handle, which may be called by any of them. A block may be freed through another handle than
 * the one that gave it. Whoever allocates a block owns it until it frees it or hands it over.
 *
 * <p>Addresses are multiples of 64. The contents of a new block are undefined. Sizes are bounded by
 * {@link #MAX_BLOCK_BYTES}.
 */
public interface BlockAllocator {
    /** The largest block. */
    int MAX_BLOCK_BYTES = 1 << 20;

    /** The address that no block has: the answer of {@link #tryAllocate} when the budget is used up. */
    long NONE = 0L;

    /**
     * Takes a block, or says no.
     *
     * @param sizeBytes 1 to {@link #MAX_BLOCK_BYTES}; rounded up to a size class
     * @return the block's address, or {@link #NONE} if the budget would be passed: the caller waits or gives something back
     */
    long tryAllocate(MemoryPool pool, int sizeBytes);

    /**
     * Takes a block.
     *
     * @param sizeBytes 1 to {@link #MAX_BLOCK_BYTES}; rounded up to a size class
     * @throws MemoryLimitException if the budget would be passed
     */
    long allocate(MemoryPool pool, int sizeBytes);

    /**
     * Gives a block back.
     *
     * @throws IllegalArgumentException if no live block starts at this address (freed twice, or never handed out)
     */
    void free(long address);

    /** The usable size of a live block in bytes: that of its size class, at least what was asked for. */
    int sizeOf(long address);

    /**
     * A stamp of a live block for whoever keeps its address for long: another block that starts here later has another
     * one, except that stamps come round after 2^16 blocks. Kept in the misuse modes {@code CHECK} and {@code GUARD};
     * always 0 in the others.
     *
     * @throws IllegalArgumentException if no live block starts at this address
     */
    default int generationOf(long address) {
        return 0;
    }

    /**
     * Throws if the block that a stamp was asked of is not there any more. Does nothing where stamps are not kept.
     *
     * @param generation what {@link #generationOf} said
     * @throws MemoryMisuseException if another block starts here now
     * @throws IllegalArgumentException if none does
     */
    default void checkGeneration(long address, int generation) {}
}
