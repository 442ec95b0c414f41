package dev.millrace.state.index;

import static dev.millrace.state.index.SegmentLayout.DELETED;
import static dev.millrace.state.index.SegmentLayout.DIRTY;
import static dev.millrace.state.index.SegmentLayout.NEW;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;

/**
 * Active state: keys and values as bytes off the heap, sealed at epochs without stopping.
 *
 * <p>Used by one thread at a time, the one that called {@link #adopt} last (its maker at first); only a snapshot may be
 * used by others. Whoever makes the index closes it.
 *
 * <p>A key is any run of bytes, and its identity is those bytes; a value is any run of bytes and starts at a multiple of
 * 8. The caller brings a key's 64-bit hash, always the same one for the same key. <b>Addresses that a method returns are
 * valid until the next call that may change the index</b> (put, update, remove, restore, clear, close); addresses of
 * keys and values passed in must not lie inside this index.
 *
 * <p>It is an extendible hash table: a directory of segments by the top bits of the hash; a full segment splits in
 * two and nothing else moves. {@link #seal} copies the directory and freezes the segments; the first write to a frozen
 * segment copies that one segment, unless no live snapshot sees it any more. So a seal costs the length of the
 * directory, 8 bytes for some 32 KiB of entries, no matter how much is dirty.
 *
 * <p>An entry is <i>dirty</i> if it was put, updated or removed since the last seal. A removed entry that a seal (or
 * {@link #restore}) has seen stays as a tombstone until the next seal has seen that too.
 *
 * <p>Limits: an entry with its key fits {@link IndexConfig#maxSegmentBytes}, and so do all entries whose hashes are
 * too alike to be parted; {@link EntryTooLargeException} else. When memory is refused with a
 * {@link dev.millrace.allocator.MemoryLimitException}, the index is as it was before the call.
 */
public final class ActiveIndex implements AutoCloseable {
    /** The address that no value has: the answer for a key that is not there. */
    public static final long NONE = 0;

    private final IndexConfig config;
    private final SegmentDirectory directory;

    private Thread owner = Thread.currentThread();
    private boolean isVisiting;
    private boolean isClosed;
    private long length;
    private long dirtyCount;

    /** Makes an empty index, which takes no memory yet. */
    public ActiveIndex(BlockAllocator allocator, IndexConfig config) {
        this.config = config;
        directory = new SegmentDirectory(allocator, config);
    }

    /** Makes the calling thread the owner. The thread that owned it before must have handed it over. */
    public void adopt() {
        owner = Thread.currentThread();
    }

    /**
     * Reads the bucket of a hash, so that it is in the cache when a batch of calls comes to it.
     *
     * @return a number without meaning, to be added up and used, or the reads would be optimised away
     */
    public long touch(long hash) {
        final long mixed = SegmentLayout.mix(hash);
        final long segment = directory.segment(mixed);
        if (segment == Segment.NONE) {
            return 0;
        }
        final int home = SegmentLayout.home(mixed, SegmentLayout.bucketCount(segment));
        return Memory.getLong(SegmentLayout.bucket(segment, home));
    }

    /**
     * Looks a key up, for reading only.
     *
     * @return the address of the value, not to be written to, or {@link #NONE}
     */
    public long find(long keyAddress, int keyBytes, long hash) {
        assert isMine() : notMine();
        final long mixed = SegmentLayout.mix(hash);
        final long segment = directory.segment(mixed);
        if (segment == Segment.NONE) {
            return NONE;
        }
        final long slotAddress = Segment.locate(segment, mixed, hash, keyAddress, keyBytes);
        if (slotAddress == Segment.NONE) {
            return NONE;
        }
        final long slot = Memory.getLong(slotAddress);
        return SegmentLayout.is(slot, DELETED) ? NONE : EntryLayout.value(SegmentLayout.entry(segment, slot));
    }

    /**
     * Looks a key up, for writing: the entry is dirty from now on.
     *
     * @return the address of the value, or {@link #NONE}
     */
    public long update(long keyAddress, int keyBytes, long hash) {
        final long mixed = SegmentLayout.mix(hash);
        final long slotAddress = dirtySlot(keyAddress, keyBytes, hash, mixed);
        if (slotAddress == Segment.NONE) {
            return NONE;
        }
        return EntryLayout.value(SegmentLayout.entry(directory.segment(mixed), Memory.getLong(slotAddress)));
    }

    /**
     * Puts an entry with a value of a given size, for writing: the entry is dirty from now on. If the key is there
     * with a value of that very size, the value's bytes are kept; else the value is all zeros.
     *
     * @return the address of the value
     * @throws EntryTooLargeException if no segment can hold the entry
     */
    public long put(long keyAddress, int keyBytes, long hash, int valueBytes) {
        return EntryLayout.value(place(keyAddress, keyBytes, hash, valueBytes, DIRTY | NEW));
    }

    /**
     * Puts an entry that a seal of the past has seen: it is not dirty. Replaces one that is there and not dirty.
     *
     * @throws IllegalStateException if the entry is there and dirty: restoring comes before changing
     * @throws EntryTooLargeException if no segment can hold the entry
     */
    public void restore(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes) {
        final long entry = place(keyAddress, keyBytes, hash, valueBytes, 0);
        Memory.copy(valueAddress, EntryLayout.value(entry), valueBytes);
    }

    /**
     * Removes an entry.
     *
     * @return whether it was there
     */
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
        return true;
    }

    /** The size of a value in bytes, from an address that {@link #find}, {@link #update} or {@link #put} returned. */
    public int valueBytes(long valueAddress) {
        return EntryLayout.valueBytesAt(valueAddress);
    }

    /** Shows every entry. */
    public void forEach(EntryVisitor visitor) {
        assert isMine() : notMine();
        isVisiting = true;
        try {
            directory.forEach(visitor);
        } finally {
            isVisiting = false;
        }
    }

    /**
     * Freezes what is there and goes on: from now on, dirty means changed since this call.
     *
     * @return the frozen picture, with one reference that the caller releases
     * @throws IllegalStateException if {@link IndexConfig#maxLiveSnapshots} are live
     */
    public IndexSnapshot seal() {
        assert isMine() && !isVisiting : notMine();
        requireOpen();
        final IndexSnapshot snapshot = directory.seal(length, dirtyCount);
        dirtyCount = 0;
        return snapshot;
    }

    /**
     * Frees what only released snapshots saw. Happens by itself at every seal and when memory is refused.
     *
     * @return how many bytes that gave back
     */
    public long reclaim() {
        assert isMine() && !isVisiting : notMine();
        return directory.reclaim();
    }

    /**
     * Forgets every entry and frees its memory, except for what live snapshots see. <b>Leaves no tombstones</b>: the
     * next seal does not tell that the entries went.
     */
    public void clear() {
        assert isMine() && !isVisiting : notMine();
        directory.clear();
        length = 0;
        dirtyCount = 0;
    }

    /**
     * Frees everything. A second call does nothing.
     *
     * @throws IllegalStateException if a snapshot is live: nothing is freed then, since somebody may be reading it, and
     *     the index can be used and closed later
     */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        final int liveSnapshots = directory.liveSnapshotCount();
        if (liveSnapshots > 0) {
            throw new IllegalStateException("index has live snapshots: liveSnapshots=" + liveSnapshots
                    + "; release them before closing the index");
        }
        clear();
        isClosed = true;
    }

    /** How many entries there are. */
    public long length() {
        return length;
    }

    /** How many entries the next seal will find dirty. */
    public long dirtyCount() {
        return dirtyCount;
    }

    /** How many segments there are. */
    public int segmentCount() {
        return directory.segmentCount();
    }

    /** What the segments take. */
    public long segmentBytes() {
        return directory.segmentBytes();
    }

    /** What is kept beyond that because a snapshot sees it, as of the last {@link #reclaim}. */
    public long retiredBytes() {
        return directory.retiredBytes();
    }

    /** How many segments were split since the index was made. */
    public long splitCount() {
        return directory.splitCount();
    }

    /** How many segments were copied since the index was made because they were written while a snapshot saw them. */
    public long copyCount() {
        return directory.copyCount();
    }

    /** How many segments were moved to a larger block since the index was made. */
    public long growCount() {
        return directory.growCount();
    }

    /** How many segments were rid of garbage, or given other buckets, at the same size since the index was made. */
    public long compactionCount() {
        return directory.compactionCount();
    }

    /** The slot of a key in its segment, thawed, and dirty from now on; {@link Segment#NONE} if the key is not there. */
    private long dirtySlot(long keyAddress, int keyBytes, long hash, long mixed) {
        assert isMine() && !isVisiting : notMine();
        long segment = directory.segment(mixed);
        if (segment == Segment.NONE) {
            return Segment.NONE;
        }
        long slotAddress = Segment.locate(segment, mixed, hash, keyAddress, keyBytes);
        if (slotAddress == Segment.NONE || SegmentLayout.is(Memory.getLong(slotAddress), DELETED)) {
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
        assert isMine() && !isVisiting : notMine();
        requireOpen();
        final int entryBytes = requireEntryBytes(keyBytes, valueBytes);
        final long mixed = SegmentLayout.mix(hash);
        final long segment = directory.thawedOrFirstSegment(mixed, entryBytes);
        final long slotAddress = Segment.locate(segment, mixed, hash, keyAddress, keyBytes);
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
        return Segment.add(segment, mixed, hash, keyAddress, keyBytes, valueBytes, flags);
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

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("index is closed");
        }
    }

    private boolean isMine() {
        return owner == Thread.currentThread();
    }

    private String notMine() {
        return "index changed by a thread that does not own it, or while it is visited: thread="
                + Thread.currentThread().getName() + ", owner=" + owner.getName() + ", isVisiting=" + isVisiting;
    }
}
