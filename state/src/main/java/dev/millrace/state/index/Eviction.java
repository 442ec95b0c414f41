package dev.millrace.state.index;

import static dev.millrace.state.index.SegmentLayout.BUCKET_BYTES;
import static dev.millrace.state.index.SegmentLayout.DELETED;
import static dev.millrace.state.index.SegmentLayout.DIRTY;
import static dev.millrace.state.index.SegmentLayout.EMPTY_SLOT;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;

/**
 * Lets entries of an index leave that can be read elsewhere, so that it fits its budget. Touched by the index's writer only.
 *
 * <p>A clock (Corbató 1968) with one hand over the segments of the directory and a reference bit for each bucket. A
 * segment that the hand comes to moves to a block of half its size if what must stay, what was referenced since the hand
 * came by last, and some room for growth fit there: so memory goes back at once, and the segment stays as large as its use.
 * If they do not fit, its reference bits are cleared: second chance.
 *
 * <p>Segments merge when their entries are removed, but not when they leave: an index that grew to more of them than its budget has
 * smallest segments stays above its budget. So whoever feeds it must stop well before it is some times as large as its
 * budget.
 *
 * <p>What must stay: entries and tombstones whose last change is not settled. A tombstone that went too early would show
 * the value that was deleted, because that is still what is elsewhere.
 */
final class Eviction {
    private final SegmentDirectory directory;
    private final IndexConfig config;
    private final long budgetBytes;
    private final KeyFilter filter;

    private int hand;
    private int fruitlessVisits;
    private boolean hasElsewhere;
    private long elsewhereCount;
    private long evictionCount;

    Eviction(SegmentDirectory directory, IndexConfig config, long budgetBytes, KeyFilter filter) {
        if (budgetBytes < config.segmentBytes()) {
            throw new IllegalArgumentException("budget of an index is less than a segment: budgetBytes=" + budgetBytes
                    + ", segmentBytes=" + config.segmentBytes() + "; allow more");
        }
        if (config.firstSegmentBytes() > config.segmentBytes() / 4) {
            throw new IllegalArgumentException(
                    "segments of an index that evicts must be able to shrink: firstSegmentBytes="
                            + config.firstSegmentBytes() + ", limitBytes=" + config.segmentBytes() / 4);
        }
        this.directory = directory;
        this.config = config;
        this.budgetBytes = budgetBytes;
        this.filter = filter;
        directory.settle(0);
    }

    void settle(long sealedVersion) {
        if (sealedVersion > directory.settledVersion()) {
            directory.settle(sealedVersion);
            fruitlessVisits = 0;
        }
    }

    /** Whether it is worth to note what is used: the index is not far from its budget. */
    boolean isTracking() {
        return directory.segmentBytes() > budgetBytes / 2;
    }

    /** How much more than the budget there is; below zero if less. */
    long excessBytes() {
        return directory.segmentBytes() + filter.sizeBytes() - budgetBytes;
    }

    boolean hasElsewhere() {
        return hasElsewhere;
    }

    boolean mayHaveLeft(long mixed) {
        return filter.mayContain(mixed);
    }

    long elsewhereCount() {
        return elsewhereCount;
    }

    long evictionCount() {
        return evictionCount;
    }

    /** An entry that was elsewhere is in the index again. */
    void cameBack() {
        elsewhereCount--;
        fruitlessVisits = Math.min(fruitlessVisits, directory.segmentCount()); // it is one more that can leave
    }

    /** An entry is elsewhere that never was in the index. */
    void note(long mixed) {
        if (!filter.isReady()) {
            throw new IllegalStateException("no memory for the filter of an index: budgetBytes=" + budgetBytes
                    + "; give the engine more memory");
        }
        filter.add(mixed);
        hasElsewhere = true;
        elsewhereCount++;
    }

    void clear() {
        filter.clear();
        hasElsewhere = false;
        elsewhereCount = 0;
        fruitlessVisits = 0;
    }

    /** Returns whether going on may help: false after two rounds, the second without references, that came to nothing. */
    boolean evict(int maxSegments) {
        for (int i = 0; i < maxSegments && excessBytes() > 0; i++) {
            if (fruitlessVisits > 2 * directory.segmentCount()) {
                return false;
            }
            final int place = hand & (directory.placeCount() - 1);
            final int first = place & -directory.span(place);
            hand = first + directory.span(first);
            fruitlessVisits = shrink(first) ? 0 : fruitlessVisits + 1;
        }
        return true;
    }

    /** Moves a segment to a block of half the size, if what must stay fits. */
    private boolean shrink(int place) {
        final long segment = directory.segmentAt(place);
        final int sizeBytes = SegmentLayout.sizeBytes(segment) / 2;
        if (sizeBytes < config.firstSegmentBytes()) {
            return false;
        }
        int count = 0;
        int entriesBytes = 0;
        final int heapStart = SegmentLayout.heapStart(segment);
        for (int at = SegmentLayout.HEADER_BYTES; at < heapStart; at += Long.BYTES) {
            final long slot = Memory.getLong(segment + at);
            if (slot != EMPTY_SLOT && (mustStay(segment, slot) || isReferenced(segment, at))) {
                count++;
                entriesBytes += EntryLayout.sizeBytes(SegmentLayout.entry(segment, slot));
            }
        }
        if (!SegmentSizing.isRoomy(SegmentSizing.neededBytes(count, entriesBytes), sizeBytes) || !filter.isReady()) {
            SegmentLayout.clearReferences(segment);
            return false;
        }
        final long smaller = directory.tryNewSmaller(segment, sizeBytes, count, entriesBytes);
        if (smaller == BlockAllocator.NONE) {
            return false;
        }
        move(segment, smaller, count, entriesBytes);
        if (SegmentLayout.hasEvicted(segment)) {
            SegmentLayout.setEvicted(smaller);
        }
        directory.replace(place, segment, smaller);
        return true;
    }

    /** Moves what must stay or was referenced, and of the rest what leaves a quarter of the smaller block free. */
    private void move(long segment, long smaller, int stayingCount, int stayingBytes) {
        int count = stayingCount;
        int entriesBytes = stayingBytes;
        final int heapStart = SegmentLayout.heapStart(segment);
        for (int at = SegmentLayout.HEADER_BYTES; at < heapStart; at += Long.BYTES) {
            final long slot = Memory.getLong(segment + at);
            if (slot == EMPTY_SLOT) {
                continue;
            }
            final long entry = SegmentLayout.entry(segment, slot);
            final int sizeBytes = EntryLayout.sizeBytes(entry);
            if (mustStay(segment, slot) || isReferenced(segment, at)) {
                Segment.adopt(smaller, entry, slot);
            } else if (!SegmentLayout.is(slot, DELETED) && hasRoom(smaller, count + 1, entriesBytes + sizeBytes)) {
                Segment.adopt(smaller, entry, slot);
                count++;
                entriesBytes += sizeBytes;
            } else if (!SegmentLayout.is(slot, DELETED)) {
                leave(segment, entry);
            }
        }
    }

    private static boolean hasRoom(long smaller, int count, int entriesBytes) {
        final int heapBytes = SegmentLayout.sizeBytes(smaller) - SegmentLayout.heapStart(smaller);
        final int slots = SegmentLayout.bucketCount(smaller) * SegmentLayout.MAX_ENTRIES_PER_BUCKET;
        return count <= slots - slots / 4 && entriesBytes <= heapBytes - heapBytes / 4;
    }

    private void leave(long segment, long entry) {
        filter.add(SegmentLayout.mix(EntryLayout.hash(entry)));
        SegmentLayout.setEvicted(segment);
        hasElsewhere = true;
        elsewhereCount++;
        evictionCount++;
    }

    private boolean mustStay(long segment, long slot) {
        final long version = SegmentLayout.version(segment);
        if (SegmentLayout.is(slot, DIRTY)) {
            return version == directory.version() || version > directory.settledVersion();
        }
        return !SegmentLayout.isSettled(slot, directory.version(), directory.settledVersion());
    }

    private static boolean isReferenced(long segment, int slotOffset) {
        final int bucketIndex = (slotOffset - SegmentLayout.HEADER_BYTES) / BUCKET_BYTES;
        return SegmentLayout.isReferenced(segment, bucketIndex, SegmentLayout.bucketCount(segment));
    }
}
