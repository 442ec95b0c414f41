package dev.millrace.state.index;

import static dev.millrace.state.index.SegmentLayout.EMPTY_SLOT;

import dev.millrace.allocator.Memory;

/** How the entries of a segment are told apart and moved when it is split, joined or made anew. For the index's writer. */
final class SegmentMoves {
    private SegmentMoves() {}

    /** Copies every entry of a segment to the side that its hash says; both sides may be the same segment. */
    static void moveEntries(long segment, long left, long right) {
        final int localDepth = SegmentLayout.localDepth(segment);
        if (SegmentLayout.hasEvicted(segment)) {
            SegmentLayout.setEvicted(left);
            SegmentLayout.setEvicted(right);
        }
        final long end = segment + SegmentLayout.heapStart(segment);
        for (long at = SegmentLayout.bucket(segment, 0); at < end; at += Long.BYTES) {
            final long slot = Memory.getLong(at);
            if (slot != EMPTY_SLOT) {
                final long target = isRight(segment, slot, localDepth) ? right : left;
                Segment.adopt(target, SegmentLayout.entry(segment, slot), slot);
            }
        }
    }

    /** The bits in which the mixed hashes of the entries differ from one. */
    static long differences(long segment, long mixed) {
        long differences = 0;
        final long end = segment + SegmentLayout.heapStart(segment);
        for (long at = SegmentLayout.bucket(segment, 0); at < end; at += Long.BYTES) {
            final long slot = Memory.getLong(at);
            if (slot != EMPTY_SLOT) {
                differences |= mixed(segment, slot) ^ mixed;
            }
        }
        return differences;
    }

    /** How many entries a split moves to the right: the upper half; and their bytes: the lower half. */
    static long right(long segment, int localDepth) {
        int rightCount = 0;
        int rightBytes = 0;
        final long end = segment + SegmentLayout.heapStart(segment);
        for (long at = SegmentLayout.bucket(segment, 0); at < end; at += Long.BYTES) {
            final long slot = Memory.getLong(at);
            if (slot != EMPTY_SLOT && isRight(segment, slot, localDepth)) {
                rightCount++;
                rightBytes += EntryLayout.sizeBytes(SegmentLayout.entry(segment, slot));
            }
        }
        return (long) rightCount << Integer.SIZE | rightBytes;
    }

    static void drop(long segment, long slot) {
        if (slot != Segment.NONE) {
            Segment.unlink(segment, slot);
        }
    }

    static int replacedBytes(long segment, long slotAddress) {
        return EntryLayout.sizeBytes(SegmentLayout.entry(segment, Memory.getLong(slotAddress)));
    }

    private static boolean isRight(long segment, long slot, int localDepth) {
        return (mixed(segment, slot) << localDepth) < 0;
    }

    private static long mixed(long segment, long slot) {
        return SegmentLayout.mix(EntryLayout.hash(SegmentLayout.entry(segment, slot)));
    }
}
