package dev.millrace.state.index;

import static dev.millrace.state.index.LineLayout.EMPTY;
import static dev.millrace.state.index.LineLayout.FROZEN;
import static dev.millrace.state.index.LineLayout.HAS_DELETED;
import static dev.millrace.state.index.LineLayout.NOWHERE;
import static dev.millrace.state.index.LineLayout.NO_WORD;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The index for small entries of fixed size: keys of up to 8 bytes and values of up to 32 lie side by side in buckets of one
 * or two cache lines ({@link LineLayout}).
 *
 * <p>A lookup costs one line, its bucket's, and a change the flags of the segment besides, which are few enough to stay in the
 * cache. That is the shape of DLHT (Kulkarni et al., HPDC 2024): one line for a key beats an array of tags in front of it.
 */
final class LineIndex extends ActiveIndex {
    private final LineLayout layout;
    private final LineSegment segments;
    private final LineDirectory directory;
    private final LineWalk walk;

    /** Holds the one key that marks empty slots. */
    private final TaggedIndex rest;

    /** For entries that it suits; else null. */
    private final @Nullable LineRuns runs;

    private final boolean isQuad;

    private long length;
    private long dirtyCount;
    private long lookupCount;
    private long missCount;

    LineIndex(BlockAllocator allocator, IndexConfig config, EntryShape.Fixed shape) {
        layout = new LineLayout(shape);
        segments = new LineSegment(layout);
        directory = new LineDirectory(allocator, config, layout, segments);
        walk = new LineWalk(layout);
        rest = new TaggedIndex(allocator, config);
        isQuad = layout.strideBytes == Long.BYTES;
        runs = LineBatch.suits(layout) ? new LineRuns(this, new LineBatch(directory)) : null;
    }

    @Override
    public void adopt() {
        super.adopt();
        rest.adopt();
    }

    @Override
    public long touch(long hash) {
        final long mixed = SegmentLayout.mix(hash);
        final long word = directory.word(mixed);
        if (word == NO_WORD) {
            return 0;
        }
        final int home = LineLayout.home(mixed, LineLayout.bucketCount(word));
        final long bucket = layout.bucket(word, home);
        return Memory.getLong(bucket)
                + Memory.getLong(bucket + layout.lastLine)
                + Memory.getLong(layout.dirtyFlags(word, layout.position(home, 0)));
    }

    @Override
    public long find(long keyAddress, int keyBytes, long hash) {
        assert isMine() : notMine();
        assert isShape(keyAddress, keyBytes, hash) : otherShape(keyBytes, hash);
        final long key = layout.key(keyAddress);
        if (key == EMPTY) {
            return rest.find(keyAddress, keyBytes, hash);
        }
        lookupCount++;
        final long mixed = SegmentLayout.mix(hash);
        final long word = directory.word(mixed);
        if (isQuad && (word & HAS_DELETED) == 0) {
            final long found = directory.isCached()
                    ? LineSegment.findInBucket(word, mixed, key)
                    : LineSegment.findInSlot(word, mixed, key);
            if (found != NONE) {
                return LineSegment.valueQuad(found);
            }
        }
        return findElsewhere(word, mixed, key);
    }

    /** Looks a key up that is not where it should be, or that may be a tombstone. */
    private long findElsewhere(long word, long mixed, long key) {
        final int position = segments.locate(word, mixed, key);
        if (position == NOWHERE || layout.isDeleted(word, position)) {
            missCount++;
            return NONE;
        }
        return layout.valueAddress(word, position);
    }

    @Override
    public long update(long keyAddress, int keyBytes, long hash) {
        assert isMineToChange() : notMine();
        assert isShape(keyAddress, keyBytes, hash) : otherShape(keyBytes, hash);
        final long key = layout.key(keyAddress);
        if (key == EMPTY) {
            return rest.update(keyAddress, keyBytes, hash);
        }
        return update(key, hash);
    }

    /** Looks a key up that marks no empty slot, for writing. */
    private long update(long key, long hash) {
        lookupCount++;
        final long mixed = SegmentLayout.mix(hash);
        final long word = directory.word(mixed);
        if (isQuad && (word & (FROZEN | HAS_DELETED)) == 0) {
            final long found = directory.isCached()
                    ? LineSegment.findInBucket(word, mixed, key)
                    : LineSegment.findInSlot(word, mixed, key);
            if (found != NONE) {
                markDirty(word, LineSegment.positionQuad(word, found));
                return LineSegment.valueQuad(found);
            }
        }
        return updateElsewhere(word, mixed, key);
    }

    /** Looks a key up that is not where it should be, or that may be a tombstone, or whose segment is frozen. */
    private long updateElsewhere(long wordSeen, long mixed, long key) {
        long word = wordSeen;
        int position = segments.locate(word, mixed, key);
        if (position == NOWHERE || layout.isDeleted(word, position)) {
            missCount++;
            return NONE;
        }
        if ((word & FROZEN) != 0) {
            word = directory.thaw(mixed);
            position = segments.locate(word, mixed, key);
        }
        markDirty(word, position);
        return layout.valueAddress(word, position);
    }

    @Override
    public long put(long keyAddress, int keyBytes, long hash, int valueBytes) {
        assert isMineToChange() : notMine();
        requireOpen();
        requireShape(keyBytes, valueBytes);
        assert isShape(keyAddress, keyBytes, hash) : otherShape(keyBytes, hash);
        final long key = layout.key(keyAddress);
        if (key == EMPTY) {
            return rest.put(keyAddress, keyBytes, hash, valueBytes);
        }
        return put(key, hash);
    }

    /** Puts an entry whose key marks no empty slot. */
    private long put(long key, long hash) {
        final long value = update(key, hash);
        return value != NONE ? value : insert(key, SegmentLayout.mix(hash), true);
    }

    @Override
    public void restore(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes) {
        assert isMineToChange() : notMine();
        requireOpen();
        requireShape(keyBytes, valueBytes);
        assert isShape(keyAddress, keyBytes, hash) : otherShape(keyBytes, hash);
        final long key = layout.key(keyAddress);
        if (key == EMPTY) {
            rest.restore(keyAddress, keyBytes, hash, valueAddress, valueBytes);
            return;
        }
        final long mixed = SegmentLayout.mix(hash);
        final long word = directory.thawedOrFirst(mixed);
        final int position = segments.locate(word, mixed, key);
        if (position == NOWHERE) {
            Memory.copy(valueAddress, insert(key, mixed, false), valueBytes);
        } else if (layout.isDirty(word, position)) {
            throw new IllegalStateException("a changed entry cannot be restored: keyBytes=" + keyBytes + ", hash="
                    + Long.toHexString(hash) + "; restore before the first change");
        } else {
            Memory.copy(valueAddress, layout.valueAddress(word, position), valueBytes);
        }
    }

    @Override
    public boolean remove(long keyAddress, int keyBytes, long hash) {
        assert isMineToChange() : notMine();
        assert isShape(keyAddress, keyBytes, hash) : otherShape(keyBytes, hash);
        final long key = layout.key(keyAddress);
        if (key == EMPTY) {
            return rest.remove(keyAddress, keyBytes, hash);
        }
        if (update(key, hash) == NONE) {
            return false;
        }
        final long mixed = SegmentLayout.mix(hash);
        final long word = directory.word(mixed);
        final int position = segments.locate(word, mixed, key);
        if (layout.isFresh(word, position)) {
            segments.unlink(word, position);
            dirtyCount--;
        } else {
            segments.bury(word, position);
            directory.noteTombstones(mixed);
        }
        length--;
        if (directory.isMostlyEmpty(word)) {
            directory.shrink(mixed);
        }
        return true;
    }

    @Override
    public void findEach(
            long keysAddress, int keyStrideBytes, int keyBytes, long hashesAddress, int count, long[] values) {
        if (runs == null || directory.segmentCount() == 0) {
            super.findEach(keysAddress, keyStrideBytes, keyBytes, hashesAddress, count, values);
        } else {
            assert isMine() : notMine();
            runs.find(keysAddress, keyStrideBytes, keyBytes, hashesAddress, count, values);
        }
    }

    @Override
    public void updateEach(
            long keysAddress, int keyStrideBytes, int keyBytes, long hashesAddress, int count, long[] values) {
        if (runs == null || directory.segmentCount() == 0) {
            super.updateEach(keysAddress, keyStrideBytes, keyBytes, hashesAddress, count, values);
        } else {
            assert isMineToChange() : notMine();
            runs.update(keysAddress, keyStrideBytes, keyBytes, hashesAddress, count, values);
        }
    }

    @Override
    public void addEach(
            long keysAddress, int keyStrideBytes, int keyBytes, long hashesAddress, long deltasAddress, int count) {
        if (runs == null || directory.segmentCount() == 0) {
            super.addEach(keysAddress, keyStrideBytes, keyBytes, hashesAddress, deltasAddress, count);
        } else {
            requireShape(keyBytes, Long.BYTES);
            assert isMineToChange() : notMine();
            runs.add(keysAddress, keyStrideBytes, keyBytes, hashesAddress, deltasAddress, count);
        }
    }

    /** Counts what a run of keys came to. */
    void count(int lookups, long madeDirty) {
        lookupCount += lookups;
        dirtyCount += madeDirty;
    }

    @Override
    public int valueBytes(long valueAddress) {
        return layout.valueBytes;
    }

    @Override
    void visitEach(EntryVisitor visitor) {
        walk.entries(directory.places(), visitor);
        rest.visitEach(visitor);
    }

    @Override
    IndexSnapshot freeze() {
        directory.requireRoomForSnapshot();
        final @Nullable IndexSnapshot restSnapshot = rest.segmentCount() > 0 ? rest.freeze() : null;
        final IndexSnapshot snapshot = directory.seal(walk, length, dirtyCount, restSnapshot);
        dirtyCount = 0;
        return snapshot;
    }

    @Override
    public long reclaim() {
        assert isMineToChange() : notMine();
        return directory.reclaim() + rest.reclaim();
    }

    @Override
    public void clear() {
        assert isMineToChange() : notMine();
        directory.clear();
        rest.clear();
        length = 0;
        dirtyCount = 0;
    }

    @Override
    int liveSnapshotCount() {
        return directory.liveSnapshotCount();
    }

    @Override
    public long length() {
        return length + rest.length();
    }

    @Override
    public long dirtyCount() {
        return dirtyCount + rest.dirtyCount();
    }

    @Override
    public int segmentCount() {
        return directory.segmentCount() + rest.segmentCount();
    }

    @Override
    public long segmentBytes() {
        return directory.segmentBytes() + rest.segmentBytes();
    }

    @Override
    public long retiredBytes() {
        return directory.retiredBytes() + rest.retiredBytes();
    }

    @Override
    public long overdrawnBytes() {
        assert isMineToChange() : notMine();
        return directory.overdrawnBytes() + rest.overdrawnBytes();
    }

    @Override
    public long splitCount() {
        return directory.splitCount() + rest.splitCount();
    }

    @Override
    public long copyCount() {
        return directory.copyCount() + rest.copyCount();
    }

    @Override
    public long growCount() {
        return directory.growCount() + rest.growCount();
    }

    @Override
    public long compactionCount() {
        return directory.shrinkCount() + rest.compactionCount();
    }

    @Override
    public long hitCount() {
        return lookupCount - missCount + rest.hitCount();
    }

    @Override
    public long missCount() {
        return missCount + rest.missCount();
    }

    /** Adds an entry that is not there, or only as a tombstone. Returns the address of its value. */
    private long insert(long key, long mixed, boolean isChange) {
        long word = directory.thawedOrFirst(mixed);
        int position = segments.locate(word, mixed, key);
        if (position != NOWHERE) {
            segments.revive(word, position);
            directory.noteTombstones(mixed);
            length++;
            return layout.valueAddress(word, position);
        }
        while (!directory.hasRoom(word)) {
            directory.makeRoom(mixed);
            word = directory.word(mixed);
        }
        position = segments.add(word, mixed, key);
        length++;
        if (isChange) {
            LineLayout.set(layout.freshFlags(word, position), position);
            markDirty(word, position);
        }
        return layout.valueAddress(word, position);
    }

    private void markDirty(long word, int position) {
        final long flags = layout.dirtyFlags(word, position);
        if (!LineLayout.isSet(flags, position)) {
            LineLayout.set(flags, position);
            dirtyCount++;
        }
    }

    private void requireShape(int keyBytes, int valueBytes) {
        if (keyBytes != layout.keyBytes || valueBytes != layout.valueBytes) {
            throw new IllegalArgumentException("entry is not of the index's size: keyBytes=" + keyBytes
                    + ", valueBytes=" + valueBytes + ", indexKeyBytes=" + layout.keyBytes + ", indexValueBytes="
                    + layout.valueBytes + "; open an index of another shape");
        }
    }

    private boolean isShape(long keyAddress, int keyBytes, long hash) {
        return keyBytes == layout.keyBytes && hash == layout.hashOf.hash(keyAddress, keyBytes);
    }

    private String otherShape(int keyBytes, long hash) {
        return "key or hash is not of the index's shape: keyBytes=" + keyBytes + ", indexKeyBytes=" + layout.keyBytes
                + ", hash=" + Long.toHexString(hash);
    }
}
