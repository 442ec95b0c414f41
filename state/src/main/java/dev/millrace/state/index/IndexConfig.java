package dev.millrace.state.index;

import dev.millrace.allocator.BlockAllocator;

/**
 * How an {@link ActiveIndex} sizes its segments, and what bounds it.
 *
 * @param firstSegmentBytes the smallest segment: what an index with one small entry takes; a power of two, 512 or more
 * @param segmentBytes the size at which a full segment splits in two instead of doubling; the unit of copy-on-write
 * @param maxSegmentBytes the largest segment, for entries that splitting does not part; bounds the size of one entry
 * @param maxLiveSnapshots how many snapshots may be unreleased at once
 * @param maxRetiredBytes how much may be kept, beyond the index itself, because a snapshot sees it; a write that would pass it
 *     is refused with a {@link dev.millrace.allocator.MemoryLimitException} that names the pool {@code SNAPSHOT}
 * @param mayOverdraw whether such a write goes through instead, as one does for which that pool has no room: what is kept beyond
 *     the bound counts against {@code INDEX} and is told by {@link ActiveIndex#overdrawnBytes}, and whoever writes waits
 *     before the next batch
 */
public record IndexConfig(
        int firstSegmentBytes,
        int segmentBytes,
        int maxSegmentBytes,
        int maxLiveSnapshots,
        long maxRetiredBytes,
        boolean mayOverdraw) {
    /** Segments of 4 KiB to 32 KiB, single ones up to 1 MiB; 64 live snapshots. */
    public static final IndexConfig DEFAULT = new IndexConfig(4 << 10, 32 << 10, 1 << 20, 64);

    private static final int MIN_SEGMENT_BYTES = 512;

    /** What snapshots see is bounded by the memory that there is. */
    public IndexConfig(int firstSegmentBytes, int segmentBytes, int maxSegmentBytes, int maxLiveSnapshots) {
        this(firstSegmentBytes, segmentBytes, maxSegmentBytes, maxLiveSnapshots, Long.MAX_VALUE, false);
    }

    /** Checks that every size is a power of two and that they are in order. */
    public IndexConfig {
        requirePowerOfTwo("firstSegmentBytes", firstSegmentBytes);
        requirePowerOfTwo("segmentBytes", segmentBytes);
        requirePowerOfTwo("maxSegmentBytes", maxSegmentBytes);
        if (firstSegmentBytes > segmentBytes || segmentBytes > maxSegmentBytes) {
            throw new IllegalArgumentException("segment sizes must not fall: firstSegmentBytes=" + firstSegmentBytes
                    + ", segmentBytes=" + segmentBytes + ", maxSegmentBytes=" + maxSegmentBytes);
        }
        if (maxLiveSnapshots < 1) {
            throw new IllegalArgumentException(
                    "an index needs at least one snapshot: maxLiveSnapshots=" + maxLiveSnapshots);
        }
        if (maxRetiredBytes < 0) {
            throw new IllegalArgumentException("bytes for snapshots must not be negative: maxRetiredBytes="
                    + maxRetiredBytes + "; 0 refuses every write that a snapshot would have to be spared from");
        }
    }

    /** The same with another bound for what snapshots see. */
    public IndexConfig withMaxRetiredBytes(long bytes) {
        return new IndexConfig(firstSegmentBytes, segmentBytes, maxSegmentBytes, maxLiveSnapshots, bytes, mayOverdraw);
    }

    /** The same for a writer that waits while {@link ActiveIndex#overdrawnBytes something is overdrawn}. */
    public IndexConfig withOverdraft() {
        return new IndexConfig(
                firstSegmentBytes, segmentBytes, maxSegmentBytes, maxLiveSnapshots, maxRetiredBytes, true);
    }

    private static void requirePowerOfTwo(String name, int sizeBytes) {
        if (sizeBytes < MIN_SEGMENT_BYTES
                || sizeBytes > BlockAllocator.MAX_BLOCK_BYTES
                || Integer.bitCount(sizeBytes) != 1) {
            throw new IllegalArgumentException("segment size must be a power of two from " + MIN_SEGMENT_BYTES + " to "
                    + BlockAllocator.MAX_BLOCK_BYTES + ": " + name + "=" + sizeBytes);
        }
    }
}
