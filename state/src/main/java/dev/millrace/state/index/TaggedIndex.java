package dev.millrace.state.index;

import static dev.millrace.state.index.SegmentLayout.DELETED;
import static dev.millrace.state.index.SegmentLayout.DIRTY;
import static dev.millrace.state.index.SegmentLayout.NEW;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;

/**
 * The index for keys and values of any size: a segment is a table of tagged slots and a heap of entries behind it
 * ({@link SegmentLayout}).
 *
 * <p>An entry costs two cache lines, its bucket's and its own; those of a frozen segment are never written.
 */
sealed class TaggedIndex extends ActiveIndex permits EvictingIndex {
    private final IndexConfig config;
    final SegmentDirectory directory;

    private long length;
    private long dirtyCount;
    private long lookupCount;
    private long missCount;

    TaggedIndex(BlockAllocator allocator, IndexConfig config) {
        this.config = config;
        directory = new SegmentDirectory(allocator, config);
    }

    @Override
    public long touch(long hash) {
        final long mixed = SegmentLayout.mix(hash);
        final long segment = directory.segment(mixed);
        if (segment == Segment.NONE) {
            return 0;
        }
        final int bucketCount = SegmentLayout.bucketCount(segment);
        final int home = SegmentLayout.home(mixed, bucketCount);
        noteUse(segment, home, bucketCount);
        return Memory.getLong(SegmentLayout.bucket(segment, home));
    }

    @Override
    public final long touchEntry(long hash) {
        final long mixed = SegmentLayout.mix(hash);
        final long segment = directory.segment(mixed);
        return segment == Segment.NONE ? 0 : Segment.touchEntry(segment, mixed);
    }

    /** Called for each bucket that is touched. */
    void noteUse(long segment, int bucketIndex, int bucketCount) {}

    @Override
    public long find(long keyAddress, int keyBytes, long hash) {
        assert isMine() : notMine();
        lookupCount++;
        final long mixed = SegmentLayout.mix(hash);
        final long segment = directory.segment(mixed);
        final long slotAddress =
                segment == Segment.NONE ? Segment.NONE : Segment.locate(segment, mixed, hash, keyAddress, keyBytes);
        if (slotAddress == Segment.NONE || SegmentLayout.is(Memory.getLong(slotAddress), DELETED)) {
            missCount++;
            return NONE;
        }
        return EntryLayout.value(SegmentLayout.entry(segment, Memory.getLong(slotAddress)));
    }

    @Override
    public long update(long keyAddress, int keyBytes, long hash) {
        final long mixed = SegmentLayout.mix(hash);
        final long slotAddress = dirtySlot(keyAddress, keyBytes, hash, mixed);
        if (slotAddress == Segment.NONE) {
            return NONE;
        }
        return EntryLayout.value(SegmentLayout.entry(directory.segment(mixed), Memory.getLong(slotAddress)));
    }

    @Override
    public long put(long keyAddress, int keyBytes, long hash, int valueBytes) {
        return EntryLayout.value(place(keyAddress, keyBytes, hash, valueBytes, DIRTY | NEW));
    }

    @Override
    public void restore(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes) {
        final long entry = place(keyAddress, keyBytes, hash, valueBytes, 0);
        Memory.copy(valueAddress, EntryLayout.value(entry), valueBytes);
    }

    @Override
    public boolean remove(long keyAddress, int keyBytes, long hash) {
        final long mixed = SegmentLayout.mix(hash);
        final long slotAddress = dirtySlot(keyAddress, keyBytes, hash, mixed);
        if (slotAddress == Segment.NONE) {
            return false;
        }
        final long segment = directory.segment(mixed);
        if (SegmentLayout.is(Memory.getLong(slotAddress), NEW)) {
            Segment.unlink(segment, slotAddress);
            dirtyCount--;
        } else {
            Segment.bury(segment, slotAddress);
        }
        length--;
        if (directory.isMostlyEmpty(segment)) {
            directory.shrink(mixed);
        }
        return true;
    }

    @Override
    public long version() {
        return directory.version();
    }

    @Override
    public int valueBytes(long valueAddress) {
        return EntryLayout.valueBytesAt(valueAddress);
    }

    @Override
    void visitEach(EntryVisitor visitor) {
        directory.forEach(visitor);
    }

    @Override
    IndexSnapshot freeze() {
        final IndexSnapshot snapshot = directory.seal(length, dirtyCount);
        dirtyCount = 0;
        return snapshot;
    }

    @Override
    int liveSnapshotCount() {
        return directory.liveSnapshotCount();
    }

    @Override
    public long reclaim() {
        assert isMineToChange() : notMine();
        return directory.reclaim();
    }

    @Override
    public void clear() {
        assert isMineToChange() : notMine();
        directory.clear();
        length = 0;
        dirtyCount = 0;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public long dirtyCount() {
        return dirtyCount;
    }

    @Override
    public long hitCount() {
        return lookupCount - missCount;
    }

    @Override
    public long missCount() {
        return missCount;
    }

    @Override
    public int segmentCount() {
        return directory.segmentCount();
    }

    @Override
    public long segmentBytes() {
        return directory.segmentBytes();
    }

    @Override
    public long retiredBytes() {
        return directory.retiredBytes();
    }

    @Override
    public long overdrawnBytes() {
        assert isMineToChange() : notMine();
        return directory.overdrawnBytes();
    }

    @Override
    public long splitCount() {
        return directory.counts().splits;
    }

    @Override
    public long copyCount() {
        return directory.counts().copies;
    }

    @Override
    public long growCount() {
        return directory.counts().grows;
    }

    @Override
    public long compactionCount() {
        return directory.counts().compactions;
    }

    /** The slot of a key in its segment, thawed, and dirty from now on; {@link Segment#NONE} if the key is not there. */
    private long dirtySlot(long keyAddress, int keyBytes, long hash, long mixed) {
        assert isMineToChange() : notMine();
        lookupCount++;
        long segment = directory.segment(mixed);
        long slotAddress =
                segment == Segment.NONE ? Segment.NONE : Segment.locate(segment, mixed, hash, keyAddress, keyBytes);
        if (slotAddress == Segment.NONE || SegmentLayout.is(Memory.getLong(slotAddress), DELETED)) {
            missCount++;
            return Segment.NONE;
        }
        if (directory.isFrozen(segment)) {
            segment = directory.thaw(segment, mixed);
            slotAddress = Segment.locate(segment, mixed, hash, keyAddress, keyBytes);
        }
        markDirty(slotAddress);
        return slotAddress;
    }

    /** Finds or makes the entry of a key with a value of a given size. */
    private long place(long keyAddress, int keyBytes, long hash, int valueBytes, long flags) {
        assert isMineToChange() : notMine();
        requireOpen();
        final int entryBytes = requireEntryBytes(keyBytes, valueBytes);
        final long mixed = SegmentLayout.mix(hash);
        final long segment = directory.thawedOrFirstSegment(mixed, entryBytes);
        final long slotAddress = Segment.locate(segment, mixed, hash, keyAddress, keyBytes);
        lookupCount += flags == 0 ? 0 : 1;
        missCount +=
                flags != 0 && (slotAddress == Segment.NONE || SegmentLayout.is(Memory.getLong(slotAddress), DELETED))
                        ? 1
                        : 0;
        if (slotAddress == Segment.NONE) {
            return insert(segment, keyAddress, keyBytes, hash, valueBytes, flags);
        }
        final long slot = Memory.getLong(slotAddress);
        if (flags == 0 && SegmentLayout.is(slot, DIRTY)) {
            throw new IllegalStateException("a changed entry cannot be restored: keyBytes=" + keyBytes + ", hash="
                    + Long.toHexString(hash) + "; restore before the first change");
        }
        final long entry = SegmentLayout.entry(segment, slot);
        if (EntryLayout.valueBytes(entry) != valueBytes || SegmentLayout.is(slot, DELETED)) {
            return replace(segment, slotAddress, keyAddress, keyBytes, hash, valueBytes, flags);
        }
        if (flags != 0) {
            markDirty(slotAddress);
        }
        return entry;
    }

    private long insert(long segmentSeen, long keyAddress, int keyBytes, long hash, int valueBytes, long flags) {
        final long mixed = SegmentLayout.mix(hash);
        final int entryBytes = (int) EntryLayout.sizeBytes(keyBytes, valueBytes);
        long segment = segmentSeen;
        while (!Segment.hasRoom(segment, 1, entryBytes)) {
            directory.makeRoom(segment, mixed, Segment.NONE, keyBytes, valueBytes);
            segment = directory.segment(mixed);
        }
        length++;
        dirtyCount += flags == 0 ? 0 : 1;
        final long newFlags = isMaybeKnownElsewhere(segment, mixed) ? flags & ~NEW : flags;
        return Segment.add(segment, mixed, hash, keyAddress, keyBytes, valueBytes, newFlags);
    }

    /** Then removing the entry must leave a tombstone, or what is elsewhere would come back. */
    boolean isMaybeKnownElsewhere(long segment, long mixed) {
        return false;
    }

    /** Counts entries that left. */
    final void forget(long entries) {
        length -= entries;
    }

    /** Gives the value of an entry, or of a tombstone, another size. */
    private long replace(
            long segmentSeen, long slotSeen, long keyAddress, int keyBytes, long hash, int valueBytes, long flags) {
        final long mixed = SegmentLayout.mix(hash);
        final int entryBytes = (int) EntryLayout.sizeBytes(keyBytes, valueBytes);
        final long oldSlot = Memory.getLong(slotSeen);
        final long newFlags = flags == 0 ? 0 : DIRTY | (oldSlot & NEW);
        long segment = segmentSeen;
        long slotAddress = slotSeen;
        while (!Segment.hasRoom(segment, slotAddress == Segment.NONE ? 1 : 0, entryBytes)) {
            directory.makeRoom(segment, mixed, slotAddress, keyBytes, valueBytes);
            segment = directory.segment(mixed);
            slotAddress = Segment.locate(segment, mixed, hash, keyAddress, keyBytes);
        }
        if (SegmentLayout.is(oldSlot, DELETED)) {
            length++;
        }
        if (newFlags != 0 && !SegmentLayout.is(oldSlot, DIRTY)) {
            dirtyCount++;
        }
        if (slotAddress == Segment.NONE) {
            return Segment.add(segment, mixed, hash, keyAddress, keyBytes, valueBytes, newFlags);
        }
        return Segment.replace(segment, slotAddress, hash, keyAddress, keyBytes, valueBytes, newFlags);
    }

    private void markDirty(long slotAddress) {
        final long slot = Memory.getLong(slotAddress);
        if (!SegmentLayout.is(slot, DIRTY)) {
            Memory.putLong(slotAddress, slot | DIRTY);
            dirtyCount++;
        }
    }

    private int requireEntryBytes(int keyBytes, int valueBytes) {
        if (keyBytes < 0 || valueBytes < 0) {
            throw new IllegalArgumentException(
                    "sizes must not be negative: keyBytes=" + keyBytes + ", valueBytes=" + valueBytes);
        }
        final long entryBytes = EntryLayout.sizeBytes(keyBytes, valueBytes);
        final long neededBytes = SegmentSizing.neededBytes(1, entryBytes);
        if (neededBytes > config.maxSegmentBytes()) {
            throw new EntryTooLargeException(keyBytes, valueBytes, 0, neededBytes, config.maxSegmentBytes());
        }
        return (int) entryBytes;
    }
}
