package dev.millrace.engine.stream;

/**
 * Says after an event how far time has come. Called once per event, by the thread that reads the source; what it needs to
 * know between events it is told: it keeps nothing itself, so that it says the same after a recovery.
 *
 * @param <T> the events
 */
@FunctionalInterface
public interface WatermarkFunction<T> {
    /** The answer that moves nothing. */
    long UNCHANGED = Long.MIN_VALUE;

    /**
     * Says what no event with a timestamp up to is expected any more.
     *
     * @param timeMillis the event's own time, in milliseconds since 1970-01-01T00:00Z
     * @param latestMillis the latest time of all events so far, this one included
     * @return a watermark in the same unit, or {@link #UNCHANGED}; one that is less than an earlier one moves nothing
     */
    long after(T event, long timeMillis, long latestMillis);
}
