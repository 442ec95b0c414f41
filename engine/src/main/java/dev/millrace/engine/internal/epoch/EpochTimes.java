package dev.millrace.engine.internal.epoch;

import org.HdrHistogram.Histogram;

/** How long epochs took. Written by the epoch thread; read when the job is over. */
final class EpochTimes {
    private static final long NANOS_PER_MICRO = 1_000;

    private final Histogram commitMicros = new Histogram(3);
    private final Histogram stallMicros = new Histogram(3);
    private long firstResultNanos = -1;

    void committed(long nanos) {
        commitMicros.recordValue(Math.max(1, nanos / NANOS_PER_MICRO));
    }

    void stalled(long nanos) {
        stallMicros.recordValue(nanos / NANOS_PER_MICRO);
    }

    void resultsAreVisible(long nowNanos) {
        if (firstResultNanos < 0) {
            firstResultNanos = nowNanos;
        }
    }

    Histogram commitMicros() {
        return commitMicros;
    }

    Histogram stallMicros() {
        return stallMicros;
    }

    long firstResultNanos() {
        return firstResultNanos;
    }
}
