package dev.millrace.state.index;

import static dev.millrace.state.index.LineLayout.EMPTY;
import static dev.millrace.state.index.LineLayout.FROZEN;
import static dev.millrace.state.index.LineLayout.HAS_DELETED;

import dev.millrace.allocator.Memory;

/**
 * Lookups of a {@link LineIndex} in batches, for keys of 8 bytes in buckets of four. Used by the index's writer; makes no
 * garbage.
 *
 * <p>First the buckets of a batch are touched with plain loads, so that their cache misses overlap: that is the group
 * prefetching of Chen et al. ("Improving hash join performance through prefetching", 2004). Then each key is looked for in its
 * own bucket alone, without a branch; what is not found there goes on a list that is gone through once more, after the buckets
 * behind have been touched (the re-probe queue of DRAMHiT: Narayanan et al., EuroSys 2023). What is left needs more than that,
 * and is for the caller to do one by one.
 */
final class LineBatch {
    private static final int EVENTS = ActiveIndex.BATCH_EVENTS;
    private static final int BUCKET_SHIFT = 6;
    private static final int BUCKET_BYTES = 1 << BUCKET_SHIFT;
    private static final int SLOT_SHIFT = 2;
    private static final int SLOTS = 1 << SLOT_SHIFT;

    /** From a bucket to what would be the value of slot -1. */
    private static final int VALUES_OFFSET = (SLOTS - 1) * Long.BYTES;

    private final LineDirectory directory;
    private final long[] words = new long[EVENTS];
    private final long[] buckets = new long[EVENTS];
    private final long[] flags = new long[EVENTS];
    private final int[] positions = new int[EVENTS];
    private final int[] again = new int[EVENTS];
    private int againCount;
    private final int[] missing = new int[EVENTS];
    private final long[] found = new long[EVENTS];

    /** Keeps the touching loads alive: what nobody reads, the JIT removes. */
    @SuppressWarnings("unused")
    private long touched;

    LineBatch(LineDirectory directory) {
        this.directory = directory;
    }

    /** Whether entries are of the shape that this class is for. */
    static boolean suits(LineLayout layout) {
        return layout.keyBytes == Long.BYTES && layout.bucketShift == BUCKET_SHIFT && layout.slotShift == SLOT_SHIFT;
    }

    /** How many of the last call's keys must be done one by one; the rest was found. */
    int againCount() {
        return againCount;
    }

    /** The place in the batch of one of those. */
    int again(int number) {
        return again[number];
    }

    /** Looks keys up, for reading: a batch at most. Writes the addresses of their values, and 0 for those to be done again. */
    void find(long keys, int strideBytes, long hashes, int count, long[] values, int from) {
        aim(hashes, count);
        touch(buckets, count);
        matchHome(keys, strideBytes, count, HAS_DELETED, values, from);
        matchBehind(keys, strideBytes, HAS_DELETED, values, from);
    }

    /**
     * Looks keys up, for writing: a batch at most. Writes the addresses of their values, and 0 for those to be done again.
     *
     * @return how many entries are dirty that were not
     */
    int update(long keys, int strideBytes, long hashes, int count, long[] values, int from) {
        aim(hashes, count);
        touch(buckets, count);
        touch(flags, count);
        matchHome(keys, strideBytes, count, FROZEN | HAS_DELETED, values, from);
        matchBehind(keys, strideBytes, FROZEN | HAS_DELETED, values, from);
        return markDirty(count, values, from);
    }

    /**
     * Adds a number to the value of each key, a batch at most. What {@link #again} tells of is to be done by the caller.
     *
     * @param deltas where the numbers lie, 8 bytes each
     * @return how many entries are dirty that were not
     */
    int add(long keys, int strideBytes, long hashes, long deltas, int count) {
        aim(hashes, count);
        touch(buckets, count);
        touch(flags, count);
        int dirtied = addHome(keys, strideBytes, deltas, count);
        final int missed = againCount;
        System.arraycopy(again, 0, missing, 0, missed);
        matchBehind(keys, strideBytes, FROZEN | HAS_DELETED, found, 0);
        for (int n = 0; n < missed; n++) {
            final int i = missing[n];
            if (found[i] != ActiveIndex.NONE) {
                addTo(found[i], deltas, i);
                dirtied += markDirty(i, positions[i]);
            }
        }
        return dirtied;
    }

    /** What looking, adding and marking would do one after the other, without a column in between. */
    private int addHome(long keys, int strideBytes, long deltas, int count) {
        int dirtied = 0;
        int more = 0;
        for (int i = 0; i < count; i++) {
            final long key = Memory.getLong(keys + (long) i * strideBytes);
            final long bucket = buckets[i];
            final int match = LineSegment.matchQuad(bucket, key);
            if (match != 0 && (words[i] & (FROZEN | HAS_DELETED)) == 0 && key != EMPTY) {
                addTo(bucket + VALUES_OFFSET + (long) match * Long.BYTES, deltas, i);
                dirtied += markDirty(i, positions[i] + match - 1);
            } else {
                found[i] = ActiveIndex.NONE;
                again[more++] = i;
            }
        }
        againCount = more;
        return dirtied;
    }

    private static void addTo(long value, long deltas, int i) {
        Memory.putLong(value, Memory.getLong(value) + Memory.getLong(deltas + (long) i * Long.BYTES));
    }

    private int markDirty(int i, int position) {
        final long before = Memory.getLong(flags[i]);
        if ((before >>> position & 1) != 0) {
            return 0;
        }
        Memory.putLong(flags[i], before | (1L << position));
        return 1;
    }

    /** Finds the bucket of each hash, and the word of its dirty flags. */
    private void aim(long hashes, int count) {
        final long[] places = directory.places();
        final int shift = directory.placeShift();
        for (int i = 0; i < count; i++) {
            final long mixed = SegmentLayout.mix(Memory.getLong(hashes + (long) i * Long.BYTES));
            final long word = places[(int) (mixed >>> 1 >>> shift)];
            final long first = LineLayout.firstBucket(word);
            final int bucketCount = LineLayout.bucketCount(word);
            final int index = LineLayout.home(mixed, bucketCount);
            words[i] = word;
            buckets[i] = first + ((long) index << BUCKET_SHIFT);
            positions[i] = index << SLOT_SHIFT;
            flags[i] = first + ((long) bucketCount << BUCKET_SHIFT) + LineLayout.flagOffset(index << SLOT_SHIFT);
        }
    }

    /**
     * Reads the first word of each address. A loop of its own, and a short one: how many misses overlap is a matter of how many
     * iterations the core looks ahead.
     */
    private void touch(long[] addresses, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Memory.getLong(addresses[i]);
        }
        touched += sum;
    }

    /** Looks at the bucket that each key should be in. */
    private void matchHome(long keys, int strideBytes, int count, long obstacles, long[] values, int from) {
        int more = 0;
        for (int i = 0; i < count; i++) {
            final long key = Memory.getLong(keys + (long) i * strideBytes);
            final long bucket = buckets[i];
            final int match = LineSegment.matchQuad(bucket, key);
            if (match != 0 && (words[i] & obstacles) == 0 && key != EMPTY) {
                values[from + i] = bucket + VALUES_OFFSET + (long) match * Long.BYTES;
                positions[i] += match - 1;
            } else {
                values[from + i] = ActiveIndex.NONE;
                again[more++] = i;
            }
        }
        againCount = more;
    }

    /** Looks at the bucket behind, for the keys that are not where they should be: most of them lie there. */
    private void matchBehind(long keys, int strideBytes, long obstacles, long[] values, int from) {
        long sum = 0;
        for (int n = 0; n < againCount; n++) {
            sum += Memory.getLong(buckets[again[n]] + BUCKET_BYTES);
        }
        touched += sum;
        int more = 0;
        for (int n = 0; n < againCount; n++) {
            final int i = again[n];
            final long key = Memory.getLong(keys + (long) i * strideBytes);
            final long bucket = buckets[i] + BUCKET_BYTES;
            final int position = positions[i] + SLOTS;
            final int match = LineSegment.matchQuad(bucket, key);
            final boolean isLast = position >= LineLayout.bucketCount(words[i]) << SLOT_SHIFT;
            if (match != 0 && !isLast && (words[i] & obstacles) == 0 && key != EMPTY) {
                values[from + i] = bucket + VALUES_OFFSET + (long) match * Long.BYTES;
                positions[i] = position + match - 1;
                flags[i] += LineLayout.flagOffset(position) - LineLayout.flagOffset(position - SLOTS);
            } else {
                again[more++] = i;
            }
        }
        againCount = more;
    }

    private int markDirty(int count, long[] values, int from) {
        int dirtied = 0;
        for (int i = 0; i < count; i++) {
            final int position = positions[i];
            final long before = Memory.getLong(flags[i]);
            if ((before >>> position & 1) == 0 && values[from + i] != ActiveIndex.NONE) {
                Memory.putLong(flags[i], before | (1L << position));
                dirtied++;
            }
        }
        return dirtied;
    }
}
