package dev.millrace.engine.stream;

import java.time.Duration;
import java.time.Instant;

/**
 * Takes what a function has to say, and sets its timers. Valid inside the call that it was given to, on that thread; a
 * {@link StateAccessException} else.
 *
 * <p>Timers are state of the key: they come back after a crash and follow their key to another partition. A key has one
 * timer of a name and a time, which fires once; to set it again moves it. Timers fire in the order of their times; those of
 * the same time in no order that one may rely on. One whose time has passed already fires with the next watermark, or at the
 * next look at the clock. At the end of the input all of them fire.
 *
 * @param <R> the events of the stream behind
 */
public interface Output<R> {
    /**
     * Sends an event. It has the time of the event that is being processed, or of the event-time timer that is due. What a
     * timer by the clock sends has the latest time seen here, and is not late.
     */
    void emit(R event);

    /**
     * The event time of what is being processed, which is that of what it emits, in epoch milliseconds; {@link Long#MIN_VALUE}
     * if events have none.
     */
    long timeMillis();

    /**
     * Up to which event time no event is expected any more, in epoch milliseconds; {@link Long#MIN_VALUE} as long as nothing is
     * known.
     */
    long watermarkMillis();

    /** Sets the timer without a name for a moment of event time. */
    default void timerAt(Instant at) {
        timerAt("", TimeKind.EVENT, at);
    }

    /** Sets the timer without a name for this long after the event, or timer, that is being processed. */
    default void timerAfter(Duration delay) {
        timerAfter("", TimeKind.EVENT, delay);
    }

    /** Takes the event-time timer without a name back. */
    default void cancelTimer() {
        cancelTimer("", TimeKind.EVENT);
    }

    /**
     * Sets a timer.
     *
     * @param name tells timers of a key apart: any text of at most {@link Timer#MAX_NAME_CHARS} chars
     */
    void timerAt(String name, TimeKind time, Instant at);

    /**
     * Sets a timer for this long from now: after the event or timer that is being processed, or by the clock.
     *
     * @param name tells timers of a key apart: any text of at most {@link Timer#MAX_NAME_CHARS} chars
     * @param delay from none to {@link Window#LONGEST}
     */
    void timerAfter(String name, TimeKind time, Duration delay);

    /**
     * Takes a timer back.
     *
     * @return whether it was set
     */
    boolean cancelTimer(String name, TimeKind time);

    /** Says whether a timer is set. */
    boolean hasTimer(String name, TimeKind time);
}
