package dev.millrace.allocator;

/**
 * Hands out small, short-lived stretches of memory by moving a cursor: for events that die in about the order in which they
 * came to life.
 *
 * <pre>
 *   page (64 KiB)                                   page                                  page
 *   +---+-------+-------+-------+-------+           +---+-------+-------+                 +---+------+------+
 *   | 3 |   x   |   x   | live  | live..|           | . | live  | live  | cursor ->       | 0 | gone: freed |
 *   +---+-------+-------+-------+-------+           +---+-------+-------+                 +---+------+------+
 *     live count: one atomic step a run of frees       open: the owner counts alone
 * </pre>
 *
 * <p><b>Threads.</b> One thread allocates. Any thread may give back, each through a {@link RegionFrees} of its own. A
 * stretch reaches another thread by a hand-over that orders memory.
 *
 * <p><b>Ownership.</b> Pages come from the block allocator that is given, count against its budget under the pool, and go
 * back, whole, when their last stretch is given back. One stretch that lives on holds its page of 64 KiB: what lives long
 * belongs into blocks. {@link #close} gives the open page up; stretches that are out stay valid.
 *
 * <p>Addresses are multiples of 8. Contents are undefined. A stretch has 1 to {@link #MAX_BYTES} bytes.
 */
public final class RegionAllocator implements AutoCloseable {
    /** The largest stretch. */
    public static final int MAX_BYTES = RegionPage.PAYLOAD_BYTES;

    private static final int ALIGNMENT_BYTES = 8;

    private final MemoryAccess memory = MemoryAccess.offHeap();
    private final BlockAllocator blocks;
    private final MemoryPool pool;
    private long cursor;
    private long limit;
    private int taken;

    /**
     * Makes an allocator without a page.
     *
     * @param blocks the handle of the thread that allocates
     */
    public RegionAllocator(BlockAllocator blocks, MemoryPool pool) {
        this.blocks = blocks;
        this.pool = pool;
    }

    /**
     * Takes a stretch, or says no.
     *
     * @param sizeBytes 1 to {@link #MAX_BYTES}
     * @return its address, or {@link BlockAllocator#NONE} if a page more would pass the budget
     */
    public long tryAllocate(int sizeBytes) {
        final long start = cursor;
        final long end = start + rounded(sizeBytes);
        if (sizeBytes <= 0 || end > limit) {
            requireSize(sizeBytes);
            return changePage(RegionPage.tryOpen(memory, blocks, pool)) ? tryAllocate(sizeBytes) : BlockAllocator.NONE;
        }
        cursor = end;
        taken++;
        return start;
    }

    /**
     * Takes a stretch.
     *
     * @param sizeBytes 1 to {@link #MAX_BYTES}
     * @throws MemoryLimitException if a page more would pass the budget
     */
    public long allocate(int sizeBytes) {
        final long address = tryAllocate(sizeBytes);
        if (address != BlockAllocator.NONE) {
            return address;
        }
        changePage(RegionPage.openOrThrow(memory, blocks, pool));
        return tryAllocate(sizeBytes);
    }

    /** Gives the open page up. Another one is opened if the allocator is used again. */
    @Override
    public void close() {
        if (limit != 0) {
            retire();
            cursor = 0;
            limit = 0;
        }
    }

    static long rounded(int sizeBytes) {
        return ((long) sizeBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }

    static void requireSize(int sizeBytes) {
        if (sizeBytes < 1 || sizeBytes > MAX_BYTES) {
            throw new IllegalArgumentException("no stretch of this size: sizeBytes=" + sizeBytes
                    + ", minBytes=1, maxBytes=" + MAX_BYTES + "; take a block for what is larger");
        }
    }

    private boolean changePage(long page) {
        if (page == BlockAllocator.NONE) {
            return false;
        }
        if (limit != 0) {
            retire();
        }
        cursor = page + RegionPage.HEADER_BYTES;
        limit = page + RegionPage.BYTES;
        return true;
    }

    private void retire() {
        final long page = limit - RegionPage.BYTES;
        if (RegionPage.retire(memory, page, taken)) {
            RegionPage.free(memory, blocks, page);
        }
        taken = 0;
    }
}
