package dev.millrace.engine.testkit;

import dev.millrace.engine.internal.runtime.Clock;
import java.time.Instant;

/** A clock that stands still until it is told otherwise. Used by one thread. */
final class VirtualClock implements Clock {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long startMillis;
    private long nanos;

    VirtualClock(Instant start) {
        startMillis = start.toEpochMilli();
    }

    void advance(long byNanos) {
        nanos += byNanos;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return startMillis + nanos / NANOS_PER_MILLI;
    }
}
