package dev.millrace.state.log;

/**
 * Settings of an epoch log.
 *
 * @param segmentBytes a segment file that is at least this long at a commit is followed by a new one
 */
public record EpochLogConfig(long segmentBytes) {
    /** The smallest segment: several records fit, so a segment that is full holds a commit. */
    public static final long MIN_SEGMENT_BYTES = 1024;

    /** Segments of 64 MiB. */
    public static final EpochLogConfig DEFAULT = new EpochLogConfig(64L << 20);

    public EpochLogConfig {
        if (segmentBytes < MIN_SEGMENT_BYTES) {
            throw new IllegalArgumentException(
                    "log segment is too small: segmentBytes=" + segmentBytes + ", minimumBytes=" + MIN_SEGMENT_BYTES);
        }
    }
}
