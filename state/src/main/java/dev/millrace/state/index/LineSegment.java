package dev.millrace.state.index;

import static dev.millrace.state.index.LineLayout.EMPTY;
import static dev.millrace.state.index.LineLayout.NOWHERE;
import static dev.millrace.state.index.LineLayout.NO_WORD;

import dev.millrace.allocator.Memory;

/**
 * What can be done inside one segment of {@link LineLayout}: a table of buckets of a line or two with linear probing and
 * deletion by moving entries back (Knuth 6.4, algorithm R, by buckets), so that deletes leave nothing behind that later
 * searches would have to pass. No other key than {@link LineLayout#EMPTY} is special here.
 *
 * <p>Segments are words of the directory, so this class holds no state but their layout. A frozen segment may be read by any
 * thread; the changing methods are for the writer, on a segment that no snapshot sees. Nothing here takes or gives memory.
 */
final class LineSegment {
    /** Slots of a bucket that is one line. */
    static final int QUAD = 4;

    private static final int QUAD_SHIFT = 6;

    private final LineLayout layout;
    private final int slots;
    private final int bucketShift;
    private final int slotShift;

    LineSegment(LineLayout layout) {
        this.layout = layout;
        slots = layout.slots;
        bucketShift = layout.bucketShift;
        slotShift = layout.slotShift;
    }

    /** The position of a key, tombstone or not, or {@link LineLayout#NOWHERE}. */
    int locate(long word, long mixed, long key) {
        if (word == NO_WORD) {
            return NOWHERE;
        }
        final long first = LineLayout.firstBucket(word);
        final int bucketCount = LineLayout.bucketCount(word);
        int index = LineLayout.home(mixed, bucketCount);
        for (; ; ) {
            final long bucket = first + ((long) index << bucketShift);
            final int match = match(bucket, key);
            if (match != 0) {
                return (index << slotShift) + match - 1;
            }
            if (!layout.isFull(bucket)) {
                return NOWHERE;
            }
            index = next(index, bucketCount);
        }
    }

    /** The slot of a key in a bucket, counted from 1, or 0. */
    private int match(long bucket, long key) {
        return slots == QUAD ? matchQuad(bucket, key) : matchAny(bucket, key);
    }

    /**
     * Looks at four keys without a branch: whoever guesses which of them it is guesses wrong most of the time. A difference of
     * nothing is the only one with 64 leading zeros.
     */
    static int matchQuad(long bucket, long key) {
        return ((zeros(bucket, key) & Long.SIZE)
                        + 2 * (zeros(bucket + Long.BYTES, key) & Long.SIZE)
                        + 3 * (zeros(bucket + 2 * Long.BYTES, key) & Long.SIZE)
                        + 4 * (zeros(bucket + 3 * Long.BYTES, key) & Long.SIZE))
                >>> 6;
    }

    /** The home bucket of a mixed hash where a bucket is one line. */
    static long homeQuad(long word, long mixed) {
        final int index = LineLayout.home(mixed, LineLayout.bucketCount(word));
        return LineLayout.firstBucket(word) + ((long) index << QUAD_SHIFT);
    }

    /** The position of a slot, counted from 1, where a bucket is one line. */
    static int positionQuad(long word, long bucket, int match) {
        final int index = (int) (bucket - LineLayout.firstBucket(word)) >>> QUAD_SHIFT;
        return index * QUAD + match - 1;
    }

    /** The address of a value where a bucket is one line. */
    static long valueQuad(long bucket, int match) {
        return bucket + (long) (QUAD - 1 + match) * Long.BYTES;
    }

    private int matchAny(long bucket, long key) {
        int match = 0;
        for (int slot = 0; slot < slots; slot++) {
            match += (slot + 1) * (zeros(bucket + (long) slot * Long.BYTES, key) & Long.SIZE);
        }
        return match >>> 6;
    }

    private static int zeros(long keyAddress, long key) {
        return Long.numberOfLeadingZeros(Memory.getLong(keyAddress) ^ key);
    }

    /** How many entries a segment takes: seven in ten slots, or too many would lie outside their home bucket. */
    int maxCount(int bucketCount) {
        return Math.max(1, (int) ((long) bucketCount * slots * 7 / 10));
    }

    /** Adds an entry that is not there, without flags and with a value of zeros, where there is room. Returns its position. */
    int add(long word, long mixed, long key) {
        final int bucketCount = LineLayout.bucketCount(word);
        int index = LineLayout.home(mixed, bucketCount);
        while (layout.isFull(layout.bucket(word, index))) {
            index = next(index, bucketCount);
        }
        final int position = layout.position(index, usedSlots(layout.bucket(word, index)));
        Memory.putLong(layout.keyAddress(word, position), key);
        Memory.fill(layout.valueAddress(word, position), layout.strideBytes, (byte) 0);
        final long segment = LineLayout.segment(word);
        SegmentLayout.setCount(segment, SegmentLayout.count(segment) + 1);
        return position;
    }

    /** Takes an entry away without a trace. */
    void unlink(long word, int position) {
        final long segment = LineLayout.segment(word);
        if (layout.isDeleted(word, position)) {
            SegmentLayout.setTombstones(segment, SegmentLayout.tombstones(segment) - 1);
        }
        final int index = layout.bucketIndex(position);
        if (takeFromBucket(word, position)) {
            moveBack(word, index);
        }
        SegmentLayout.setCount(segment, SegmentLayout.count(segment) - 1);
    }

    /** Makes a tombstone of an entry: its key stays until the segment is thawed after the next seal. */
    void bury(long word, int position) {
        final long segment = LineLayout.segment(word);
        LineLayout.set(layout.deletedFlags(word, position), position);
        SegmentLayout.setTombstones(segment, SegmentLayout.tombstones(segment) + 1);
    }

    /** Makes an entry with a value of zeros of a tombstone. */
    void revive(long word, int position) {
        final long segment = LineLayout.segment(word);
        LineLayout.clear(layout.deletedFlags(word, position), position);
        SegmentLayout.setTombstones(segment, SegmentLayout.tombstones(segment) - 1);
        Memory.fill(layout.valueAddress(word, position), layout.strideBytes, (byte) 0);
    }

    /** Starts a version in a segment that was frozen: nothing is dirty or fresh yet, and tombstones have had their seal. */
    void freshen(long word, long version) {
        layout.clearChanges(word);
        final long segment = LineLayout.segment(word);
        final long marked = word | LineLayout.HAS_DELETED;
        // Moving back may wrap around and carry a tombstone to a slot that this pass has left behind: hence the outer
        // loop.
        while (SegmentLayout.tombstones(segment) > 0) {
            for (int index = 0; index < LineLayout.bucketCount(word); index++) {
                for (int slot = 0; slot < slots; slot++) {
                    final int position = layout.position(index, slot);
                    while (layout.isDeleted(marked, position)) {
                        unlink(marked, position);
                    }
                }
            }
        }
        SegmentLayout.setVersion(segment, version);
    }

    /**
     * Copies every entry of a segment to the side that its hash says, where there is room; both sides may be the same.
     *
     * @param isFrozen whether the flags tell of a version that is over: then nothing is dirty, and tombstones stay behind
     */
    void moveEntries(long word, boolean isFrozen, int localDepth, long left, long right) {
        final int bucketCount = LineLayout.bucketCount(word);
        for (int index = 0; index < bucketCount; index++) {
            final long bucket = layout.bucket(word, index);
            for (int slot = 0; slot < slots; slot++) {
                final long keyAddress = bucket + (long) slot * Long.BYTES;
                if (Memory.getLong(keyAddress) == EMPTY) {
                    break;
                }
                final int position = layout.position(index, slot);
                final long mixed = layout.mixedAt(keyAddress);
                if (!isFrozen) {
                    adopt((mixed << localDepth) < 0 ? right : left, mixed, word, position);
                } else if (!layout.isDeleted(word, position)) {
                    copy((mixed << localDepth) < 0 ? right : left, mixed, word, position);
                }
            }
        }
    }

    private void adopt(long target, long mixed, long word, int position) {
        final int copy = copy(target, mixed, word, position);
        if (layout.isDirty(word, position)) {
            LineLayout.set(layout.dirtyFlags(target, copy), copy);
        }
        if (layout.isFresh(word, position)) {
            LineLayout.set(layout.freshFlags(target, copy), copy);
        }
        if (layout.isDeleted(word, position)) {
            bury(target, copy);
        }
    }

    private int copy(long target, long mixed, long word, int position) {
        final int copy = add(target, mixed, Memory.getLong(layout.keyAddress(word, position)));
        final long from = layout.valueAddress(word, position);
        final long to = layout.valueAddress(target, copy);
        for (int at = 0; at < layout.strideBytes; at += Long.BYTES) {
            Memory.putLong(to + at, Memory.getLong(from + at));
        }
        return copy;
    }

    /** How many of the mixed hashes of a segment have a given bit, counted from the top. */
    int countWithBit(long word, int bit) {
        int count = 0;
        for (int index = 0; index < LineLayout.bucketCount(word); index++) {
            final long bucket = layout.bucket(word, index);
            for (int slot = 0; slot < slots; slot++) {
                final long keyAddress = bucket + (long) slot * Long.BYTES;
                if (Memory.getLong(keyAddress) == EMPTY) {
                    break;
                }
                count += (int) ((layout.mixedAt(keyAddress) << bit) >>> 63);
            }
        }
        return count;
    }

    /** The bits in which the mixed hashes of a segment are not all as a given one. */
    long differences(long word, long mixed) {
        long differences = 0;
        for (int index = 0; index < LineLayout.bucketCount(word); index++) {
            final long bucket = layout.bucket(word, index);
            for (int slot = 0; slot < slots; slot++) {
                final long keyAddress = bucket + (long) slot * Long.BYTES;
                if (Memory.getLong(keyAddress) == EMPTY) {
                    break;
                }
                differences |= layout.mixedAt(keyAddress) ^ mixed;
            }
        }
        return differences;
    }

    /** Slots in use of a bucket that is not full. */
    private int usedSlots(long bucket) {
        int used = 0;
        while (Memory.getLong(bucket + (long) used * Long.BYTES) != EMPTY) {
            used++;
        }
        return used;
    }

    /** Empties a slot and closes the gap with the bucket's last used one. Returns whether the bucket was full. */
    private boolean takeFromBucket(long word, int position) {
        final long bucket = layout.bucket(word, layout.bucketIndex(position));
        final boolean wasFull = layout.isFull(bucket);
        final int last = layout.position(layout.bucketIndex(position), wasFull ? slots - 1 : usedSlots(bucket) - 1);
        if (last != position) {
            move(word, last, position);
        }
        Memory.putLong(layout.keyAddress(word, last), EMPTY);
        LineLayout.clear(layout.dirtyFlags(word, last), last);
        LineLayout.clear(layout.freshFlags(word, last), last);
        LineLayout.clear(layout.deletedFlags(word, last), last);
        return wasFull;
    }

    /** Overwrites one slot with another, flags and all. */
    private void move(long word, int from, int to) {
        Memory.putLong(layout.keyAddress(word, to), Memory.getLong(layout.keyAddress(word, from)));
        Memory.copy(layout.valueAddress(word, from), layout.valueAddress(word, to), layout.strideBytes);
        moveFlag(layout.dirtyFlags(word, from), from, layout.dirtyFlags(word, to), to);
        moveFlag(layout.freshFlags(word, from), from, layout.freshFlags(word, to), to);
        moveFlag(layout.deletedFlags(word, from), from, layout.deletedFlags(word, to), to);
    }

    private static void moveFlag(long fromFlags, int from, long toFlags, int to) {
        if (LineLayout.isSet(fromFlags, from)) {
            LineLayout.set(toFlags, to);
        } else {
            LineLayout.clear(toFlags, to);
        }
    }

    /** Fills the last slot of a bucket that was full with an entry that had to go past that bucket, and so on from there. */
    private void moveBack(long word, int emptied) {
        final int bucketCount = LineLayout.bucketCount(word);
        int hole = emptied;
        for (int index = next(hole, bucketCount); index != hole; index = next(index, bucketCount)) {
            final boolean wasFull = layout.isFull(layout.bucket(word, index));
            final int mover = findFromBefore(word, index, distance(hole, index, bucketCount));
            if (mover != NOWHERE) {
                move(word, mover, layout.position(hole, slots - 1));
                takeFromBucket(word, mover);
                hole = index;
            }
            if (!wasFull) {
                return;
            }
        }
    }

    /** The position of an entry in this bucket whose home is at least {@code distance} buckets before it, or none. */
    private int findFromBefore(long word, int index, int distance) {
        final int bucketCount = LineLayout.bucketCount(word);
        final long bucket = layout.bucket(word, index);
        for (int slot = 0; slot < slots; slot++) {
            final long keyAddress = bucket + (long) slot * Long.BYTES;
            if (Memory.getLong(keyAddress) == EMPTY) {
                return NOWHERE;
            }
            final int home = LineLayout.home(layout.mixedAt(keyAddress), bucketCount);
            if (distance(home, index, bucketCount) >= distance) {
                return layout.position(index, slot);
            }
        }
        return NOWHERE;
    }

    private static int next(int index, int bucketCount) {
        return index + 1 == bucketCount ? 0 : index + 1;
    }

    private static int distance(int from, int to, int bucketCount) {
        return to >= from ? to - from : to - from + bucketCount;
    }
}
