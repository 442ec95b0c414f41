package dev.millrace.state.index;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.allocator.MemoryPool;
import java.util.Arrays;

/**
 * Segments that have left the directory while a snapshot still saw them. Owns their blocks. Touched by the index's
 * writer only. Bounded by what the live snapshots see. They count against the pool {@code SNAPSHOT}; those of an index that was
 * cleared, or that may overdraw, go on counting against {@code INDEX} if there is no room for them in that pool.
 */
final class RetiredSegments {
    private final BlockAllocator allocator;
    private final LiveSnapshots snapshots;

    private long[] segments = new long[0];
    private long[] deaths = new long[0];
    private boolean[] areMoved = new boolean[0];
    private int count;
    /** Where the next look begins. */
    private int cursor;

    private long bytes;

    /** Of those for which the pool had no room. */
    private long unmovedBytes;

    RetiredSegments(BlockAllocator allocator, LiveSnapshots snapshots) {
        this.allocator = allocator;
        this.snapshots = snapshots;
    }

    long bytes() {
        return bytes;
    }

    /** How much more is kept than may be, once what no snapshot sees is freed and the pool was asked again. */
    long overdrawnBytes(long maxBytes) {
        if (unmovedBytes > 0 || bytes > maxBytes) {
            reclaim();
            moveToPool();
        }
        return Math.max(unmovedBytes, bytes - Math.min(bytes, maxBytes));
    }

    private void moveToPool() {
        for (int i = 0; i < count && unmovedBytes > 0; i++) {
            if (!areMoved[i] && allocator.tryCountAgainst(segments[i], MemoryPool.SNAPSHOT)) {
                areMoved[i] = true;
                unmovedBytes -= SegmentLayout.sizeBytes(segments[i]);
            }
        }
    }

    /** Says whether a segment of a size may be kept, once what no snapshot sees is freed. */
    boolean hasRoom(int sizeBytes, long maxBytes) {
        if (bytes + sizeBytes > maxBytes) {
            reclaim();
        }
        return bytes + sizeBytes <= maxBytes;
    }

    /** Throws if a segment of a size may not be kept. */
    void requireRoom(int sizeBytes, long maxBytes) {
        if (!hasRoom(sizeBytes, maxBytes)) {
            throw new MemoryLimitException(MemoryPool.SNAPSHOT, sizeBytes, bytes, maxBytes);
        }
    }

    /**
     * Takes a segment over that is about to leave the directory in the version {@code death}.
     *
     * @throws MemoryLimitException if the pool has no room for it, not even once what no snapshot sees is freed
     */
    void addWithin(long segment, long death) {
        if (!allocator.tryCountAgainst(segment, MemoryPool.SNAPSHOT)) {
            reclaim();
            allocator.countAgainst(segment, MemoryPool.SNAPSHOT);
        }
        add(segment, death, true);
    }

    /** Takes a segment over that left the directory in the version {@code death}. */
    void add(long segment, long death) {
        add(segment, death, allocator.tryCountAgainst(segment, MemoryPool.SNAPSHOT));
    }

    private void add(long segment, long death, boolean isMoved) {
        if (count == segments.length) {
            final int capacity = Math.max(16, count * 2);
            segments = Arrays.copyOf(segments, capacity);
            deaths = Arrays.copyOf(deaths, capacity);
            areMoved = Arrays.copyOf(areMoved, capacity);
        }
        segments[count] = segment;
        deaths[count] = death;
        areMoved[count] = isMoved;
        count++;
        bytes += SegmentLayout.sizeBytes(segment);
        unmovedBytes += isMoved ? 0 : SegmentLayout.sizeBytes(segment);
    }

    /**
     * Looks at a few, and frees those that no live snapshot sees: so a seal, and each copy, does a bounded part of what a released
     * snapshot leaves behind.
     */
    void reclaimSome(int looks) {
        snapshots.forgetReleased();
        for (int left = Math.min(looks, count); left > 0; left--) {
            if (cursor >= count) {
                cursor = 0;
            }
            if (snapshots.anyBetween(SegmentLayout.version(segments[cursor]), deaths[cursor])) {
                cursor++;
            } else {
                free(cursor);
                count--;
                move(count, cursor);
            }
        }
    }

    /** Frees those that no live snapshot sees. Returns how many bytes that gave back. */
    long reclaim() {
        final long before = bytes;
        snapshots.forgetReleased();
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (snapshots.anyBetween(SegmentLayout.version(segments[i]), deaths[i])) {
                move(i, kept++);
            } else {
                free(i);
            }
        }
        count = kept;
        return before - bytes;
    }

    private void free(int at) {
        final long segment = segments[at];
        bytes -= SegmentLayout.sizeBytes(segment);
        if (areMoved[at]) {
            allocator.countAgainstOwnPool(segment, MemoryPool.SNAPSHOT);
        } else {
            unmovedBytes -= SegmentLayout.sizeBytes(segment);
        }
        allocator.free(segment);
    }

    private void move(int from, int to) {
        segments[to] = segments[from];
        deaths[to] = deaths[from];
        areMoved[to] = areMoved[from];
    }
}
