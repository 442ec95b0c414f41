package dev.millrace.allocator;

/**
 * The layout of a page of a region, and the count of its live blocks.
 *
 * <pre>
 *   0        4        8         16        24           64
 *   +--------+--------+---------+---------+------------+---------+-------+---
 *   | live   | unused | origin  | next    |  unused    | block   | block | ...     64 KiB, at a multiple of 64 KiB
 *   +--------+--------+---------+---------+------------+---------+-------+---
 *
 *   live      open:     OPEN - blocks given back
 *             retired:  blocks taken - blocks given back; 0: the page is nobody's
 *   origin    the block of the allocator that the page lies in
 *   next      of a page that is released with others: the page before it, or 0
 * </pre>
 *
 * <p>The owner counts what it takes on the side and adds it once, when it retires the page; whoever gives blocks back
 * subtracts a run of them at once. So the count changes once a run, and the one who brings it to 0 frees the page. The
 * addition is atomic with volatile order: whoever frees the page sees what all others wrote to it.
 */
final class RegionPage {
    static final int BYTES = 64 << 10;
    static final int HEADER_BYTES = 64;
    static final int PAYLOAD_BYTES = BYTES - HEADER_BYTES;

    private static final int LIVE_OFFSET = 0;
    private static final int ORIGIN_OFFSET = 8;
    private static final int NEXT_OFFSET = 16;

    /** More than the blocks of any page. */
    private static final int OPEN = 1 << 30;

    private RegionPage() {}

    /**
     * Takes a page.
     *
     * @return its address, or {@link BlockAllocator#NONE} if the budget would be passed
     */
    static long tryOpen(MemoryAccess memory, BlockAllocator blocks, MemoryPool pool) {
        final long origin = blocks.tryAllocate(pool, BYTES);
        if (origin == BlockAllocator.NONE || isPage(origin)) {
            return open(memory, origin);
        }
        // An allocator that puts something around its blocks: a page fits into twice the size wherever that begins.
        blocks.free(origin);
        return open(memory, blocks.tryAllocate(pool, 2 * BYTES));
    }

    /** Takes a page, or throws what the allocator throws. */
    static long openOrThrow(MemoryAccess memory, BlockAllocator blocks, MemoryPool pool) {
        final long page = tryOpen(memory, blocks, pool);
        return page != BlockAllocator.NONE ? page : open(memory, blocks.allocate(pool, 2 * BYTES));
    }

    private static long open(MemoryAccess memory, long origin) {
        if (origin == BlockAllocator.NONE) {
            return BlockAllocator.NONE;
        }
        final long page = (origin + BYTES - 1) & -BYTES;
        memory.putLong(page + ORIGIN_OFFSET, origin);
        memory.putLong(page + NEXT_OFFSET, BlockAllocator.NONE);
        memory.putIntRelease(page + LIVE_OFFSET, OPEN);
        return page;
    }

    /**
     * Says that no more blocks will be taken.
     *
     * @param taken how many were
     * @return whether all were given back: the caller frees the page
     */
    static boolean retire(MemoryAccess memory, long page, int taken) {
        return change(memory, page, taken - OPEN);
    }

    /**
     * Gives blocks back.
     *
     * @return whether these were the last: the caller frees the page
     * @throws IllegalStateException if more were given back than taken
     */
    static boolean release(MemoryAccess memory, long page, int count) {
        return change(memory, page, -count);
    }

    /** Gives the page's memory back. */
    static void free(MemoryAccess memory, BlockAllocator blocks, long page) {
        blocks.free(memory.getLong(page + ORIGIN_OFFSET));
    }

    /** The page that a block lies in. */
    static long of(long address) {
        return address & -BYTES;
    }

    static long next(MemoryAccess memory, long page) {
        return memory.getLong(page + NEXT_OFFSET);
    }

    static void setNext(MemoryAccess memory, long page, long next) {
        memory.putLong(page + NEXT_OFFSET, next);
    }

    private static boolean isPage(long address) {
        return (address & (BYTES - 1)) == 0;
    }

    private static boolean change(MemoryAccess memory, long page, int delta) {
        final int live = memory.getAndAddInt(page + LIVE_OFFSET, delta) + delta;
        if (live < 0) {
            throw new IllegalStateException("more blocks given back than taken: page=0x" + Long.toHexString(page)
                    + ", tooMany=" + -live + "; free a block once");
        }
        return live == 0;
    }
}
