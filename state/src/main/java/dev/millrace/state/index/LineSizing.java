package dev.millrace.state.index;

/**
 * How large a segment of small entries is made: sizes are four to a doubling, as the allocator has them, from the smallest
 * segment to the largest.
 */
final class LineSizing {
    private static final int STEPS_OF_A_DOUBLING = 4;

    private final int firstBytes;
    private final int maxBytes;
    private final LineLayout layout;
    private final LineSegment segments;

    LineSizing(IndexConfig config, LineLayout layout, LineSegment segments) {
        firstBytes = config.firstSegmentBytes();
        maxBytes = config.maxSegmentBytes();
        this.layout = layout;
        this.segments = segments;
    }

    int firstBytes() {
        return firstBytes;
    }

    /** The smallest size that so many entries leave a sixth of the room in; more than the largest segment if none does. */
    int sizeFor(int count) {
        int sizeBytes = firstBytes;
        while (sizeBytes <= maxBytes && maxCount(sizeBytes) < count + count / 6) {
            sizeBytes = larger(sizeBytes);
        }
        return sizeBytes > maxBytes && maxCount(maxBytes) >= count ? maxBytes : sizeBytes;
    }

    /** Says whether a segment is worth making smaller: fewer than an eighth of the entries that it takes. */
    boolean isMostlyEmpty(int count, int bucketCount) {
        return count < segments.maxCount(bucketCount) / 8;
    }

    private int maxCount(int sizeBytes) {
        return segments.maxCount(layout.bucketsOf(sizeBytes));
    }

    private static int larger(int sizeBytes) {
        return sizeBytes + Integer.highestOneBit(sizeBytes) / STEPS_OF_A_DOUBLING;
    }
}
