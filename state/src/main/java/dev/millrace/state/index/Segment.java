package dev.millrace.state.index;

import static dev.millrace.state.index.SegmentLayout.BUCKET_BYTES;
import static dev.millrace.state.index.SegmentLayout.DELETED;
import static dev.millrace.state.index.SegmentLayout.DIRTY;
import static dev.millrace.state.index.SegmentLayout.EMPTY_SLOT;
import static dev.millrace.state.index.SegmentLayout.MAX_ENTRIES_PER_BUCKET;
import static dev.millrace.state.index.SegmentLayout.OFFSET_MASK;

import dev.millrace.allocator.Memory;

/**
 * What can be done inside one segment: a bucketised hash table with linear probing and deletion by moving entries back
 * (Knuth 6.4, algorithm R, by buckets), so that deletes leave nothing behind that later searches would have to pass.
 *
 * <p>Segments are addresses, so this class has no instances. A frozen segment may be read by any thread; the changing
 * methods are for the writer, on a segment that no snapshot sees. Nothing here takes or gives memory.
 */
final class Segment {
    static final long NONE = 0;

    private static final int LAST_SLOT_OFFSET = BUCKET_BYTES - Long.BYTES;

    private Segment() {}

    /** The address of the slot of a key, tombstone or not, or {@link #NONE}. */
    static long locate(long segment, long mixed, long hash, long keyAddress, int keyBytes) {
        final int bucketCount = SegmentLayout.bucketCount(segment);
        final long tag = SegmentLayout.tag(mixed);
        int index = SegmentLayout.home(mixed, bucketCount);
        for (; ; ) {
            final long bucket = SegmentLayout.bucket(segment, index);
            for (int at = 0; at < BUCKET_BYTES; at += Long.BYTES) {
                final long slot = Memory.getLong(bucket + at);
                if (slot == EMPTY_SLOT) {
                    return NONE;
                }
                if (SegmentLayout.hasTag(slot, tag)
                        && EntryLayout.is(SegmentLayout.entry(segment, slot), hash, keyAddress, keyBytes)) {
                    return bucket + at;
                }
            }
            index = next(index, bucketCount);
        }
    }

    /** Reads the first entry in the home bucket that has the tag of a mixed hash: most likely the one that is looked for. */
    static long touchEntry(long segment, long mixed) {
        final int bucketCount = SegmentLayout.bucketCount(segment);
        final long bucket = SegmentLayout.bucket(segment, SegmentLayout.home(mixed, bucketCount));
        final long tag = SegmentLayout.tag(mixed);
        for (int at = 0; at < BUCKET_BYTES; at += Long.BYTES) {
            final long slot = Memory.getLong(bucket + at);
            if (SegmentLayout.hasTag(slot, tag)) {
                return EntryLayout.hash(SegmentLayout.entry(segment, slot));
            }
        }
        return 0;
    }

    /** Says whether entries of so many bytes can be added as they come. */
    static boolean hasRoom(long segment, int moreEntries, int moreBytes) {
        return SegmentLayout.count(segment) + moreEntries <= SegmentLayout.bucketCount(segment) * MAX_ENTRIES_PER_BUCKET
                && SegmentLayout.heapEnd(segment) + moreBytes <= SegmentLayout.sizeBytes(segment);
    }

    /** Adds an entry with a value of zeros where there {@link #hasRoom is room}. Returns the entry. */
    static long add(long segment, long mixed, long hash, long keyAddress, int keyBytes, int valueBytes, long flags) {
        final long entry = write(segment, hash, keyAddress, keyBytes, valueBytes);
        link(segment, mixed, SegmentLayout.slot(mixed, flags, entry - segment));
        return entry;
    }

    /** Gives a key's slot another entry with a value of zeros, where there is room for its bytes. Returns the entry. */
    static long replace(
            long segment, long slotAddress, long hash, long keyAddress, int keyBytes, int valueBytes, long flags) {
        final long slot = Memory.getLong(slotAddress);
        final long entry = write(segment, hash, keyAddress, keyBytes, valueBytes);
        addGarbage(segment, EntryLayout.sizeBytes(SegmentLayout.entry(segment, slot)));
        countTombstone(segment, slot, -1);
        Memory.putLong(slotAddress, SegmentLayout.slot(SegmentLayout.mix(hash), flags, entry - segment));
        return entry;
    }

    /** Makes a tombstone of an entry: its key stays until the segment is thawed after the next seal. */
    static void bury(long segment, long slotAddress) {
        final long slot = Memory.getLong(slotAddress);
        final long entry = SegmentLayout.entry(segment, slot);
        addGarbage(segment, EntryLayout.pad8(EntryLayout.valueBytes(entry)));
        EntryLayout.setValueBytes(entry, 0);
        Memory.putLong(slotAddress, slot | DELETED | DIRTY);
        countTombstone(segment, DELETED, 1);
    }

    /** Takes an entry away without a trace. */
    static void unlink(long segment, long slotAddress) {
        final long slot = Memory.getLong(slotAddress);
        addGarbage(segment, EntryLayout.sizeBytes(SegmentLayout.entry(segment, slot)));
        countTombstone(segment, slot, -1);
        final int index = (int) ((slotAddress - SegmentLayout.bucket(segment, 0)) / BUCKET_BYTES);
        if (takeFromBucket(SegmentLayout.bucket(segment, index), slotAddress)) {
            moveBack(segment, index);
        }
        final int count = SegmentLayout.count(segment) - 1;
        SegmentLayout.setCount(segment, count);
        if (count == 0) {
            SegmentLayout.setHeapEnd(segment, SegmentLayout.heapStart(segment));
            SegmentLayout.setGarbageBytes(segment, 0);
        }
    }

    /**
     * Starts a version in a segment that was frozen: nothing is dirty or new yet, and tombstones that nobody needs go.
     *
     * @param settledVersion tombstones of versions up to this one are not needed
     */
    static void freshen(long segment, long version, long settledVersion) {
        final long sealed = SegmentLayout.version(segment);
        final long end = segment + SegmentLayout.heapStart(segment);
        for (long at = SegmentLayout.bucket(segment, 0); at < end; at += Long.BYTES) {
            final long slot = Memory.getLong(at);
            if (SegmentLayout.is(slot, DIRTY)) {
                Memory.putLong(at, SegmentLayout.settled(slot, sealed));
            }
        }
        // Moving back may wrap around and carry a tombstone to a slot that this pass has left behind: hence the outer
        // loop.
        boolean found = true;
        while (found && SegmentLayout.tombstones(segment) > 0) {
            found = false;
            for (long at = SegmentLayout.bucket(segment, 0); at < end; at += Long.BYTES) {
                while (isSettledTombstone(Memory.getLong(at), version, settledVersion)) {
                    unlink(segment, at);
                    found = true;
                }
            }
        }
        SegmentLayout.setVersion(segment, version);
    }

    private static boolean isSettledTombstone(long slot, long version, long settledVersion) {
        return SegmentLayout.is(slot, DELETED) && SegmentLayout.isSettled(slot, version, settledVersion);
    }

    /** Copies an entry from another segment, flags and all, where there is room. */
    static void adopt(long segment, long sourceEntry, long sourceSlot) {
        final int sizeBytes = EntryLayout.sizeBytes(sourceEntry);
        final int heapEnd = SegmentLayout.heapEnd(segment);
        final long start = segment + heapEnd;
        final long keyStart = EntryLayout.key(sourceEntry);
        Memory.copy(keyStart, start, sizeBytes);
        SegmentLayout.setHeapEnd(segment, heapEnd + sizeBytes);
        final long mixed = SegmentLayout.mix(EntryLayout.hash(sourceEntry));
        link(segment, mixed, (sourceSlot & ~OFFSET_MASK) | (start + (sourceEntry - keyStart) - segment));
        countTombstone(segment, sourceSlot, 1);
    }

    private static long write(long segment, long hash, long keyAddress, int keyBytes, int valueBytes) {
        final int heapEnd = SegmentLayout.heapEnd(segment);
        final long entry = EntryLayout.write(segment + heapEnd, hash, keyAddress, keyBytes, valueBytes);
        SegmentLayout.setHeapEnd(segment, heapEnd + (int) EntryLayout.sizeBytes(keyBytes, valueBytes));
        return entry;
    }

    private static void link(long segment, long mixed, long slot) {
        final int bucketCount = SegmentLayout.bucketCount(segment);
        int index = SegmentLayout.home(mixed, bucketCount);
        while (isFull(SegmentLayout.bucket(segment, index))) {
            index = next(index, bucketCount);
        }
        long at = SegmentLayout.bucket(segment, index);
        while (Memory.getLong(at) != EMPTY_SLOT) {
            at += Long.BYTES;
        }
        Memory.putLong(at, slot);
        SegmentLayout.setCount(segment, SegmentLayout.count(segment) + 1);
    }

    /** Empties a slot and closes the gap with the bucket's last used one. Returns whether the bucket was full. */
    private static boolean takeFromBucket(long bucket, long slotAddress) {
        long last = slotAddress;
        while (last < bucket + LAST_SLOT_OFFSET && Memory.getLong(last + Long.BYTES) != EMPTY_SLOT) {
            last += Long.BYTES;
        }
        Memory.putLong(slotAddress, Memory.getLong(last));
        Memory.putLong(last, EMPTY_SLOT);
        return last == bucket + LAST_SLOT_OFFSET;
    }

    /** Fills the last slot of a bucket that was full with an entry that had to go past that bucket, and so on from there. */
    private static void moveBack(long segment, int emptied) {
        final int bucketCount = SegmentLayout.bucketCount(segment);
        int hole = emptied;
        for (int index = next(hole, bucketCount); index != hole; index = next(index, bucketCount)) {
            final long bucket = SegmentLayout.bucket(segment, index);
            final boolean wasFull = isFull(bucket);
            final long mover = findFromBefore(segment, index, distance(hole, index, bucketCount));
            if (mover != NONE) {
                Memory.putLong(SegmentLayout.bucket(segment, hole) + LAST_SLOT_OFFSET, Memory.getLong(mover));
                takeFromBucket(bucket, mover);
                hole = index;
            }
            if (!wasFull) {
                return;
            }
        }
    }

    /** The slot of an entry in this bucket whose home is at least {@code distance} buckets before it, or {@link #NONE}. */
    private static long findFromBefore(long segment, int index, int distance) {
        final int bucketCount = SegmentLayout.bucketCount(segment);
        final long bucket = SegmentLayout.bucket(segment, index);
        for (int at = 0; at < BUCKET_BYTES; at += Long.BYTES) {
            final long slot = Memory.getLong(bucket + at);
            if (slot == EMPTY_SLOT) {
                return NONE;
            }
            final long mixed = SegmentLayout.mix(EntryLayout.hash(SegmentLayout.entry(segment, slot)));
            if (distance(SegmentLayout.home(mixed, bucketCount), index, bucketCount) >= distance) {
                return bucket + at;
            }
        }
        return NONE;
    }

    private static void addGarbage(long segment, int bytes) {
        SegmentLayout.setGarbageBytes(segment, SegmentLayout.garbageBytes(segment) + bytes);
    }

    private static void countTombstone(long segment, long slot, int step) {
        if (SegmentLayout.is(slot, DELETED)) {
            SegmentLayout.setTombstones(segment, SegmentLayout.tombstones(segment) + step);
        }
    }

    private static boolean isFull(long bucket) {
        return Memory.getLong(bucket + LAST_SLOT_OFFSET) != EMPTY_SLOT;
    }

    private static int next(int index, int bucketCount) {
        return index + 1 == bucketCount ? 0 : index + 1;
    }

    private static int distance(int from, int to, int bucketCount) {
        return to >= from ? to - from : to - from + bucketCount;
    }
}
