package dev.millrace.engine.testkit;

import dev.millrace.engine.internal.runtime.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is advanced. Any thread may do both. */
public final class ManualClock implements Clock {
    private final AtomicLong nanos = new AtomicLong();

    public void advance(long byNanos) {
        nanos.addAndGet(byNanos);
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }
}
