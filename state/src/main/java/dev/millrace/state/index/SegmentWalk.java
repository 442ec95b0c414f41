package dev.millrace.state.index;

import static dev.millrace.state.index.SegmentLayout.DELETED;
import static dev.millrace.state.index.SegmentLayout.DIRTY;
import static dev.millrace.state.index.SegmentLayout.EMPTY_SLOT;

import dev.millrace.allocator.Memory;

/** Walks over the segments of a directory, each once, and over the entries of a segment. Only reads. */
final class SegmentWalk implements SnapshotWalk {
    static final SegmentWalk INSTANCE = new SegmentWalk();

    private SegmentWalk() {}

    /** How many places of the directory, from {@code index} on, are those of the segment there. */
    static int span(long[] directory, int index) {
        final long segment = directory[index];
        if (segment == Segment.NONE) {
            return 1;
        }
        return 1 << (Integer.numberOfTrailingZeros(directory.length) - SegmentLayout.localDepth(segment));
    }

    @Override
    public void entries(long[] directory, EntryVisitor visitor) {
        for (int i = 0; i < directory.length; i += span(directory, i)) {
            if (directory[i] != Segment.NONE) {
                entries(directory[i], visitor);
            }
        }
    }

    @Override
    public void dirtyEntries(long[] directory, long version, DirtyVisitor visitor) {
        for (int i = 0; i < directory.length; i += span(directory, i)) {
            // The flags of an older segment tell of its own version: nothing in it has changed since.
            if (directory[i] != Segment.NONE && SegmentLayout.version(directory[i]) == version) {
                dirtyEntries(directory[i], visitor);
            }
        }
    }

    private static void entries(long segment, EntryVisitor visitor) {
        final long end = segment + SegmentLayout.heapStart(segment);
        for (long at = SegmentLayout.bucket(segment, 0); at < end; at += Long.BYTES) {
            final long slot = Memory.getLong(at);
            if (slot != EMPTY_SLOT && !SegmentLayout.is(slot, DELETED)) {
                final long entry = SegmentLayout.entry(segment, slot);
                visitor.visit(
                        EntryLayout.key(entry),
                        EntryLayout.keyBytes(entry),
                        EntryLayout.hash(entry),
                        EntryLayout.value(entry),
                        EntryLayout.valueBytes(entry));
            }
        }
    }

    private static void dirtyEntries(long segment, DirtyVisitor visitor) {
        final long end = segment + SegmentLayout.heapStart(segment);
        for (long at = SegmentLayout.bucket(segment, 0); at < end; at += Long.BYTES) {
            final long slot = Memory.getLong(at);
            if (SegmentLayout.is(slot, DIRTY)) {
                final long entry = SegmentLayout.entry(segment, slot);
                final boolean deleted = SegmentLayout.is(slot, DELETED);
                visitor.visit(
                        EntryLayout.key(entry),
                        EntryLayout.keyBytes(entry),
                        EntryLayout.hash(entry),
                        deleted ? 0 : EntryLayout.value(entry),
                        deleted ? 0 : EntryLayout.valueBytes(entry),
                        deleted);
            }
        }
    }
}
