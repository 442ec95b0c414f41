package dev.millrace.state.index;

import static dev.millrace.state.index.SegmentLayout.BUCKET_BYTES;
import static dev.millrace.state.index.SegmentLayout.HEADER_BYTES;
import static dev.millrace.state.index.SegmentLayout.MAX_ENTRIES_PER_BUCKET;
import static dev.millrace.state.index.SegmentLayout.PLANNED_ENTRIES_PER_BUCKET;

/** How large a segment is made, and how it is shared out between buckets and entries. */
final class SegmentSizing {
    /** What an entry is taken to be where there is none to measure. */
    private static final int UNKNOWN_ENTRY_BYTES = 64;

    private SegmentSizing() {}

    /** The size of a segment that so many entries fill to the last byte. */
    static long neededBytes(int count, long entriesBytes) {
        return HEADER_BYTES + (long) minBucketCount(count) * BUCKET_BYTES + entriesBytes;
    }

    /** Says whether a segment keeps a quarter free: what makes moving its entries pay. */
    static boolean isRoomy(long neededBytes, int sizeBytes) {
        return neededBytes <= sizeBytes - sizeBytes / 4;
    }

    /** Says whether a segment is worth making smaller: less than an eighth of it is needed. */
    static boolean isMostlyEmpty(long segment) {
        final long neededBytes = neededBytes(SegmentLayout.count(segment), SegmentLayout.liveBytes(segment));
        return neededBytes < SegmentLayout.sizeBytes(segment) / 8;
    }

    /** The smallest segment that is roomy with so many entries of so many bytes. */
    static int sizeFor(int count, long entriesBytes, IndexConfig config) {
        return sizeFor(neededBytes(count, entriesBytes), config);
    }

    /** The smallest segment that is roomy; the largest segment if none is. */
    static int sizeFor(long neededBytes, IndexConfig config) {
        int sizeBytes = config.firstSegmentBytes();
        while (sizeBytes < config.maxSegmentBytes() && !isRoomy(neededBytes, sizeBytes)) {
            sizeBytes *= 2;
        }
        return sizeBytes;
    }

    /** As many buckets as go with entries of this average size, so that both ends fill up at the same time. */
    static int bucketCount(int sizeBytes, int count, int entriesBytes) {
        final int averageBytes = count == 0 ? UNKNOWN_ENTRY_BYTES : entriesBytes / count + 1;
        final int bucketCount = (sizeBytes - HEADER_BYTES) / (BUCKET_BYTES + PLANNED_ENTRIES_PER_BUCKET * averageBytes);
        return bucketCount * PLANNED_ENTRIES_PER_BUCKET >= count ? Math.max(1, bucketCount) : minBucketCount(count);
    }

    private static int minBucketCount(int count) {
        return Math.max(1, (count + MAX_ENTRIES_PER_BUCKET - 1) / MAX_ENTRIES_PER_BUCKET);
    }
}
