package dev.millrace.engine.internal.runtime;

/** Holds a source to a rate. Used by the thread that holds the task; reads the clock once per step. */
final class Pace {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Clock clock;
    private final long eventsPerSecond;
    private boolean hasStarted;
    private long startNanos;
    private long given;

    /** @param eventsPerSecond 0 for no limit */
    Pace(Clock clock, long eventsPerSecond) {
        this.clock = clock;
        this.eventsPerSecond = eventsPerSecond;
    }

    /** How many of the wanted events may be read now; they count as read. */
    int allowed(int wanted) {
        if (eventsPerSecond == 0) {
            return wanted;
        }
        long now = clock.nanoTime();
        if (!hasStarted) {
            hasStarted = true;
            startNanos = now;
        }
        double due = (double) (now - startNanos) / NANOS_PER_SECOND * eventsPerSecond - given;
        int allowed = (int) Math.max(0, Math.min(wanted, due));
        given += allowed;
        return allowed;
    }
}
