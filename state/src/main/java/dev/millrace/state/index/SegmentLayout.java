package dev.millrace.state.index;

import dev.millrace.allocator.Memory;

/**
 * The bytes of one segment: one block that holds everything of its entries, so that copying it is one copy of bytes.
 *
 * <pre>
 *   0          64                          64 + 64 * bucketCount      heapEnd        sizeBytes
 *   +----------+---------------------------+--------------------------+--------------+
 *   |  header  |  buckets of eight slots   |  entries (EntryLayout)   |  free        |
 *   +----------+---------------------------+--------------------------+--------------+
 *
 *   header
 *   0           8            12            16             20          24              28         32             36
 *   +-----------+------------+-------------+--------------+-----------+---------------+----------+--------------+
 *   |  version  |  sizeBytes |  localDepth |  bucketCount |  count    |  tombstones   |  heapEnd |  garbage     |
 *   +-----------+------------+-------------+--------------+-----------+---------------+----------+--------------+
 *
 *   slot, 8 bytes; 0 is an empty slot
 *   63     48   47      35  34    33        32       31                             0
 *   +----------+-----------+-----+---------+--------+--------------------------------+
 *   |  tag     |  0        | new | deleted | dirty  |  offset of the entry           |
 *   +----------+-----------+-----+---------+--------+--------------------------------+
 * </pre>
 *
 * <p>Of the mixed hash, the directory takes the bits from the top, the tag bits 32 to 46 (its own top bit is always
 * set), and the home bucket the low 32 bits.
 *
 * <p>In a bucket the used slots come first. An entry lies in its home bucket or, if that is full, in the first bucket
 * after it (cyclic) that is not: so a search ends at the first empty slot.
 */
final class SegmentLayout {
    static final int HEADER_BYTES = 64;
    static final int BUCKET_BYTES = 64;
    static final int SLOTS_PER_BUCKET = BUCKET_BYTES / Long.BYTES;

    /** A segment takes no more than this many entries a bucket, on average: one slot in eight stays empty. */
    static final int MAX_ENTRIES_PER_BUCKET = 7;

    /** A new segment has buckets for this many entries each. */
    static final int PLANNED_ENTRIES_PER_BUCKET = 6;

    static final long EMPTY_SLOT = 0;

    /** Changed in the version of its segment. */
    static final long DIRTY = 1L << 32;

    /** A tombstone: there at the last seal, and no more. */
    static final long DELETED = 1L << 33;

    /** Came into being in the version of its segment: no seal has seen it. */
    static final long NEW = 1L << 34;

    static final long OFFSET_MASK = 0xFFFF_FFFFL;

    private static final int TAG_SHIFT = 48;
    private static final long TAG_USED = 0x8000L;
    private static final long TAG_MASK = 0x7FFFL;
    private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private static final int VERSION_OFFSET = 0;
    private static final int SIZE_OFFSET = 8;
    private static final int LOCAL_DEPTH_OFFSET = 12;
    private static final int BUCKET_COUNT_OFFSET = 16;
    private static final int COUNT_OFFSET = 20;
    private static final int TOMBSTONES_OFFSET = 24;
    private static final int HEAP_END_OFFSET = 28;
    private static final int GARBAGE_OFFSET = 32;

    private SegmentLayout() {}

    /** Makes a segment without entries. */
    static void init(long segment, long version, int sizeBytes, int localDepth, int bucketCount) {
        final int heapStart = HEADER_BYTES + bucketCount * BUCKET_BYTES;
        Memory.fill(segment, heapStart, (byte) 0);
        initHeader(segment, version, sizeBytes, localDepth, bucketCount);
        Memory.putInt(segment + HEAP_END_OFFSET, heapStart);
    }

    /** Writes what the headers of all formats begin with, where there are zeros. */
    static void initHeader(long segment, long version, int sizeBytes, int localDepth, int bucketCount) {
        Memory.putLong(segment + VERSION_OFFSET, version);
        Memory.putInt(segment + SIZE_OFFSET, sizeBytes);
        Memory.putInt(segment + LOCAL_DEPTH_OFFSET, localDepth);
        Memory.putInt(segment + BUCKET_COUNT_OFFSET, bucketCount);
    }

    /**
     * Spreads a hash over all 64 bits, one to one (Fibonacci hashing, Knuth 6.4), so that keys of one partition, whose
     * hashes may share their high bits, still spread over the directory.
     */
    static long mix(long hash) {
        final long product = hash * GOLDEN_RATIO;
        return product ^ (product >>> 32);
    }

    static long tag(long mixed) {
        return ((mixed >>> 32) & TAG_MASK) | TAG_USED;
    }

    static long slot(long mixed, long flags, long offset) {
        return (tag(mixed) << TAG_SHIFT) | flags | offset;
    }

    static boolean hasTag(long slot, long tag) {
        return slot >>> TAG_SHIFT == tag;
    }

    static boolean is(long slot, long flag) {
        return (slot & flag) != 0;
    }

    static int home(long mixed, int bucketCount) {
        return (int) (((mixed & 0xFFFF_FFFFL) * bucketCount) >>> 32);
    }

    static long bucket(long segment, int index) {
        return segment + HEADER_BYTES + (long) index * BUCKET_BYTES;
    }

    static long entry(long segment, long slot) {
        return segment + (slot & OFFSET_MASK);
    }

    static long version(long segment) {
        return Memory.getLong(segment + VERSION_OFFSET);
    }

    static void setVersion(long segment, long version) {
        Memory.putLong(segment + VERSION_OFFSET, version);
    }

    static int sizeBytes(long segment) {
        return Memory.getInt(segment + SIZE_OFFSET);
    }

    static int localDepth(long segment) {
        return Memory.getInt(segment + LOCAL_DEPTH_OFFSET);
    }

    static int bucketCount(long segment) {
        return Memory.getInt(segment + BUCKET_COUNT_OFFSET);
    }

    /** Used slots, tombstones among them. */
    static int count(long segment) {
        return Memory.getInt(segment + COUNT_OFFSET);
    }

    static void setCount(long segment, int count) {
        Memory.putInt(segment + COUNT_OFFSET, count);
    }

    static int tombstones(long segment) {
        return Memory.getInt(segment + TOMBSTONES_OFFSET);
    }

    static void setTombstones(long segment, int tombstones) {
        Memory.putInt(segment + TOMBSTONES_OFFSET, tombstones);
    }

    static int heapStart(long segment) {
        return HEADER_BYTES + bucketCount(segment) * BUCKET_BYTES;
    }

    /** Offset of the first free byte. */
    static int heapEnd(long segment) {
        return Memory.getInt(segment + HEAP_END_OFFSET);
    }

    static void setHeapEnd(long segment, int offset) {
        Memory.putInt(segment + HEAP_END_OFFSET, offset);
    }

    /** Bytes before heapEnd that no entry has. */
    static int garbageBytes(long segment) {
        return Memory.getInt(segment + GARBAGE_OFFSET);
    }

    static void setGarbageBytes(long segment, int bytes) {
        Memory.putInt(segment + GARBAGE_OFFSET, bytes);
    }

    /** Bytes that the entries take. */
    static int liveBytes(long segment) {
        return heapEnd(segment) - heapStart(segment) - garbageBytes(segment);
    }
}
