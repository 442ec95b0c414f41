package dev.millrace.allocator;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What lies on one node, and what the handles whose home it is did.
 *
 * @param nodeId the kernel's number of the node
 * @param reservedBytes addresses
 * @param residentBytes chunks of 2 MiB that may have memory behind them, less the pages of them that were given back
 * @param slabBytes what slabs hold
 * @param refills magazines filled by handles of this node
 * @param drains magazines emptied by handles of this node
 * @param remoteBatches times that handles of this node gave other nodes their blocks back
 * @param spilledBlocks blocks that handles of this node took from other nodes
 * @param purgedBytes what was given back to the operating system so far, counted each time
 * @param classes each pool and size that has slabs here, in the order of pools, then sizes
 */
public record NodeStatistics(
        int nodeId,
        long reservedBytes,
        long residentBytes,
        long slabBytes,
        long refills,
        long drains,
        long remoteBatches,
        long spilledBlocks,
        long purgedBytes,
        List<ClassStatistics> classes) {
    public NodeStatistics {
        classes = List.copyOf(classes);
    }

    /** The bytes of live blocks that lie here. */
    public long liveBytes() {
        return sum(ClassStatistics::liveBytes);
    }

    /** The bytes of free blocks that lie here and are not in their slabs. */
    public long cachedBytes() {
        return sum(ClassStatistics::cachedBytes);
    }

    private long sum(ToLongFunction<ClassStatistics> value) {
        return classes.stream().mapToLong(value).sum();
    }
}
