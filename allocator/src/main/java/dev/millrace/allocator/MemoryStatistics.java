package dev.millrace.allocator;

import dev.millrace.numa.Rung;
import java.util.Map;

/**
 * What an allocator holds and did, at one moment. Exact while nobody allocates or frees; otherwise each number is one
 * that held a moment ago.
 *
 * @param limitBytes the budget
 * @param reservedBytes addresses reserved; most of them have no memory behind them
 * @param slabBytes what slabs hold: live blocks, free blocks and what is lost at their ends
 * @param liveBytes live blocks, each at the size of its class: what counts against the budget
 * @param liveBytesByPool the same by pool; every pool is there
 * @param peakLiveBytes the most that was ever claimed from the budget: at least the most that was ever live, and above it by
 *     no more than the credit that handles kept at hand
 * @param blocksInMagazines free blocks that a single handle keeps
 * @param refills magazines filled
 * @param drains magazines emptied
 * @param refusals blocks not handed out
 * @param rung how well memory is placed; flat if a node's range could not be bound
 * @param hugePages whether the operating system took the wish for huge pages
 */
public record MemoryStatistics(
        long limitBytes,
        long reservedBytes,
        long slabBytes,
        long liveBytes,
        Map<MemoryPool, Long> liveBytesByPool,
        long peakLiveBytes,
        long blocksInMagazines,
        long refills,
        long drains,
        long refusals,
        Rung rung,
        boolean hugePages) {
    public MemoryStatistics {
        liveBytesByPool = Map.copyOf(liveBytesByPool);
    }
}
