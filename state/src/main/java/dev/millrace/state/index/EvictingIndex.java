package dev.millrace.state.index;

import dev.millrace.allocator.BlockAllocator;

/** The index for entries of any size that lets those go that can be read elsewhere, see {@link Eviction}. */
final class EvictingIndex extends TaggedIndex {
    private final Eviction eviction;

    EvictingIndex(BlockAllocator allocator, IndexConfig config, long budgetBytes) {
        super(allocator, config);
        eviction = new Eviction(directory, config, budgetBytes, new KeyFilter(allocator, budgetBytes / 2));
    }

    @Override
    void noteUse(long segment, int bucketIndex, int bucketCount) {
        if (eviction.isTracking()) {
            SegmentLayout.setReferenced(segment, bucketIndex, bucketCount);
        }
    }

    @Override
    public void settle(long sealedVersion) {
        assert isMineToChange() : notMine();
        eviction.settle(sealedVersion);
    }

    @Override
    public boolean evict(int maxSegments) {
        assert isMineToChange() : notMine();
        if (!isFull()) {
            return true;
        }
        final long before = eviction.evictionCount();
        final boolean canGoOn = eviction.evict(maxSegments);
        forget(eviction.evictionCount() - before);
        return canGoOn;
    }

    @Override
    public boolean hasElsewhere() {
        return eviction.hasElsewhere();
    }

    @Override
    public boolean isElsewhere(long keyAddress, int keyBytes, long hash) {
        assert isMine() : notMine();
        final long mixed = SegmentLayout.mix(hash);
        final long segment = directory.segment(mixed);
        return segment != Segment.NONE
                && SegmentLayout.hasEvicted(segment)
                && Segment.locate(segment, mixed, hash, keyAddress, keyBytes) == Segment.NONE
                && eviction.mayHaveLeft(mixed);
    }

    @Override
    public void reload(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes) {
        final long before = length();
        restore(keyAddress, keyBytes, hash, valueAddress, valueBytes);
        if (length() == before) {
            throw new IllegalStateException(
                    "entry is in the index already: keyBytes=" + keyBytes + ", hash=" + Long.toHexString(hash));
        }
        eviction.cameBack();
    }

    @Override
    public void noteElsewhere(long hash) {
        final long mixed = SegmentLayout.mix(hash);
        SegmentLayout.setEvicted(directory.thawedOrFirstSegment(mixed, 0));
        eviction.note(mixed);
    }

    @Override
    public boolean isFull() {
        return eviction.excessBytes() >= 0;
    }

    @Override
    public long excessBytes() {
        return Math.max(0, eviction.excessBytes());
    }

    @Override
    public long elsewhereCount() {
        return eviction.elsewhereCount();
    }

    @Override
    public long evictionCount() {
        return eviction.evictionCount();
    }

    @Override
    public void clear() {
        super.clear();
        eviction.clear();
    }

    @Override
    boolean isMaybeKnownElsewhere(long segment, long mixed) {
        return SegmentLayout.hasEvicted(segment) && eviction.mayHaveLeft(mixed);
    }
}
