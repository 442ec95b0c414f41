package dev.millrace.allocator;

/**
 * The blocks of one pool on all nodes.
 *
 * @param liveBytes live blocks, each at the size of its class
 * @param cachedBytes free blocks that are not in their slabs
 * @param slabBytes what slabs hold
 * @param internalWasteBytes an estimate of what live blocks hold beyond what was asked for
 * @param refusals blocks not handed out
 */
public record PoolStatistics(
        MemoryPool pool, long liveBytes, long cachedBytes, long slabBytes, long internalWasteBytes, long refusals) {}
