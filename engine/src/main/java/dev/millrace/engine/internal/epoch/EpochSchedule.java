package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.runtime.Clock;

/** When the next epoch is due: an interval after the last one was asked for, or sooner if state has to leave memory. Used by the epoch thread. */
final class EpochSchedule {
    /** An epoch that is wanted early comes no sooner than this after the one before, or than an eighth of the interval. */
    private static final long MAX_EARLY_GAP_NANOS = 10_000_000;

    private static final int EARLY_GAPS_PER_INTERVAL = 8;

    /** What is late by less than this part of the interval is on time. */
    private static final int ON_TIME_PARTS = 4;

    private final Clock clock;
    private final long intervalNanos;
    private long dueNanos;
    private long earlyCount;

    EpochSchedule(Clock clock, long intervalNanos) {
        this.clock = clock;
        this.intervalNanos = intervalNanos;
        dueNanos = clock.nanoTime() + intervalNanos;
    }

    /** How long until then; not above zero if it is now. */
    long waitNanos() {
        return dueNanos - clock.nanoTime();
    }

    /**
     * Says that an epoch was asked for. If it was hardly late, the next one is due an interval after this one should have been: else each
     * waking of a thread would add to the interval.
     */
    void requested(long nowNanos) {
        long lateNanos = nowNanos - dueNanos;
        boolean isOnTime = lateNanos >= 0 && lateNanos < intervalNanos / ON_TIME_PARTS;
        dueNanos = (isOnTime ? dueNanos : nowNanos) + intervalNanos;
    }

    /** Brings the next epoch forward. */
    void bringForward() {
        long gapNanos = Math.min(MAX_EARLY_GAP_NANOS, intervalNanos / EARLY_GAPS_PER_INTERVAL);
        long soonestNanos = dueNanos - intervalNanos + gapNanos;
        dueNanos = soonestNanos - dueNanos < 0 ? soonestNanos : dueNanos;
        earlyCount++;
    }

    /** How many epochs were brought forward. */
    long earlyCount() {
        return earlyCount;
    }
}
