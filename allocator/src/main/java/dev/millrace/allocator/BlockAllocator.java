package dev.millrace.allocator;

/**
 * Hands out blocks of off-heap memory and takes them back.
 *
 * <p>A handle is used by one thread at a time: a worker has its own, threads that are no workers share
 * the shared handle, which may be called by any of them. A block may be freed through another handle than
 * the one that gave it. Whoever allocates a block owns it until it frees it or hands it over.
 *
 * <p>Addresses are multiples of 64. The contents of a new block are undefined. Sizes are bounded by
 * {@link #MAX_BLOCK_BYTES}. What is larger is a <em>run</em>: rounded up to 64 KiB up to 2 MiB, to whole 2 MiB beyond,
 * and taken with the node's lock held; for tables that live long.
 */
public interface BlockAllocator {
    /** The largest block. */
    int MAX_BLOCK_BYTES = 1 << 20;

    /** The largest run. */
    long MAX_RUN_BYTES = 1L << 42;

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
     * Takes a block or a run, or says no. Not every allocator has runs.
     *
     * @param sizeBytes 1 to {@link #MAX_RUN_BYTES}; up to {@link #MAX_BLOCK_BYTES} it is a block
     * @return its address, or {@link #NONE} if the budget would be passed, or no stretch of addresses is long enough
     * @throws UnsupportedOperationException if this allocator has no runs and the size needs one
     */
    default long tryAllocateRun(MemoryPool pool, long sizeBytes) {
        if (sizeBytes > MAX_BLOCK_BYTES) {
            throw new UnsupportedOperationException("this allocator has no runs: sizeBytes=" + sizeBytes + ", maxBytes="
                    + MAX_BLOCK_BYTES + "; split what is larger over several blocks");
        }
        return tryAllocate(pool, (int) Math.max(0, sizeBytes));
    }

    /**
     * Takes a block or a run.
     *
     * @param sizeBytes 1 to {@link #MAX_RUN_BYTES}; up to {@link #MAX_BLOCK_BYTES} it is a block
     * @throws MemoryLimitException if the budget would be passed, or no stretch of addresses is long enough
     * @throws UnsupportedOperationException if this allocator has no runs and the size needs one
     */
    default long allocateRun(MemoryPool pool, long sizeBytes) {
        final long address = tryAllocateRun(pool, sizeBytes);
        return address != NONE ? address : allocate(pool, (int) sizeBytes);
    }

    /**
     * Gives a block or a run back.
     *
     * @throws IllegalArgumentException if no live block starts at this address (freed twice, or never handed out)
     */
    void free(long address);

    /**
     * Lets a live block count against another pool than the one it was taken from: what it holds became something else, and no byte
     * moves. Before it is freed it must {@linkplain #countAgainstOwnPool count against its own pool} again. Where nothing is
     * counted by pool this does nothing.
     *
     * @param pool another one than that of the block
     * @return false if a limit of that pool would be passed: the block counts as it did
     */
    default boolean tryCountAgainst(long address, MemoryPool pool) {
        return true;
    }

    /**
     * The same, or an error.
     *
     * @throws MemoryLimitException if a limit of that pool would be passed: the block counts as it did
     */
    default void countAgainst(long address, MemoryPool pool) {
        if (!tryCountAgainst(address, pool)) {
            final long bytes = sizeOfRun(address);
            throw new MemoryLimitException(pool, bytes, bytes, bytes);
        }
    }

    /**
     * Lets a block count against its own pool again, just before it is freed; so it is never refused.
     *
     * @param pool the one that it counts against since {@link #tryCountAgainst}
     */
    default void countAgainstOwnPool(long address, MemoryPool pool) {}

    /**
     * The usable size of a live block in bytes: that of its size class, at least what was asked for.
     *
     * @throws ArithmeticException if it is a run whose size is no int; ask {@link #sizeOfRun}
     */
    int sizeOf(long address);

    /** The usable size of a live block or run in bytes. */
    default long sizeOfRun(long address) {
        return sizeOf(address);
    }

    /**
     * Says that the handle's user has nothing to do just now: what the handle collected for others is handed over, and what
     * it kept and did not need goes back. A thread calls it each time it finds nothing to do, and once when it is done; a
     * handle whose user stays idle ends up with nothing. Costs a few nanoseconds when there is nothing to pass on.
     */
    default void flush() {}

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
