package dev.millrace.engine.stream;

import java.time.Duration;

/**
 * How an operator asks another system, see {@link Stream#mapAsync}.
 *
 * @param isOrdered whether answers go on in the order of the events; else as they come, but never past a watermark
 * @param maxInFlight the most requests of one task that are under way or wait for their turn to go on, from 1 to
 *     {@link #MAX_IN_FLIGHT}
 * @param timeout after which a request counts as failed, from 1 ms to 1 hour
 */
public record Asking(boolean isOrdered, int maxInFlight, Duration timeout) {
    /** The most requests that one task may be told to have under way. */
    public static final int MAX_IN_FLIGHT = 1 << 16;

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    public Asking {
        if (maxInFlight < 1 || maxInFlight > MAX_IN_FLIGHT) {
            throw new IllegalArgumentException(
                    "requests in flight must be from 1 to " + MAX_IN_FLIGHT + ": maxInFlight=" + maxInFlight);
        }
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "timeout of requests must be from " + SHORTEST + " to " + LONGEST + ": timeout=" + timeout);
        }
    }

    /** Answers go on in the order of the events: a slow one holds up those behind it. */
    public static Asking inOrder(int maxInFlight, Duration timeout) {
        return new Asking(true, maxInFlight, timeout);
    }

    /** Answers go on as they come, but none past a watermark. */
    public static Asking asTheyCome(int maxInFlight, Duration timeout) {
        return new Asking(false, maxInFlight, timeout);
    }
}
