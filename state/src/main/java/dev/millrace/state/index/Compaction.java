package dev.millrace.state.index;

import static dev.millrace.state.index.SegmentLayout.EMPTY_SLOT;
import static dev.millrace.state.index.SegmentLayout.OFFSET_MASK;

import dev.millrace.allocator.Memory;
import java.util.Arrays;

/**
 * Gets rid of the garbage of a segment without a second block: entries slide down in the order of their offsets.
 * Touched by the index's writer only; keeps an array between calls so that compacting makes no heap garbage.
 */
final class Compaction {
    private long[] offsetsAndSlots = new long[0];

    /** Compacts a segment that no snapshot sees. */
    void compact(long segment) {
        final int count = collect(segment);
        Arrays.sort(offsetsAndSlots, 0, count);
        final long slots = SegmentLayout.bucket(segment, 0);
        long target = segment + SegmentLayout.heapStart(segment);
        for (int i = 0; i < count; i++) {
            final long entry = segment + (offsetsAndSlots[i] >>> Integer.SIZE);
            final long slotAddress = slots + (offsetsAndSlots[i] & OFFSET_MASK);
            final int sizeBytes = EntryLayout.sizeBytes(entry);
            final long start = EntryLayout.key(entry);
            if (start != target) {
                Memory.copy(start, target, sizeBytes);
                final long slot = Memory.getLong(slotAddress);
                Memory.putLong(slotAddress, (slot & ~OFFSET_MASK) | (target + (entry - start) - segment));
            }
            target += sizeBytes;
        }
        SegmentLayout.setHeapEnd(segment, (int) (target - segment));
        SegmentLayout.setGarbageBytes(segment, 0);
    }

    private int collect(long segment) {
        final int wanted = SegmentLayout.count(segment);
        if (offsetsAndSlots.length < wanted) {
            offsetsAndSlots = new long[Integer.highestOneBit(wanted) * 2];
        }
        final long slots = SegmentLayout.bucket(segment, 0);
        final long slotBytes = (long) SegmentLayout.heapStart(segment) - SegmentLayout.HEADER_BYTES;
        int count = 0;
        for (long at = 0; at < slotBytes; at += Long.BYTES) {
            final long slot = Memory.getLong(slots + at);
            if (slot != EMPTY_SLOT) {
                offsetsAndSlots[count++] = ((slot & OFFSET_MASK) << Integer.SIZE) | at;
            }
        }
        assert count == wanted : "used slots do not match the header: slots=" + count + ", header=" + wanted;
        return count;
    }
}
