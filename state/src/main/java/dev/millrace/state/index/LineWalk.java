package dev.millrace.state.index;

import static dev.millrace.state.index.LineLayout.EMPTY;
import static dev.millrace.state.index.LineLayout.NO_WORD;

import dev.millrace.allocator.Memory;

/** Walks over the segments of small entries of a directory, each once. Only reads; any thread may use it. */
final class LineWalk implements SnapshotWalk {
    private final LineLayout layout;

    LineWalk(LineLayout layout) {
        this.layout = layout;
    }

    @Override
    public void entries(long[] places, EntryVisitor visitor) {
        for (int i = 0; i < places.length; i += LineDirectory.span(places, i)) {
            if (places[i] != NO_WORD) {
                entries(places[i], visitor);
            }
        }
    }

    @Override
    public void dirtyEntries(long[] places, long version, DirtyVisitor visitor) {
        for (int i = 0; i < places.length; i += LineDirectory.span(places, i)) {
            // The flags of an older segment tell of its own version: nothing in it has changed since.
            if (places[i] != NO_WORD && SegmentLayout.version(LineLayout.segment(places[i])) == version) {
                dirtyEntries(places[i], visitor);
            }
        }
    }

    private void entries(long word, EntryVisitor visitor) {
        final int bucketCount = LineLayout.bucketCount(word);
        for (int index = 0; index < bucketCount; index++) {
            for (int slot = 0; slot < layout.slots; slot++) {
                final int position = layout.position(index, slot);
                final long keyAddress = layout.keyAddress(word, position);
                if (Memory.getLong(keyAddress) == EMPTY) {
                    continue;
                }
                if (!layout.isDeleted(word, position)) {
                    visitor.visit(
                            keyAddress,
                            layout.keyBytes,
                            hash(keyAddress),
                            layout.valueAddress(word, position),
                            layout.valueBytes);
                }
            }
        }
    }

    private void dirtyEntries(long word, DirtyVisitor visitor) {
        final int positions = layout.position(LineLayout.bucketCount(word), 0);
        for (int first = 0; first < positions; first += Long.SIZE) {
            long dirty = Memory.getLong(layout.dirtyFlags(word, first));
            while (dirty != 0) {
                visitDirty(word, first + Long.numberOfTrailingZeros(dirty), visitor);
                dirty &= dirty - 1;
            }
        }
    }

    private void visitDirty(long word, int position, DirtyVisitor visitor) {
        final long keyAddress = layout.keyAddress(word, position);
        if (layout.isDeleted(word, position)) {
            visitor.visit(keyAddress, layout.keyBytes, hash(keyAddress), 0, 0, true);
        } else {
            final long valueAddress = layout.valueAddress(word, position);
            visitor.visit(keyAddress, layout.keyBytes, hash(keyAddress), valueAddress, layout.valueBytes, false);
        }
    }

    private long hash(long keyAddress) {
        return layout.hashOf.hash(keyAddress, layout.keyBytes);
    }
}
