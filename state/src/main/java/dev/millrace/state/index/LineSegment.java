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
 * <p>Segments are words of the directory, so this class holds no state but their layout, and what the last survey found. A frozen segment may be read by any
 * thread; the changing methods are for the writer, on a segment that no snapshot sees. Nothing here takes or gives memory.
 */
final class LineSegment {
    /** Slots of a bucket that is one line. */
    static final int QUAD = 4;

    private static final int QUAD_BITS = 2;
    private static final int QUAD_SHIFT = 6;

    private final LineLayout layout;
    private final int slots;
    private final int bucketShift;
    private final int slotShift;

    /** Of the last survey: the hash of each entry by its position, and what the others tell. */
    private long[] mixes = {};

    private long differences;
    private int rightCount;

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

    /** The address of a key in its home slot, or {@link ActiveIndex#NONE}, where a bucket is one line. */
    static long findInSlot(long word, long mixed, long key) {
        final long home = keyQuad(word, homeQuad(word, mixed));
        return Memory.getLong(home) == key ? home : ActiveIndex.NONE;
    }

    /** The address of a key in its home bucket, or {@link ActiveIndex#NONE}, where a bucket is one line. */
    static long findInBucket(long word, long mixed, long key) {
        final long bucket = keyQuad(word, homeQuad(word, mixed) & -QUAD);
        final int match = matchQuad(bucket, key);
        return match != 0 ? bucket + (long) (match - 1) * Long.BYTES : ActiveIndex.NONE;
    }

    /** The position of the home slot of a mixed hash where a bucket is one line. */
    static int homeQuad(long word, long mixed) {
        return (int) (((mixed & 0xFFFF_FFFFL) * LineLayout.bucketCount(word)) >>> (Integer.SIZE - QUAD_BITS));
    }

    /** The address of the key at a position where a bucket is one line. */
    static long keyQuad(long word, int position) {
        return LineLayout.firstBucket(word)
                + ((long) (position >>> QUAD_BITS) << QUAD_SHIFT)
                + (long) (position & (QUAD - 1)) * Long.BYTES;
    }

    /** The position of the key at an address where a bucket is one line. */
    static int positionQuad(long word, long keyAddress) {
        final int offset = (int) (keyAddress - LineLayout.firstBucket(word));
        return (offset >>> QUAD_SHIFT << QUAD_BITS) + (offset >>> 3 & (QUAD - 1));
    }

    /** The address of the value that belongs to a key at an address where a bucket is one line. */
    static long valueQuad(long keyAddress) {
        return keyAddress + QUAD * Long.BYTES;
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
        final int position = place(word, mixed, key);
        Memory.fill(layout.valueAddress(word, position), layout.strideBytes, (byte) 0);
        noteCount(word, 1);
        return position;
    }

    /** Writes a key into its home slot, or the first free one from its home bucket on. */
    private int place(long word, long mixed, long key) {
        final int bucketCount = LineLayout.bucketCount(word);
        final long first = LineLayout.firstBucket(word);
        int index = LineLayout.home(mixed, bucketCount);
        int slot = layout.homeSlot(mixed, bucketCount);
        for (; ; ) {
            final long bucket = first + ((long) index << bucketShift);
            if (Memory.getLong(bucket + (long) slot * Long.BYTES) != EMPTY) {
                slot = layout.freeSlot(bucket);
            }
            if (slot != NOWHERE) {
                Memory.putLong(bucket + (long) slot * Long.BYTES, key);
                return (index << slotShift) + slot;
            }
            index = next(index, bucketCount);
            slot = 0;
        }
    }

    /** Takes an entry away without a trace. */
    void unlink(long word, int position) {
        final long segment = LineLayout.segment(word);
        if (layout.isDeleted(word, position)) {
            SegmentLayout.setTombstones(segment, SegmentLayout.tombstones(segment) - 1);
        }
        if (takeFromBucket(word, position)) {
            moveBack(word, position);
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
     * Looks at the mixed hashes of all entries, once for all that a split wants to know.
     *
     * @param mixed what the hashes are compared with
     * @param bit the one, counted from the top, that parts them
     */
    void survey(long word, long mixed, int bit) {
        final int bucketCount = LineLayout.bucketCount(word);
        if (mixes.length < bucketCount << slotShift) {
            mixes = new long[bucketCount << slotShift];
        }
        final long[] mixes = this.mixes;
        long different = 0;
        int right = 0;
        for (int index = 0; index < bucketCount; index++) {
            final long bucket = layout.bucket(word, index);
            for (int slot = 0; slot < slots; slot++) {
                final long keyAddress = bucket + (long) slot * Long.BYTES;
                if (Memory.getLong(keyAddress) == EMPTY) {
                    continue;
                }
                final long each = layout.mixedAt(keyAddress);
                mixes[(index << slotShift) + slot] = each;
                different |= each ^ mixed;
                right += (int) ((each << bit) >>> 63);
            }
        }
        differences = different;
        rightCount = right;
    }

    /** The bits in which the hashes of the last survey are not all as the given one. */
    long differences() {
        return differences;
    }

    /** How many of the hashes of the last survey have the given bit. */
    int rightCount() {
        return rightCount;
    }

    /** Moves every entry of the segment that was surveyed last, which is thawed, to the side that the bit says. */
    void part(long word, int bit, long left, long right) {
        final int bucketCount = LineLayout.bucketCount(word);
        final long[] mixes = this.mixes;
        for (int index = 0; index < bucketCount; index++) {
            final long bucket = layout.bucket(word, index);
            for (int slot = 0; slot < slots; slot++) {
                final int position = (index << slotShift) + slot;
                if (Memory.getLong(bucket + (long) slot * Long.BYTES) == EMPTY) {
                    continue;
                }
                final long mixed = mixes[position];
                adopt((mixed << bit) < 0 ? right : left, mixed, word, position);
            }
        }
        noteCount(left, SegmentLayout.count(LineLayout.segment(word)) - rightCount);
        noteCount(right, rightCount);
    }

    /**
     * Copies every entry of a segment to another one, where there is room.
     *
     * @param isFrozen whether the flags tell of a version that is over: then nothing is dirty, and tombstones stay behind
     */
    void moveEntries(long word, boolean isFrozen, long target) {
        final int bucketCount = LineLayout.bucketCount(word);
        int moved = 0;
        for (int index = 0; index < bucketCount; index++) {
            final long bucket = layout.bucket(word, index);
            for (int slot = 0; slot < slots; slot++) {
                final long keyAddress = bucket + (long) slot * Long.BYTES;
                if (Memory.getLong(keyAddress) == EMPTY) {
                    continue;
                }
                final int position = (index << slotShift) + slot;
                if (!isFrozen) {
                    adopt(target, layout.mixedAt(keyAddress), word, position);
                    moved++;
                } else if (!layout.isDeleted(word, position)) {
                    copy(target, layout.mixedAt(keyAddress), word, position);
                    moved++;
                }
            }
        }
        noteCount(target, moved);
    }

    private void adopt(long target, long mixed, long word, int position) {
        final int copy = copy(target, mixed, word, position);
        final long flags = layout.dirtyFlags(word, position);
        if (LineLayout.isSet(flags, position)) {
            LineLayout.set(layout.dirtyFlags(target, copy), copy);
            if (layout.isFresh(word, position)) {
                LineLayout.set(layout.freshFlags(target, copy), copy);
            }
            if (layout.isDeleted(word, position)) {
                bury(target, copy);
            }
        }
    }

    /** Copies an entry, which is not counted yet. */
    private int copy(long target, long mixed, long word, int position) {
        final int copy = place(target, mixed, Memory.getLong(layout.keyAddress(word, position)));
        final long from = layout.valueAddress(word, position);
        final long to = layout.valueAddress(target, copy);
        for (int at = 0; at < layout.strideBytes; at += Long.BYTES) {
            Memory.putLong(to + at, Memory.getLong(from + at));
        }
        return copy;
    }

    private static void noteCount(long word, int more) {
        final long segment = LineLayout.segment(word);
        SegmentLayout.setCount(segment, SegmentLayout.count(segment) + more);
    }

    /** Empties a slot. Returns whether the bucket was full. */
    private boolean takeFromBucket(long word, int position) {
        final boolean wasFull = layout.isFull(layout.bucket(word, layout.bucketIndex(position)));
        Memory.putLong(layout.keyAddress(word, position), EMPTY);
        LineLayout.clear(layout.dirtyFlags(word, position), position);
        LineLayout.clear(layout.freshFlags(word, position), position);
        LineLayout.clear(layout.deletedFlags(word, position), position);
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

    /** Fills a slot of a bucket that was full with an entry that had to go past that bucket, and so on from there. */
    private void moveBack(long word, int emptied) {
        final int bucketCount = LineLayout.bucketCount(word);
        int slot = emptied;
        int hole = layout.bucketIndex(emptied);
        for (int index = next(hole, bucketCount); index != hole; index = next(index, bucketCount)) {
            final int mover = findFromBefore(word, index, distance(hole, index, bucketCount));
            final boolean wasFull;
            if (mover == NOWHERE) {
                wasFull = layout.isFull(layout.bucket(word, index));
            } else {
                move(word, mover, slot);
                wasFull = takeFromBucket(word, mover);
                slot = mover;
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
                continue;
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
