package dev.millrace.engine.internal.testkit;

import dev.millrace.engine.internal.runtime.Clock;
import java.time.Duration;

/** A clock that a test moves; any thread may read it. */
public final class ManualClock implements Clock {
    private volatile long nanos;

    @Override
    public long nanoTime() {
        return nanos;
    }

    /** Moves it on; one thread only. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void advance(Duration duration) {
        nanos += duration.toNanos();
    }
}
