package dev.millrace.engine.internal.runtime;

/** Tells the time. Read once per batch or less, never per event. */
public interface Clock {
    /** Nanoseconds since some moment, never going back; only differences mean something. */
    long nanoTime();

    /** Milliseconds since 1970-01-01T00:00Z, as well as they are known; those of {@link #nanoTime} where nobody says. */
    default long epochMillis() {
        return Math.floorDiv(nanoTime(), 1_000_000L);
    }

    /** The machine's clock. */
    static Clock system() {
        return new Clock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public long epochMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}
