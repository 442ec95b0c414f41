package dev.millrace.allocator;

/**
 * What one holder of memory may count on, and what it may not pass.
 *
 * @param minBytes kept free for it, whatever others want; 0 for no guarantee
 * @param maxBytes the most that its live blocks may add up to; {@link #UNLIMITED} for whatever is there
 */
public record MemoryLimits(long minBytes, long maxBytes) {
    /** A maximum that limits nothing: what is above in the tree of budgets does. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** No guarantee and no maximum. */
    public static final MemoryLimits NONE = new MemoryLimits(0, UNLIMITED);

    public MemoryLimits {
        if (minBytes < 0) {
            throw new IllegalArgumentException(
                    "guaranteed minimum below zero: minBytes=" + minBytes + ", min=0; say 0 for no guarantee");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maximum leaves no room for a block: maxBytes=" + maxBytes
                    + ", min=1; leave it out for no maximum");
        }
        if (minBytes > maxBytes) {
            throw new IllegalArgumentException("guaranteed minimum above the maximum: minBytes=" + minBytes
                    + ", maxBytes=" + maxBytes + "; lower the minimum to " + maxBytes + " or raise the maximum");
        }
    }

    /** A guarantee, and no maximum. */
    public static MemoryLimits atLeast(long minBytes) {
        return new MemoryLimits(minBytes, UNLIMITED);
    }

    /** A maximum, and no guarantee. */
    public static MemoryLimits atMost(long maxBytes) {
        return new MemoryLimits(0, maxBytes);
    }

    /** Says whether there is a maximum. */
    public boolean isLimited() {
        return maxBytes != UNLIMITED;
    }

    /** The part of these limits that belongs to some of several equal holders; the parts of all add up to the whole. */
    MemoryLimits part(long before, long own, long all) {
        long min = partOf(minBytes, before, own, all);
        // Each part is rounded by itself: by a byte at most.
        return new MemoryLimits(
                min, isLimited() ? Math.max(Math.max(1, min), partOf(maxBytes, before, own, all)) : UNLIMITED);
    }

    private static long partOf(long bytes, long before, long own, long all) {
        // Divided before it is multiplied: the largest budget times the most workers still fits.
        long upTo = bytes / all * (before + own) + bytes % all * (before + own) / all;
        long from = bytes / all * before + bytes % all * before / all;
        return upTo - from;
    }
}
