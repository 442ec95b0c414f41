package dev.millrace.allocator;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A limit on stacks taken in a second, so that a program which allocates very fast pays for stacks neither time nor garbage
 * worth mentioning. Any thread may ask; it is asked once an interval.
 */
final class SampleRate {
    static final int MAX_SAMPLES_A_SECOND = 256;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock();
    private final LongSupplier nanoClock;
    private long secondStartNanos;
    private int takenInSecond;

    SampleRate(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        secondStartNanos = nanoClock.getAsLong();
    }

    /** Says whether one more stack may be taken now, and counts it. */
    boolean permits() {
        lock.lock();
        try {
            final long now = nanoClock.getAsLong();
            if (now - secondStartNanos >= SECOND_NANOS) {
                secondStartNanos = now;
                takenInSecond = 0;
            }
            if (takenInSecond == MAX_SAMPLES_A_SECOND) {
                return false;
            }
            takenInSecond++;
            return true;
        } finally {
            lock.unlock();
        }
    }
}
