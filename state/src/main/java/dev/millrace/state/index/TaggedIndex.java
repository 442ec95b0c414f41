package dev.millrace.state.index;

import static dev.millrace.state.index.SegmentLayout.DELETED;
import static dev.millrace.state.index.SegmentLayout.DIRTY;
import static dev.millrace.state.index.SegmentLayout.NEW;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The index for keys and values of any size: a segment is a table of tagged slots and a heap of entries behind it
 * ({@link SegmentLayout}).
 *
 * <p>An entry costs two cache lines, its bucket's and its own; those of a frozen segment are never written.
 */
final class TaggedIndex extends ActiveIndex {
    private final IndexConfig config;
    private final SegmentDirectory directory;
    private final @Nullable Eviction eviction;

    private long length;
    private long dirtyCount;
    private long lookupCount;
    private long missCount;

    TaggedIndex(BlockAllocator allocator, IndexConfig config) {
        this.config = config;
        directory = new SegmentDirectory(allocator, config);
        eviction = null;
    }

    TaggedIndex(BlockAllocator allocator, IndexConfig config, long budgetBytes) {
        this.config = config;
        directory = new SegmentDirectory(allocator, config);
        eviction = new Eviction(directory, config, budgetBytes, new KeyFilter(allocator, budgetBytes / 2));
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
        if (eviction != null && eviction.isTracking()) {
            SegmentLayout.setReferenced(segment, home, bucketCount);
        }
        return Memory.getLong(SegmentLayout.bucket(segment, home));
    }

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
    public void settle(long sealedVersion) {
        assert isMineToChange() : notMine();
        if (eviction != null) {
            eviction.settle(sealedVersion);
        }
    }

    @Override
    public boolean evict(int maxSegments) {
        assert isMineToChange() : notMine();
        if (eviction == null || !isFull()) {
            return true;
        }
        final long before = eviction.evictionCount();
        final boolean canGoOn = eviction.evict(maxSegments);
        length -= eviction.evictionCount() - before;
        return canGoOn;
    }

    @Override
    public boolean hasElsewhere() {
        return eviction != null && eviction.hasElsewhere();
    }

    @Override
    public boolean isElsewhere(long keyAddress, int keyBytes, long hash) {
        assert isMine() : notMine();
        final long mixed = SegmentLayout.mix(hash);
        final long segment = directory.segment(mixed);
        return eviction != null
                && segment != Segment.NONE
                && SegmentLayout.hasEvicted(segment)
                && Segment.locate(segment, mixed, hash, keyAddress, keyBytes) == Segment.NONE
                && eviction.mayHaveLeft(mixed);
    }

    @Override
    public void reload(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes) {
        final long before = length;
        restore(keyAddress, keyBytes, hash, valueAddress, valueBytes);
        if (length == before) {
            throw new IllegalStateException(
                    "entry is in the index already: keyBytes=" + keyBytes + ", hash=" + Long.toHexString(hash));
        }
        if (eviction != null) {
            eviction.cameBack();
        }
    }

    @Override
    public void noteElsewhere(long hash) {
        if (eviction == null) {
            super.noteElsewhere(hash);
            return;
        }
        final long mixed = SegmentLayout.mix(hash);
        SegmentLayout.setEvicted(directory.thawedOrFirstSegment(mixed, 0));
        eviction.note(mixed);
    }

    @Override
    public boolean isFull() {
        return eviction != null && eviction.excessBytes() >= 0;
    }

    @Override
    public long excessBytes() {
        return eviction == null ? 0 : Math.max(0, eviction.excessBytes());
    }

    @Override
    public long elsewhereCount() {
        return eviction == null ? 0 : eviction.elsewhereCount();
    }

    @Override
    public long evictionCount() {
        return eviction == null ? 0 : eviction.evictionCount();
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
        if (eviction != null) {
            eviction.clear();
        }
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
        return directory.splitCount();
    }

    @Override
    public long copyCount() {
        return directory.copyCount();
    }

    @Override
    public long growCount() {
        return directory.growCount();
    }

    @Override
    public long compactionCount() {
        return directory.compactionCount();
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
    private boolean isMaybeKnownElsewhere(long segment, long mixed) {
        return eviction != null && SegmentLayout.hasEvicted(segment) && eviction.mayHaveLeft(mixed);
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
