package dev.millrace.state.index;

import dev.millrace.allocator.Memory;
import java.nio.ByteOrder;

/**
 * The bytes of one segment of small entries that all have the same size. Immutable; any thread may use it.
 *
 * <pre>
 *   0          64                          flags                                          sizeBytes
 *   +----------+---------------------------+---------+---------+-----------+--------------+
 *   |  header  |  buckets                  |  dirty  |  fresh  |  deleted  |  free        |
 *   +----------+---------------------------+---------+---------+-----------+--------------+
 *
 *   bucket of four, 64 bytes, for values of up to 8 bytes
 *   0        8        16       24       32         40         48         56         64
 *   +--------+--------+--------+--------+----------+----------+----------+----------+
 *   |  key   |  key   |  key   |  key   |  value   |  value   |  value   |  value   |
 *   +--------+--------+--------+--------+----------+----------+----------+----------+
 *
 *   bucket of 128 bytes: five values of up to 16 bytes, four of 24, or three of 32
 *   0        8               8 * slots                                          128
 *   +--------+-----+---------+----------+-----+----------+----------------------+
 *   |  key   | ... |  key    |  value   | ... |  value   |  free, 0 or 8 bytes  |
 *   +--------+-----+---------+----------+-----+----------+----------------------+
 * </pre>
 *
 * <p>The header begins as that of {@link SegmentLayout}: version, size, depth, and the counts of buckets, of entries and of
 * tombstones. A key shorter than 8 bytes is filled up with zeros. An empty slot has the key {@link #EMPTY}; the entry
 * whose key is just that lives elsewhere, so that any other key, zero among them, is an ordinary one.
 *
 * <p>An entry lies in its home bucket or, if that is full, in the first bucket after it (cyclic) that is not: so a search ends
 * at the first bucket with an empty slot. In its home bucket it takes its home slot if that is free: a lookup one by one in a large
 * index looks there first and finds seven in ten keys with one comparison, which leaves the core more room to look ahead.
 *
 * <p>A <i>position</i> is the number of a bucket and, in its low bits, of a slot. Flags are bits by position: dirty is what
 * changed in the version of the segment, fresh what came into being in it, deleted a tombstone. What is fresh or deleted
 * is dirty.
 *
 * <p>A <i>word</i> of the directory says all that a search must know of a segment, so that it reads nothing but buckets:
 *
 * <pre>
 *   63           48   47                    6   5      2   1             0
 *   +---------------+-----------------------+----------+-------------+----------+
 *   |  bucketCount  |  address of segment   |  0       |  hasDeleted |  frozen  |
 *   +---------------+-----------------------+----------+-------------+----------+
 * </pre>
 */
final class LineLayout {
    /** A seal has seen the segment: it must be thawed before it is written. */
    static final long FROZEN = 1;

    /** The segment has tombstones: what is found may be one. */
    static final long HAS_DELETED = 2;

    /** The word of no segment. With a flag that no lookup takes lightly, so that it need not be asked for. */
    static final long NO_WORD = HAS_DELETED;

    /** The position of nothing. */
    static final int NOWHERE = -1;

    /** The key of an empty slot: the same byte eight times, for one fill of the segment. */
    static final long EMPTY = 0xA7A7_A7A7_A7A7_A7A7L;

    static final byte EMPTY_BYTE = (byte) EMPTY;

    /** The largest key. */
    static final int MAX_KEY_BYTES = Long.BYTES;

    /** The largest value. */
    static final int MAX_VALUE_BYTES = 32;

    static final int HEADER_BYTES = SegmentLayout.HEADER_BYTES;

    private static final int LINE_SHIFT = 6;
    private static final int KINDS_OF_FLAGS = 3;
    private static final int COUNT_SHIFT = 48;
    private static final long SEGMENT_MASK = 0x0000_FFFF_FFFF_FFC0L;
    private static final boolean IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    final int keyBytes;
    final int valueBytes;
    final EntryShape.HashFunction hashOf;

    /** Slots of a bucket. */
    final int slots;

    /** Bytes from one value to the next. */
    final int strideBytes;

    /** A bucket has two to the power of this many bytes. */
    final int bucketShift;

    /** From the first line of a bucket to its last. */
    final int lastLine;

    /** A bucket has two to the power of this many positions, used or not. */
    final int slotShift;

    LineLayout(EntryShape.Fixed shape) {
        keyBytes = shape.keyBytes();
        valueBytes = shape.valueBytes();
        hashOf = shape.hashOf();
        strideBytes = Math.max(Long.BYTES, EntryLayout.pad8(valueBytes));
        bucketShift = strideBytes == Long.BYTES ? LINE_SHIFT : LINE_SHIFT + 1;
        lastLine = (1 << bucketShift) - (1 << LINE_SHIFT);
        slots = (1 << bucketShift) / (Long.BYTES + strideBytes);
        slotShift = slots > 4 ? 3 : 2;
    }

    /** Whether this format can hold entries of a shape. */
    static boolean suits(EntryShape.Fixed shape) {
        return shape.keyBytes() >= 1 && shape.keyBytes() <= MAX_KEY_BYTES && shape.valueBytes() <= MAX_VALUE_BYTES;
    }

    static long word(long segment) {
        return ((long) SegmentLayout.bucketCount(segment) << COUNT_SHIFT)
                | segment
                | (SegmentLayout.tombstones(segment) > 0 ? HAS_DELETED : 0);
    }

    static long segment(long word) {
        return word & SEGMENT_MASK;
    }

    static int bucketCount(long word) {
        return (int) (word >>> COUNT_SHIFT);
    }

    /** Makes a segment without entries. */
    void init(long segment, long version, int sizeBytes, int localDepth) {
        final int bucketCount = bucketsOf(sizeBytes);
        final long flags = segment + HEADER_BYTES + ((long) bucketCount << bucketShift);
        Memory.fill(segment, HEADER_BYTES, (byte) 0);
        Memory.fill(segment + HEADER_BYTES, flags - segment - HEADER_BYTES, EMPTY_BYTE);
        Memory.fill(flags, (long) KINDS_OF_FLAGS * flagBytes(bucketCount), (byte) 0);
        SegmentLayout.initHeader(segment, version, sizeBytes, localDepth, bucketCount);
    }

    /** How many buckets a segment of a size has. */
    int bucketsOf(int sizeBytes) {
        int bucketCount = (sizeBytes - HEADER_BYTES) >> bucketShift;
        while (usedBytes(bucketCount) > sizeBytes) {
            bucketCount--;
        }
        return bucketCount;
    }

    /** How many bytes of a segment matter. */
    int usedBytes(int bucketCount) {
        return HEADER_BYTES + (bucketCount << bucketShift) + KINDS_OF_FLAGS * flagBytes(bucketCount);
    }

    /** The key that lies at an address, filled up with zeros. */
    long key(long keyAddress) {
        return keyBytes == Long.BYTES ? Memory.getLong(keyAddress) : shortKey(keyAddress);
    }

    private long shortKey(long keyAddress) {
        long key = 0;
        for (int i = keyBytes - 1; i >= 0; i--) {
            key = (key << Byte.SIZE) | (Memory.getByte(keyAddress + i) & 0xFF);
        }
        return IS_LITTLE_ENDIAN ? key : Long.reverseBytes(key);
    }

    /** The mixed hash of the entry whose key is at an address inside a segment. */
    long mixedAt(long keyAddress) {
        return SegmentLayout.mix(hashOf.hash(keyAddress, keyBytes));
    }

    static int home(long mixed, int bucketCount) {
        return SegmentLayout.home(mixed, bucketCount);
    }

    static long firstBucket(long word) {
        return segment(word) + HEADER_BYTES;
    }

    long bucket(long word, int index) {
        return firstBucket(word) + ((long) index << bucketShift);
    }

    int position(int bucketIndex, int slot) {
        return (bucketIndex << slotShift) + slot;
    }

    int bucketIndex(int position) {
        return position >>> slotShift;
    }

    int slot(int position) {
        return position & ((1 << slotShift) - 1);
    }

    long keyAddress(long word, int position) {
        return bucket(word, bucketIndex(position)) + (long) slot(position) * Long.BYTES;
    }

    long valueAddress(long word, int position) {
        return bucket(word, bucketIndex(position)) + (long) slots * Long.BYTES + (long) slot(position) * strideBytes;
    }

    boolean isFull(long bucket) {
        return freeSlot(bucket) == NOWHERE;
    }

    /** The first empty slot of a bucket, or {@link #NOWHERE}. */
    int freeSlot(long bucket) {
        for (int slot = 0; slot < slots; slot++) {
            if (Memory.getLong(bucket + (long) slot * Long.BYTES) == EMPTY) {
                return slot;
            }
        }
        return NOWHERE;
    }

    /** The slot of its home bucket that an entry takes if it is free. */
    int homeSlot(long mixed, int bucketCount) {
        return (int) (((((mixed & 0xFFFF_FFFFL) * bucketCount) & 0xFFFF_FFFFL) * slots) >>> 32);
    }

    /** The word of dirty flags that has a position. */
    long dirtyFlags(long word, int position) {
        return flags(word) + flagOffset(position);
    }

    /** The word of fresh flags that has a position. */
    long freshFlags(long word, int position) {
        return flags(word) + flagBytes(bucketCount(word)) + flagOffset(position);
    }

    /** The word of deleted flags that has a position. */
    long deletedFlags(long word, int position) {
        return flags(word) + 2L * flagBytes(bucketCount(word)) + flagOffset(position);
    }

    boolean isDirty(long word, int position) {
        return isSet(dirtyFlags(word, position), position);
    }

    boolean isFresh(long word, int position) {
        return isSet(freshFlags(word, position), position);
    }

    boolean isDeleted(long word, int position) {
        return (word & HAS_DELETED) != 0 && isSet(deletedFlags(word, position), position);
    }

    /** Forgets all dirty and fresh flags. */
    void clearChanges(long word) {
        Memory.fill(flags(word), 2L * flagBytes(bucketCount(word)), (byte) 0);
    }

    static void set(long flags, int position) {
        Memory.putLong(flags, Memory.getLong(flags) | (1L << position));
    }

    static void clear(long flags, int position) {
        Memory.putLong(flags, Memory.getLong(flags) & ~(1L << position));
    }

    static boolean isSet(long flags, int position) {
        return (Memory.getLong(flags) >>> position & 1) != 0;
    }

    /** Bytes of one kind of flags. */
    int flagBytes(int bucketCount) {
        return ((bucketCount << slotShift) + (Long.SIZE - 1)) / Long.SIZE * Long.BYTES;
    }

    /** The first word of flags. */
    long flags(long word) {
        return firstBucket(word) + ((long) bucketCount(word) << bucketShift);
    }

    /** From the first word of flags to the one that has a position. */
    static long flagOffset(int position) {
        return (long) (position >>> 6) * Long.BYTES;
    }
}
