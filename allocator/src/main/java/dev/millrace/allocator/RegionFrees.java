package dev.millrace.allocator;

/**
 * Gives back what {@link RegionAllocator region allocators} handed out: stretches of one page that follow each other are
 * counted here and given back in one step.
 *
 * <p>Used by one thread, which need not be one that allocated; it may give back stretches of any number of region
 * allocators. What was counted is given back when a stretch of another page comes, and by {@link #flush}, which is called at
 * the end of a batch: until then the last page stays.
 */
public final class RegionFrees implements AutoCloseable {
    private final MemoryAccess memory = MemoryAccess.offHeap();
    private final BlockAllocator blocks;
    private long page;
    private int count;

    /** @param blocks the handle of the thread that gives back; pages that fall empty are freed through it */
    public RegionFrees(BlockAllocator blocks) {
        this.blocks = blocks;
    }

    /**
     * Gives a stretch back.
     *
     * @param address what a region allocator handed out and nobody gave back yet; this is not checked for each
     * @throws IllegalStateException if more stretches of the page before were given back than taken
     */
    public void free(long address) {
        final long its = RegionPage.of(address);
        if (its != page) {
            flush();
            page = its;
        }
        count++;
    }

    /** Gives back what was counted. */
    public void flush() {
        final long last = page;
        final int counted = count;
        count = 0;
        page = 0;
        if (counted > 0 && RegionPage.release(memory, last, counted)) {
            RegionPage.free(memory, blocks, last);
        }
    }

    /** Gives back what was counted. */
    @Override
    public void close() {
        flush();
    }
}
