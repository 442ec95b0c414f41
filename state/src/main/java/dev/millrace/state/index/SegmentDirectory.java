package dev.millrace.state.index;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;

/**
 * Which segment holds a hash (extendible hashing: Fagin, Nievergelt, Pippenger, Strong 1979), and the life of the
 * segments: first, thawed, grown, split, shrunk, joined, retired, freed. Their blocks are with {@link SegmentBlocks}. Touched by the index's writer only.
 *
 * <p>A segment is frozen once a seal has seen it: its version is older than the directory's. Before it is written, it is
 * thawed: copied, or freshened in place if no live snapshot sees it any more.
 *
 * <p>Every change takes the memory that it needs first, so a refusal leaves all as it was.
 */
final class SegmentDirectory {
    /** The deepest directory: 2^22 places, 32 MiB of heap. */
    static final int MAX_DEPTH = 22;

    /** A directory doubles early only while it has fewer places than this many per segment; else the segment grows. */
    private static final int MAX_SPREAD = 8;

    private final IndexConfig config;
    private final SegmentBlocks blocks;
    private final Compaction compaction = new Compaction();

    private final SegmentCounts counts = new SegmentCounts();

    private long[] places = new long[1];
    private int depth;
    private long version = 1;

    /** What changed up to this version is settled: nobody needs the tombstones of it. */
    private long settledVersion = Long.MAX_VALUE;

    SegmentDirectory(BlockAllocator allocator, IndexConfig config) {
        this.config = config;
        blocks = new SegmentBlocks(allocator, config);
    }

    /** The segment of a mixed hash, frozen or not, or {@link Segment#NONE} if there is none at all. */
    long segment(long mixed) {
        return places[place(mixed)];
    }

    boolean isFrozen(long segment) {
        return SegmentLayout.version(segment) != version;
    }

    /** The segment of a mixed hash, thawed; makes the first one of an empty directory, for an entry of so many bytes. */
    long thawedOrFirstSegment(long mixed, int entryBytes) {
        if (blocks.count() == 0) {
            final int sizeBytes = SegmentSizing.sizeFor(SegmentSizing.neededBytes(1, entryBytes), config);
            places[0] = newSegment(sizeBytes, 0, 1, entryBytes);
        }
        final long segment = segment(mixed);
        return isFrozen(segment) ? thaw(segment, mixed) : segment;
    }

    /** Makes the frozen segment of a mixed hash writable. Returns the one to write to; slots may have moved, even in place. */
    long thaw(long segment, long mixed) {
        if (!blocks.isSeen(segment)) {
            Segment.freshen(segment, version, settledVersion);
            return segment;
        }
        final long copy = blocks.retireForCopy(segment, version);
        Memory.copy(segment, copy, SegmentLayout.heapEnd(segment));
        Segment.freshen(copy, version, settledVersion);
        repoint(mixed, SegmentLayout.localDepth(copy), copy);
        blocks.adoptCopy(copy);
        counts.copies++;
        return copy;
    }

    /**
     * Changes a thawed segment that lacks room for a new entry: compacts it, makes it larger, or splits it. One call is
     * one step: the caller asks again until there is room.
     *
     * @param replaced the slot of the entry's predecessor, which goes if (and only if) this step makes the room, or
     *     {@link Segment#NONE}
     */
    void makeRoom(long segment, long mixed, long replaced, int keyBytes, int valueBytes) {
        final int entryBytes = (int) EntryLayout.sizeBytes(keyBytes, valueBytes);
        final int sizeBytes = SegmentLayout.sizeBytes(segment);
        final int count = SegmentLayout.count(segment) + (replaced == Segment.NONE ? 1 : 0);
        final long entriesBytes = (long) SegmentLayout.liveBytes(segment)
                + entryBytes
                - (replaced == Segment.NONE ? 0 : SegmentMoves.replacedBytes(segment, replaced));
        final long neededBytes = SegmentSizing.neededBytes(count, entriesBytes);
        final int targetBytes = SegmentSizing.sizeFor(neededBytes, config);
        final boolean isTooLarge = neededBytes > targetBytes;
        if (SegmentSizing.isRoomy(neededBytes, sizeBytes)) {
            compact(segment, mixed, replaced, count, (int) entriesBytes);
        } else if (targetBytes > sizeBytes && targetBytes <= config.segmentBytes()) {
            grow(segment, mixed, replaced, targetBytes, count, (int) entriesBytes);
        } else if (canSplit(segment, mixed, isTooLarge || targetBytes == sizeBytes)) {
            split(segment, mixed);
        } else if (isTooLarge) {
            throw new EntryTooLargeException(keyBytes, valueBytes, count - 1, neededBytes, targetBytes);
        } else if (targetBytes > sizeBytes) {
            grow(segment, mixed, replaced, targetBytes, count, (int) entriesBytes);
        } else {
            compact(segment, mixed, replaced, count, (int) entriesBytes);
        }
    }

    /** Says whether it is worth shrinking a segment. */
    boolean isMostlyEmpty(long segment) {
        return SegmentSizing.isMostlyEmpty(segment);
    }

    /** Makes a thawed segment that is mostly empty one with its neighbour, or smaller, if memory allows. */
    void shrink(long mixed) {
        if (join(mixed)) {
            return;
        }
        final long segment = segment(mixed);
        final int count = SegmentLayout.count(segment);
        final int entriesBytes = SegmentLayout.liveBytes(segment);
        final int sizeBytes = SegmentSizing.sizeFor(count, entriesBytes, config);
        if (sizeBytes < SegmentLayout.sizeBytes(segment)) {
            final long smaller = tryNew(sizeBytes, version, SegmentLayout.localDepth(segment), count, entriesBytes);
            if (smaller != BlockAllocator.NONE) {
                SegmentMoves.moveEntries(segment, smaller, smaller);
                replace(place(mixed) & -span(place(mixed)), segment, smaller);
                counts.compactions++;
            }
        }
    }

    /** Makes one segment of a thawed one and the one it was once split from, if both fit with room to grow. */
    private boolean join(long mixed) {
        final long segment = segment(mixed);
        final int localDepth = SegmentLayout.localDepth(segment);
        if (localDepth == 0) {
            return false;
        }
        final long otherMixed = mixed ^ (1L << (Long.SIZE - localDepth));
        final long other = segment(otherMixed);
        final int count = SegmentLayout.count(segment) + SegmentLayout.count(other);
        final int entriesBytes = SegmentLayout.liveBytes(segment) + SegmentLayout.liveBytes(other);
        final int sizeBytes = SegmentSizing.sizeFor(count, entriesBytes, config);
        if (SegmentLayout.localDepth(other) != localDepth
                || sizeBytes > config.segmentBytes() / 2
                || (isFrozen(other) && blocks.isSeen(other))) {
            return false;
        }
        final long joined = tryNew(sizeBytes, version, localDepth - 1, count, entriesBytes);
        if (joined == BlockAllocator.NONE) {
            return false;
        }
        if (isFrozen(other)) {
            thaw(other, otherMixed); // in place, and with no more entries than before
        }
        SegmentMoves.moveEntries(segment, joined, joined);
        SegmentMoves.moveEntries(other, joined, joined);
        blocks.adopt(joined);
        repoint(mixed, localDepth - 1, joined);
        blocks.giveUp(segment, version);
        blocks.giveUp(other, version);
        halve();
        counts.compactions++;
        return true;
    }

    /** Makes the directory as short as its segments allow. */
    private void halve() {
        while (depth > 0 && blocks.count(depth) == 0) {
            places = Places.halved(places);
            depth--;
        }
    }

    /** The version being written. */
    long version() {
        return version;
    }

    long settledVersion() {
        return settledVersion;
    }

    /** Says that the changes of versions up to this one can be read elsewhere. Never goes back once it was called. */
    void settle(long sealedVersion) {
        settledVersion = sealedVersion;
    }

    /** How many places there are: a power of two. */
    int placeCount() {
        return places.length;
    }

    /** How many places, from a first one on, are those of the segment there. */
    int span(int place) {
        return SegmentWalk.span(places, place);
    }

    long segmentAt(int place) {
        return places[place];
    }

    /** Takes a block for a segment that is to be smaller than the one it replaces, or says no. */
    long tryNewSmaller(long segment, int sizeBytes, int count, int entriesBytes) {
        long block = blocks.tryAllocate(sizeBytes);
        if (block == BlockAllocator.NONE && blocks.reclaim() > 0) {
            block = blocks.tryAllocate(sizeBytes);
        }
        return opened(
                block,
                sizeBytes,
                SegmentLayout.version(segment),
                SegmentLayout.localDepth(segment),
                count,
                entriesBytes);
    }

    private long tryNew(int sizeBytes, long ofVersion, int localDepth, int count, int entriesBytes) {
        return opened(blocks.tryAllocate(sizeBytes), sizeBytes, ofVersion, localDepth, count, entriesBytes);
    }

    private static long opened(long block, int sizeBytes, long ofVersion, int localDepth, int count, int entriesBytes) {
        if (block != BlockAllocator.NONE) {
            final int bucketCount = SegmentSizing.bucketCount(sizeBytes, count, entriesBytes);
            SegmentLayout.init(block, ofVersion, sizeBytes, localDepth, bucketCount);
        }
        return block;
    }

    /** Puts a segment of {@link #tryNewSmaller} in the place of the one it was made for, and thaws it. */
    void replace(int place, long segment, long smaller) {
        if (isFrozen(smaller)) {
            Segment.freshen(smaller, version, settledVersion);
        }
        final int span = span(place);
        for (int i = place; i < place + span; i++) {
            places[i] = smaller;
        }
        blocks.adopt(smaller);
        blocks.giveUp(segment, version);
    }

    /** Freezes all segments. */
    IndexSnapshot seal(long length, long dirtyCount) {
        blocks.requireRoomForSnapshot();
        final IndexSnapshot snapshot =
                new IndexSnapshot(SegmentWalk.INSTANCE, places.clone(), version, length, dirtyCount);
        blocks.add(snapshot);
        version++;
        return snapshot;
    }

    long reclaim() {
        return blocks.reclaim();
    }

    /** Lets go of all segments; those that a snapshot sees are freed when it is released. */
    void clear() {
        for (int i = 0, span; i < places.length; i += span) {
            span = SegmentWalk.span(places, i);
            if (places[i] != Segment.NONE) {
                blocks.giveUp(places[i], version);
            }
        }
        places = new long[1];
        depth = 0;
        blocks.reclaim();
    }

    /** How many snapshots are live. */
    int liveSnapshotCount() {
        return blocks.liveSnapshotCount();
    }

    void forEach(EntryVisitor visitor) {
        SegmentWalk.INSTANCE.entries(places, visitor);
    }

    int segmentCount() {
        return blocks.count();
    }

    long segmentBytes() {
        return blocks.bytes();
    }

    long retiredBytes() {
        return blocks.retiredBytes();
    }

    SegmentCounts counts() {
        return counts;
    }

    long overdrawnBytes() {
        return blocks.overdrawnBytes();
    }

    private int place(long mixed) {
        // Two shifts, because one by 64 would be one by 0.
        return (int) (mixed >>> 1 >>> (63 - depth));
    }

    private void compact(long segment, long mixed, long replaced, int count, int entriesBytes) {
        final int sizeBytes = SegmentLayout.sizeBytes(segment);
        final int heapBytes = sizeBytes - SegmentLayout.heapStart(segment);
        final boolean isRoomy = SegmentSizing.isRoomy(SegmentSizing.neededBytes(count, entriesBytes), sizeBytes);
        // Compacting in place must leave something free, or the next entry would compact again.
        final int slackBytes = isRoomy ? heapBytes / 8 : 0;
        final boolean enoughSlots = count <= SegmentLayout.bucketCount(segment) * SegmentLayout.MAX_ENTRIES_PER_BUCKET;
        if (enoughSlots && entriesBytes <= heapBytes - slackBytes) {
            SegmentMoves.drop(segment, replaced);
            compaction.compact(segment);
        } else {
            rebuild(segment, mixed, replaced, sizeBytes, count, entriesBytes);
        }
        counts.compactions++;
    }

    private void grow(long segment, long mixed, long replaced, int sizeBytes, int count, int entriesBytes) {
        rebuild(segment, mixed, replaced, sizeBytes, count, entriesBytes);
        counts.grows++;
    }

    /** Moves the entries of a segment to a new one with buckets and room for a given number. */
    private void rebuild(long segment, long mixed, long replaced, int sizeBytes, int count, int entriesBytes) {
        final int localDepth = SegmentLayout.localDepth(segment);
        final long target = newSegment(sizeBytes, localDepth, count, entriesBytes);
        SegmentMoves.drop(segment, replaced);
        SegmentMoves.moveEntries(segment, target, target);
        repoint(mixed, localDepth, target);
        blocks.giveUp(segment, version);
    }

    private void split(long segment, long mixed) {
        final int localDepth = SegmentLayout.localDepth(segment);
        final long rightOnes = SegmentMoves.right(segment, localDepth);
        final int rightCount = (int) (rightOnes >>> Integer.SIZE);
        final int rightBytes = (int) rightOnes;
        final int leftCount = SegmentLayout.count(segment) - rightCount;
        final int leftBytes = SegmentLayout.liveBytes(segment) - rightBytes;
        final long[] doubled = localDepth == depth ? Places.doubled(places) : places;
        final long left = newSegment(localDepth + 1, leftCount, leftBytes);
        final long right;
        try {
            right = newSegment(localDepth + 1, rightCount, rightBytes);
        } catch (RuntimeException e) {
            blocks.giveUp(left, version);
            throw e;
        }
        SegmentMoves.moveEntries(segment, left, right);
        places = doubled;
        depth = Integer.numberOfTrailingZeros(doubled.length);
        final long bit = 1L << (63 - localDepth);
        repoint(mixed & ~bit, localDepth + 1, left);
        repoint(mixed | bit, localDepth + 1, right);
        blocks.giveUp(segment, version);
        counts.splits++;
    }

    /**
     * Says whether splitting parts the entries, the new one among them: at once, or, as the last resort, after as many
     * splits as the directory allows.
     */
    private boolean canSplit(long segment, long mixed, boolean isLastResort) {
        final int localDepth = SegmentLayout.localDepth(segment);
        final int alikeBits = Long.numberOfLeadingZeros(SegmentMoves.differences(segment, mixed));
        if (isLastResort) {
            return alikeBits < MAX_DEPTH;
        }
        final boolean fitsDirectory = localDepth < depth
                || (depth < MAX_DEPTH && places.length < MAX_SPREAD * Math.max(blocks.count(), MAX_SPREAD));
        return alikeBits == localDepth && fitsDirectory;
    }

    private void repoint(long mixed, int localDepth, long segment) {
        final int span = 1 << (depth - localDepth);
        final int first = place(mixed) & -span;
        for (int i = first; i < first + span; i++) {
            places[i] = segment;
        }
    }

    private long newSegment(int localDepth, int count, int entriesBytes) {
        final int sizeBytes = SegmentSizing.sizeFor(count, entriesBytes, config);
        return newSegment(sizeBytes, localDepth, count, entriesBytes);
    }

    private long newSegment(int sizeBytes, int localDepth, int count, int entriesBytes) {
        final long segment = blocks.allocate(sizeBytes);
        final int bucketCount = SegmentSizing.bucketCount(sizeBytes, count, entriesBytes);
        SegmentLayout.init(segment, version, sizeBytes, localDepth, bucketCount);
        blocks.adopt(segment);
        return segment;
    }
}
