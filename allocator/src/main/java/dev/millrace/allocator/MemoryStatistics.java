package dev.millrace.allocator;

import dev.millrace.numa.Rung;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What an allocator holds and did, at one moment. Exact while nobody allocates or frees; otherwise each number is one
 * that held a moment ago. While nobody does, live is at most slab, and at most resident; slabs may have free pages without memory.
 *
 * <p>Immutable. {@link #toString} is a table for people.
 *
 * @param limitBytes the budget
 * @param reservedBytes addresses reserved; most of them have no memory behind them
 * @param residentBytes chunks of 2 MiB that may have memory behind them, less the pages of them that were given back
 * @param slabBytes what slabs hold: live blocks, free blocks and what is lost at their ends
 * @param liveBytes live blocks, each at the size of its class: what counts against the budget
 * @param liveBytesByPool the same by pool; every pool is there
 * @param peakLiveBytes the most that was ever claimed from the budget: at least the most that was ever live, and above it by
 *     no more than the credit that handles kept at hand
 * @param blocksInMagazines free blocks that a single handle keeps
 * @param refills magazines filled
 * @param drains magazines emptied
 * @param refusals blocks not handed out
 * @param refusalsByPool the same by pool; every pool is there
 * @param rung how well memory is placed; flat if a node's range could not be bound
 * @param hugePages whether the operating system took the wish for huge pages
 * @param nodes what lies on each node that memory is taken from
 * @param pages what the operating system says about the pages, if it was asked
 */
public record MemoryStatistics(
        long limitBytes,
        long reservedBytes,
        long residentBytes,
        long slabBytes,
        long liveBytes,
        Map<MemoryPool, Long> liveBytesByPool,
        long peakLiveBytes,
        long blocksInMagazines,
        long refills,
        long drains,
        long refusals,
        Map<MemoryPool, Long> refusalsByPool,
        Rung rung,
        boolean hugePages,
        List<NodeStatistics> nodes,
        PageStatistics pages) {
    public MemoryStatistics {
        liveBytesByPool = Map.copyOf(liveBytesByPool);
        refusalsByPool = Map.copyOf(refusalsByPool);
        nodes = List.copyOf(nodes);
    }

    /** The bytes of free blocks that are not in their slabs: in magazines, depots and inboxes. */
    public long cachedBytes() {
        return sum(NodeStatistics::cachedBytes);
    }

    /** Times that handles gave other nodes their blocks back. */
    public long remoteBatches() {
        return sum(NodeStatistics::remoteBatches);
    }

    /** Blocks that handles took from other nodes than their own. */
    public long spilledBlocks() {
        return sum(NodeStatistics::spilledBlocks);
    }

    /** What was given back to the operating system so far, counted each time. */
    public long purgedBytes() {
        return sum(NodeStatistics::purgedBytes);
    }

    /**
     * The part of live bytes that nobody asked for, 0 to 1: an estimate from the allocations that were looked at, which are
     * those that opened a magazine and those that the leak sampler chose. With n of them for a size its error is about
     * 10 % / √n of that size.
     */
    public double internalWaste() {
        long wasted = 0;
        long live = 0;
        for (NodeStatistics node : nodes) {
            for (ClassStatistics ofClass : node.classes()) {
                wasted += ofClass.internalWasteBytes();
                live += ofClass.liveBytes();
            }
        }
        return live == 0 ? 0 : (double) wasted / live;
    }

    /** The part of slabs that is not live, 0 to 1. */
    public double externalWaste() {
        return slabBytes == 0 ? 0 : 1 - (double) liveBytes / slabBytes;
    }

    /** The same by pool, in the order of pools. */
    public List<PoolStatistics> pools() {
        List<PoolStatistics> pools = new ArrayList<>();
        for (MemoryPool pool : MemoryPool.values()) {
            pools.add(new PoolStatistics(
                    pool,
                    liveBytesByPool.get(pool),
                    sum(pool, ClassStatistics::cachedBytes),
                    sum(pool, ClassStatistics::slabBytes),
                    sum(pool, ClassStatistics::internalWasteBytes),
                    refusalsByPool.get(pool)));
        }
        return pools;
    }

    /** Tables for people: totals, nodes, pools, then every size that has slabs. */
    @Override
    public String toString() {
        return StatisticsText.of(this);
    }

    private long sum(ToLongFunction<NodeStatistics> value) {
        return nodes.stream().mapToLong(value).sum();
    }

    private long sum(MemoryPool pool, ToLongFunction<ClassStatistics> value) {
        return sum(node -> node.classes().stream()
                .filter(ofClass -> ofClass.pool() == pool)
                .mapToLong(value)
                .sum());
    }
}
