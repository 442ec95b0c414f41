package dev.millrace.state.index;

import static dev.millrace.state.index.LineLayout.FROZEN;
import static dev.millrace.state.index.LineLayout.NO_WORD;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Which segment of small entries holds a hash (extendible hashing: Fagin, Nievergelt, Pippenger, Strong 1979), and the life
 * of the segments: first, thawed, grown, split, shrunk, joined, retired, freed. Their blocks are with {@link SegmentBlocks}. Touched by the
 * index's writer only.
 *
 * <p>A place holds a word of {@link LineLayout}: a seal marks the words, not the segments, so a search and a seal read
 * nothing of a segment but buckets. Before a frozen segment is written, it is thawed: copied, or freshened in place if no
 * live snapshot sees it any more.
 *
 * <p>Segments grow in steps of a quarter to a third before they split, so an entry of 8+8 bytes takes 23 to 32 bytes,
 * while it would swing between 23 and 47 with segments of one size, which fill up all at the same time.
 *
 * <p>Every change takes the memory that it needs first, so a refusal leaves all as it was.
 */
final class LineDirectory {
    /** A directory doubles early only while it has fewer places than this many per segment; else the segment grows. */
    private static final int MAX_SPREAD = 8;

    /** Up to 16 segments, 512 KiB as they come: half of the second cache of a core of today. */
    private static final int CACHED_DEPTH = 4;

    private final IndexConfig config;
    private final LineLayout layout;
    private final LineSegment segments;
    private final LineSizing sizing;
    private final SegmentBlocks blocks;

    private long[] places = {NO_WORD};
    private int depth;
    private long version = 1;

    private long splitCount;
    private long copyCount;
    private long growCount;
    private long shrinkCount;

    LineDirectory(BlockAllocator allocator, IndexConfig config, LineLayout layout, LineSegment segments) {
        this.config = config;
        this.layout = layout;
        this.segments = segments;
        sizing = new LineSizing(config, layout, segments);
        blocks = new SegmentBlocks(allocator, config);
    }

    /** The word of the segment of a mixed hash, or {@link LineLayout#NO_WORD} if there is none at all. */
    long word(long mixed) {
        return places[place(mixed)];
    }

    /**
     * Whether the segments are so few that their lines are likely to be in a cache of the core. A wrong guess of a branch then costs
     * more than a look at a whole bucket; else it is the other way round, because fewer instructions let more misses overlap.
     */
    boolean isCached() {
        return depth <= CACHED_DEPTH;
    }

    /** The words of all hashes; valid until a segment is split or joined. */
    long[] places() {
        return places;
    }

    /** The place of a mixed hash is the hash shifted right by one and then by this. */
    int placeShift() {
        return 63 - depth;
    }

    /** The word of the segment of a mixed hash, thawed; makes the first one of an empty directory. */
    long thawedOrFirst(long mixed) {
        if (blocks.count() == 0) {
            places[0] = LineLayout.word(newSegment(sizing.firstBytes(), 0));
        }
        final long word = word(mixed);
        return (word & FROZEN) != 0 ? thaw(mixed) : word;
    }

    /** Makes the frozen segment of a mixed hash writable. Returns its word; entries may have moved, even in place. */
    long thaw(long mixed) {
        final long word = word(mixed);
        final long segment = LineLayout.segment(word);
        if (!blocks.isSeen(segment)) {
            segments.freshen(word, version);
            return repoint(mixed, SegmentLayout.localDepth(segment), segment);
        }
        final long copy = blocks.retireForCopy(segment, version);
        Memory.copy(segment, copy, layout.usedBytes(LineLayout.bucketCount(word)));
        segments.freshen((word & ~FROZEN & ~segment) | copy, version);
        blocks.adoptCopy(copy);
        final long thawed = repoint(mixed, SegmentLayout.localDepth(copy), copy);
        copyCount++;
        return thawed;
    }

    /**
     * Changes a thawed segment that lacks room for a new entry: makes it larger, or splits it. One call is one step: the
     * caller asks again until there is room.
     */
    void makeRoom(long mixed) {
        final long word = word(mixed);
        final long segment = LineLayout.segment(word);
        final int count = SegmentLayout.count(segment) + 1;
        final int targetBytes = sizing.sizeFor(count);
        final boolean isTooLarge = targetBytes > config.maxSegmentBytes();
        if (targetBytes <= config.segmentBytes()) {
            rebuild(mixed, targetBytes);
            growCount++;
        } else if (canSplit(word, mixed, isTooLarge)) {
            split(mixed);
        } else if (isTooLarge) {
            throw new EntryTooLargeException(
                    layout.keyBytes, layout.valueBytes, count - 1, targetBytes, config.maxSegmentBytes());
        } else {
            rebuild(mixed, targetBytes);
            growCount++;
        }
    }

    /** Says whether a segment has room for one more entry. */
    boolean hasRoom(long word) {
        return SegmentLayout.count(LineLayout.segment(word)) < segments.maxCount(LineLayout.bucketCount(word));
    }

    /** Makes a thawed segment that is mostly empty smaller, or one with its neighbour, if memory allows. */
    void shrink(long mixed) {
        final long segment = LineLayout.segment(word(mixed));
        final int count = SegmentLayout.count(segment);
        if (!join(mixed) && sizing.sizeFor(count) < SegmentLayout.sizeBytes(segment)) {
            final long target = tryNewSegment(sizing.sizeFor(count), SegmentLayout.localDepth(segment));
            if (target != BlockAllocator.NONE) {
                replace(mixed, target);
                shrinkCount++;
            }
        }
    }

    /** Says whether it is worth shrinking a segment. */
    boolean isMostlyEmpty(long word) {
        final long segment = LineLayout.segment(word);
        return sizing.isMostlyEmpty(SegmentLayout.count(segment), SegmentLayout.bucketCount(segment));
    }

    /** Says in the directory that the segment of a mixed hash has tombstones, or has none any more. Returns the word. */
    long noteTombstones(long mixed) {
        final long segment = LineLayout.segment(word(mixed));
        return repoint(mixed, SegmentLayout.localDepth(segment), segment);
    }

    /** Throws if there may be no more snapshots. */
    void requireRoomForSnapshot() {
        blocks.requireRoomForSnapshot();
    }

    /** Freezes all segments. */
    IndexSnapshot seal(LineWalk walk, long length, long dirtyCount, @Nullable IndexSnapshot rest) {
        final long[] places = this.places;
        // One copy of bytes and one pass that the JIT makes vector code of; a snapshot's own words need not be marked.
        final long[] sealed = places.clone();
        // An empty directory stays one: there is nothing to freeze.
        final long frozen = blocks.count() == 0 ? 0 : FROZEN;
        for (int i = 0; i < places.length; i++) {
            places[i] |= frozen;
        }
        final IndexSnapshot snapshot = new IndexSnapshot(walk, sealed, version, length, dirtyCount, rest);
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
            span = span(places, i);
            if (places[i] != NO_WORD) {
                blocks.giveUp(LineLayout.segment(places[i]), version);
            }
        }
        places = new long[] {NO_WORD};
        depth = 0;
        blocks.reclaim();
    }

    /** How many snapshots are live. */
    int liveSnapshotCount() {
        return blocks.liveSnapshotCount();
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

    long overdrawnBytes() {
        return blocks.overdrawnBytes();
    }

    long splitCount() {
        return splitCount;
    }

    long copyCount() {
        return copyCount;
    }

    long growCount() {
        return growCount;
    }

    long shrinkCount() {
        return shrinkCount;
    }

    /** How many places of a directory, from {@code index} on, are those of the segment there. */
    static int span(long[] places, int index) {
        if (places[index] == NO_WORD) {
            return 1;
        }
        final int localDepth = SegmentLayout.localDepth(LineLayout.segment(places[index]));
        return 1 << (Integer.numberOfTrailingZeros(places.length) - localDepth);
    }

    private int place(long mixed) {
        // Two shifts, because one by 64 would be one by 0.
        return (int) (mixed >>> 1 >>> (63 - depth));
    }

    /** Moves the entries of a segment to a new one of another size. */
    private void rebuild(long mixed, int sizeBytes) {
        replace(mixed, newSegment(sizeBytes, SegmentLayout.localDepth(LineLayout.segment(word(mixed)))));
    }

    private void replace(long mixed, long target) {
        final long word = word(mixed);
        final long targetWord = LineLayout.word(target);
        segments.moveEntries(word, false, targetWord);
        repoint(mixed, SegmentLayout.localDepth(target), target);
        blocks.giveUp(LineLayout.segment(word), version);
    }

    /** Splits the segment that {@link #canSplit} has looked at. */
    private void split(long mixed) {
        final long word = word(mixed);
        final long segment = LineLayout.segment(word);
        final int localDepth = SegmentLayout.localDepth(segment);
        final int rightCount = segments.rightCount();
        final int leftCount = SegmentLayout.count(segment) - rightCount;
        final long[] doubled = localDepth == depth ? Places.doubled(places) : places;
        final long left = newSegment(sizing.sizeFor(leftCount), localDepth + 1);
        final long right;
        try {
            right = newSegment(sizing.sizeFor(rightCount), localDepth + 1);
        } catch (RuntimeException e) {
            blocks.giveUp(left, version);
            throw e;
        }
        segments.part(word, localDepth, LineLayout.word(left), LineLayout.word(right));
        places = doubled;
        depth = Integer.numberOfTrailingZeros(doubled.length);
        final long bit = 1L << (63 - localDepth);
        repoint(mixed & ~bit, localDepth + 1, left);
        repoint(mixed | bit, localDepth + 1, right);
        blocks.giveUp(segment, version);
        splitCount++;
    }

    /** Makes one segment of a thawed one and the one it was once split from, if both fit with room to grow. */
    private boolean join(long mixed) {
        final long word = word(mixed);
        final long segment = LineLayout.segment(word);
        final int localDepth = SegmentLayout.localDepth(segment);
        if (localDepth == 0) {
            return false;
        }
        final long otherMixed = mixed ^ (1L << (64 - localDepth));
        final long otherWord = word(otherMixed);
        final long other = LineLayout.segment(otherWord);
        final int targetBytes = sizing.sizeFor(SegmentLayout.count(segment) + SegmentLayout.count(other));
        if (SegmentLayout.localDepth(other) != localDepth || targetBytes > config.segmentBytes() / 2) {
            return false;
        }
        final boolean isOtherFrozen = (otherWord & FROZEN) != 0;
        final boolean isOtherSeen = isOtherFrozen && blocks.isSeen(other);
        if (isOtherSeen && !blocks.hasRoomToRetire(other)) {
            return false;
        }
        final long target = tryNewSegment(targetBytes, localDepth - 1);
        if (target == BlockAllocator.NONE) {
            return false;
        }
        final long targetWord = LineLayout.word(target);
        segments.moveEntries(word, false, targetWord);
        segments.moveEntries(otherWord, isOtherFrozen, targetWord);
        repoint(mixed, localDepth - 1, target);
        blocks.giveUp(segment, version);
        blocks.giveUp(other, version);
        shrinkCount++;
        halve();
        return true;
    }

    /** Makes the directory as short as its segments allow. */
    private void halve() {
        while (depth > 0 && blocks.count(depth) == 0) {
            places = Places.halved(places);
            depth--;
        }
    }

    /**
     * Says whether splitting parts the entries, the new one among them: at once, or, as the last resort, after as many
     * splits as the directory allows.
     */
    private boolean canSplit(long word, long mixed, boolean isLastResort) {
        final int localDepth = SegmentLayout.localDepth(LineLayout.segment(word));
        segments.survey(word, mixed, localDepth);
        final int alikeBits = Long.numberOfLeadingZeros(segments.differences());
        if (isLastResort) {
            return alikeBits < SegmentDirectory.MAX_DEPTH;
        }
        final boolean fitsDirectory = localDepth < depth
                || (depth < SegmentDirectory.MAX_DEPTH
                        && places.length < MAX_SPREAD * Math.max(blocks.count(), MAX_SPREAD));
        return alikeBits == localDepth && fitsDirectory;
    }

    /** Puts a thawed segment in all places that a mixed hash has in common with it. Returns its word. */
    private long repoint(long mixed, int localDepth, long segment) {
        final long word = LineLayout.word(segment);
        final int span = 1 << (depth - localDepth);
        final int first = place(mixed) & -span;
        for (int i = first; i < first + span; i++) {
            places[i] = word;
        }
        return word;
    }

    private long newSegment(int sizeBytes, int localDepth) {
        return opened(blocks.allocate(sizeBytes), sizeBytes, localDepth);
    }

    private long tryNewSegment(int sizeBytes, int localDepth) {
        final long block = blocks.tryAllocate(sizeBytes);
        return block == BlockAllocator.NONE ? block : opened(block, sizeBytes, localDepth);
    }

    private long opened(long block, int sizeBytes, int localDepth) {
        layout.init(block, version, sizeBytes, localDepth);
        blocks.adopt(block);
        return block;
    }
}
