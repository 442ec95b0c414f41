package dev.millrace.state.index;

/** What happened to the segments of one directory since it was made. Written by the index's writer only. */
final class SegmentCounts {
    long splits;
    long copies;
    long grows;
    /** Rid of garbage, given other buckets, made smaller or joined. */
    long compactions;
}
