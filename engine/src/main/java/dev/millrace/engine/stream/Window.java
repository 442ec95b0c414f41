package dev.millrace.engine.stream;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of event time.
 *
 * @param start the first instant inside
 * @param end the first instant behind it
 */
public record Window(Instant start, Instant end) {
    /** The window over a whole stream. */
    public static final Window ALL = new Window(Instant.MIN, Instant.MAX);

    /** The longest window or gap: 10,000 days. */
    public static final Duration LONGEST = Duration.ofDays(10_000);

    /** The most slices of a sliding window: its size by the greatest common divisor of size and slide. */
    public static final int MAX_SLICES = 1024;

    /** How event time is divided into windows. */
    public sealed interface Kind {}

    /** Windows of equal size beside each other, aligned to the epoch. */
    public record Tumbling(long sizeMillis) implements Kind {
        public Tumbling {
            check("window size", sizeMillis);
        }
    }

    /** Windows of equal size that begin at equal distances, aligned to the epoch. */
    public record Sliding(long sizeMillis, long slideMillis) implements Kind {
        public Sliding {
            check("window size", sizeMillis);
            check("window slide", slideMillis);
            if (slideMillis > sizeMillis) {
                throw new IllegalArgumentException("windows would leave gaps: sizeMillis=" + sizeMillis
                        + ", slideMillis=" + slideMillis + "; slide by the size at most");
            }
            if (sizeMillis / divisor(sizeMillis, slideMillis) > MAX_SLICES) {
                throw new IllegalArgumentException("window has too many slices: sizeMillis=" + sizeMillis
                        + ", slideMillis=" + slideMillis + ", sliceMillis=" + divisor(sizeMillis, slideMillis)
                        + ", limit=" + MAX_SLICES + "; choose a slide that divides the size fewer times");
            }
        }

        /** The greatest stretch of time that every window is a whole number of. */
        public long sliceMillis() {
            return divisor(sizeMillis, slideMillis);
        }

        private static long divisor(long left, long right) {
            return right == 0 ? left : divisor(right, left % right);
        }
    }

    /** Windows that grow with the events of a key and end when none came for the gap. */
    public record Session(long gapMillis) implements Kind {
        public Session {
            check("session gap", gapMillis);
        }
    }

    /** One window over everything; it closes at the end of the input. */
    public record Whole() implements Kind {}

    /** Windows of equal size beside each other, aligned to 1970-01-01T00:00Z. */
    public static Kind tumbling(Duration size) {
        return new Tumbling(size.toMillis());
    }

    /**
     * Windows of equal size that begin every {@code slide}, aligned to 1970-01-01T00:00Z: an event is in {@code size / slide}
     * of them. What is kept is one value per key and slice, whatever the number of windows, so the aggregate needs a merge.
     *
     * @param slide at most the size; {@link #MAX_SLICES} bounds into how many slices the two divide a window
     */
    public static Kind sliding(Duration size, Duration slide) {
        return new Sliding(size.toMillis(), slide.toMillis());
    }

    /**
     * Windows of activity: two events of a key share a session when they are less than {@code gap} apart, directly or
     * through events between them. A session ends {@code gap} after its last event.
     */
    public static Kind session(Duration gap) {
        return new Session(gap.toMillis());
    }

    static Kind whole() {
        return new Whole();
    }

    private static void check(String what, long millis) {
        if (millis < 1 || millis > LONGEST.toMillis()) {
            throw new IllegalArgumentException(
                    what + " must be from 1 ms to " + LONGEST.toDays() + " days: millis=" + millis);
        }
    }
}
