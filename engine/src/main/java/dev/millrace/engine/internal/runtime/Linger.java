package dev.millrace.engine.internal.runtime;

/**
 * Says when pages that are not full are sent all the same. Used by the thread that steps the task; reads the clock only where
 * there is something to wait for.
 */
final class Linger {
    private final Clock clock;
    private final long nanos;

    private boolean isWaiting;
    private long startNanos;

    /** @param nanos to wait for more events; 0 never waits */
    Linger(Clock clock, long nanos) {
        this.clock = clock;
        this.nanos = nanos;
    }

    /** No waiting. */
    static Linger none() {
        return new Linger(() -> 0, 0);
    }

    /** Notes that events came: what waits from now on waits for these too. */
    void arrived() {
        if (nanos > 0 && !isWaiting) {
            isWaiting = true;
            startNanos = clock.nanoTime();
        }
    }

    /** Whether what there is must be sent now. */
    boolean isOver() {
        if (!isWaiting) {
            return true;
        }
        if (clock.nanoTime() - startNanos < nanos) {
            return false;
        }
        isWaiting = false;
        return true;
    }

    /** Notes that everything was sent for another reason. */
    void sent() {
        isWaiting = false;
    }
}
