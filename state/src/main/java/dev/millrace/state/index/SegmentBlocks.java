package dev.millrace.state.index;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.allocator.MemoryPool;

/**
 * The blocks that the segments of one directory lie in: taken, in use, kept for snapshots, freed; and how many there are.
 *
 * <p>Touched by the index's writer only. A segment that is given up is freed at once, or once the last snapshot that sees it is
 * released. What that leaves behind is freed bit by bit, so that no seal and no write has to free all of it.
 */
final class SegmentBlocks {
    /** Each copy looks at so many segments that snapshots saw, so that they leave about twice as fast as they come. */
    private static final int LOOKS_OF_A_COPY = 2;

    /** A seal looks at so many: freeing all of a large index would hold the task up for milliseconds. */
    private static final int LOOKS_OF_A_SEAL = 32;

    private final BlockAllocator allocator;
    private final IndexConfig config;
    private final LiveSnapshots snapshots;
    private final RetiredSegments retired;
    private final int[] countsByDepth = new int[SegmentDirectory.MAX_DEPTH + 1];
    private int count;
    private long bytes;

    SegmentBlocks(BlockAllocator allocator, IndexConfig config) {
        this.allocator = allocator;
        this.config = config;
        snapshots = new LiveSnapshots(config.maxLiveSnapshots());
        retired = new RetiredSegments(allocator, snapshots);
    }

    /** How many segments are in use. */
    int count() {
        return count;
    }

    /** How many of them have a depth. */
    int count(int depth) {
        return countsByDepth[depth];
    }

    /** What they take. */
    long bytes() {
        return bytes;
    }

    /** What is kept for snapshots beyond that. */
    long retiredBytes() {
        return retired.bytes();
    }

    /** Takes a block; where there is none, what no snapshot sees is freed first. */
    long allocate(int sizeBytes) {
        final long block = allocator.tryAllocate(MemoryPool.INDEX, sizeBytes);
        if (block != BlockAllocator.NONE) {
            return block;
        }
        retired.reclaim();
        return allocator.allocate(MemoryPool.INDEX, sizeBytes);
    }

    /** Takes a block, or says no. */
    long tryAllocate(int sizeBytes) {
        return allocator.tryAllocate(MemoryPool.INDEX, sizeBytes);
    }

    /** Counts a segment that is in use from here on. */
    void adopt(long segment) {
        count++;
        bytes += SegmentLayout.sizeBytes(segment);
        countsByDepth[SegmentLayout.localDepth(segment)]++;
    }

    /** Frees a segment that left the directory in a version, or keeps it for the snapshots that see it. */
    void giveUp(long segment, long version) {
        leave(segment);
        if (isSeen(segment)) {
            retired.add(segment, version);
        } else {
            allocator.free(segment);
        }
    }

    /** Says whether a snapshot sees a segment. */
    boolean isSeen(long segment) {
        return snapshots.anySince(SegmentLayout.version(segment));
    }

    /** How much more is kept for snapshots than may be. */
    long overdrawnBytes() {
        return retired.overdrawnBytes(config.maxRetiredBytes());
    }

    /** Says whether a segment may be kept for snapshots. */
    boolean hasRoomToRetire(long segment) {
        return retired.hasRoom(SegmentLayout.sizeBytes(segment), config.maxRetiredBytes());
    }

    /**
     * Keeps a segment for the snapshots that see it, from a version on, and takes a block for the writer's copy.
     *
     * @return the block, to be filled and {@linkplain #adoptCopy adopted}
     * @throws MemoryLimitException if there is no room for one of them; then all is as it was
     */
    long retireForCopy(long segment, long version) {
        final int sizeBytes = SegmentLayout.sizeBytes(segment);
        if (config.mayOverdraw()) {
            final long copy = allocate(sizeBytes);
            leave(segment);
            retired.add(segment, version);
            return copy;
        }
        retired.requireRoom(sizeBytes, config.maxRetiredBytes());
        final long copy = allocate(sizeBytes);
        try {
            retired.addWithin(segment, version);
        } catch (MemoryLimitException e) {
            allocator.free(copy);
            throw e;
        }
        leave(segment);
        return copy;
    }

    /**
     * Counts a copy that is filled. Not before: the last snapshot that sees the segment may be released meanwhile, and then this frees
     * it.
     */
    void adoptCopy(long copy) {
        adopt(copy);
        retired.reclaimSome(LOOKS_OF_A_COPY);
    }

    /** Throws if there may be no more snapshots. */
    void requireRoomForSnapshot() {
        retired.reclaimSome(LOOKS_OF_A_SEAL);
        if (snapshots.isFull()) {
            throw new IllegalStateException("too many live snapshots of one index: liveSnapshots=" + snapshots.count()
                    + ", maxLiveSnapshots=" + config.maxLiveSnapshots() + "; release some, or allow more");
        }
    }

    /** Notes that a snapshot sees what is in use now. */
    void add(IndexSnapshot snapshot) {
        snapshots.add(snapshot);
    }

    /** How many snapshots are live. */
    int liveSnapshotCount() {
        snapshots.forgetReleased();
        return snapshots.count();
    }

    /** Frees what no snapshot sees any more, and says how many bytes that were. */
    long reclaim() {
        return retired.reclaim();
    }

    private void leave(long segment) {
        count--;
        bytes -= SegmentLayout.sizeBytes(segment);
        countsByDepth[SegmentLayout.localDepth(segment)]--;
    }
}
