package dev.millrace.allocator;

/**
 * Memory that is released all at once: small stretches, handed out by moving a cursor, for a window slice or whatever else
 * ends as a whole.
 *
 * <pre>
 *   newest page            page before            oldest page
 *   +---+-----+-----+      +---+-----+-----+      +---+-----+-----+
 *   | --------------------&gt; | -------------------&gt; | 0 |     |     |      64 KiB each, linked
 *   +---+-----+-----+      +---+-----+-----+      +---+-----+-----+
 *              cursor -&gt;
 * </pre>
 *
 * <p>Used by one thread at a time. Pages come from the block allocator that is given and count against its budget under the
 * pool. Nothing is counted for each stretch, and none is given back alone: {@link #release} gives back all, and costs one
 * step a page. Addresses are multiples of 8; contents are undefined.
 */
public final class Region implements AutoCloseable {
    private final MemoryAccess memory = MemoryAccess.offHeap();
    private final BlockAllocator blocks;
    private final MemoryPool pool;
    private long cursor;
    private long limit;
    private long pageCount;

    /**
     * Makes a region without a page.
     *
     * @param blocks the handle of the thread that allocates and releases
     */
    public Region(BlockAllocator blocks, MemoryPool pool) {
        this.blocks = blocks;
        this.pool = pool;
    }

    /**
     * Takes a stretch, or says no.
     *
     * @param sizeBytes 1 to {@link RegionAllocator#MAX_BYTES}
     * @return its address, or {@link BlockAllocator#NONE} if a page more would pass the budget
     */
    public long tryAllocate(int sizeBytes) {
        final long start = cursor;
        final long end = start + RegionAllocator.rounded(sizeBytes);
        if (sizeBytes <= 0 || end > limit) {
            RegionAllocator.requireSize(sizeBytes);
            return addPage(RegionPage.tryOpen(memory, blocks, pool)) ? tryAllocate(sizeBytes) : BlockAllocator.NONE;
        }
        cursor = end;
        return start;
    }

    /**
     * Takes a stretch.
     *
     * @param sizeBytes 1 to {@link RegionAllocator#MAX_BYTES}
     * @throws MemoryLimitException if a page more would pass the budget
     */
    public long allocate(int sizeBytes) {
        final long address = tryAllocate(sizeBytes);
        if (address != BlockAllocator.NONE) {
            return address;
        }
        addPage(RegionPage.openOrThrow(memory, blocks, pool));
        return tryAllocate(sizeBytes);
    }

    /** What the region holds: whole pages. */
    public long heldBytes() {
        return pageCount * RegionPage.BYTES;
    }

    /** Gives everything back. Nothing that was taken may be touched from here on; the region may be used again. */
    public void release() {
        long page = limit - RegionPage.BYTES;
        for (; pageCount > 0; pageCount--) {
            final long before = RegionPage.next(memory, page);
            RegionPage.free(memory, blocks, page);
            page = before;
        }
        cursor = 0;
        limit = 0;
    }

    /** Gives everything back. */
    @Override
    public void close() {
        release();
    }

    private boolean addPage(long page) {
        if (page == BlockAllocator.NONE) {
            return false;
        }
        if (limit != 0) {
            RegionPage.setNext(memory, page, limit - RegionPage.BYTES);
        }
        cursor = page + RegionPage.HEADER_BYTES;
        limit = page + RegionPage.BYTES;
        pageCount++;
        return true;
    }
}
