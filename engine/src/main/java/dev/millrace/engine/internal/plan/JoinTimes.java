package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.stream.Window;

/**
 * How the time of events decides about a join: windows of {@code sizeMillis} that begin every {@code slideMillis}. Immutable.
 *
 * @param sizeMillis 0 where nothing is late
 */
public record JoinTimes(long sizeMillis, long slideMillis) {
    /** Nothing is ever late. */
    public static final JoinTimes NEVER = new JoinTimes(0, 0);

    /** An event is late when the watermark has come to it. */
    public static final JoinTimes INSTANT = new JoinTimes(1, 1);

    /** Windows of a kind. */
    public static JoinTimes of(String join, Window.Kind kind) {
        if (kind instanceof Window.Tumbling tumbling) {
            return new JoinTimes(tumbling.sizeMillis(), tumbling.sizeMillis());
        } else if (kind instanceof Window.Sliding sliding) {
            return new JoinTimes(sliding.sizeMillis(), sliding.slideMillis());
        }
        throw new IllegalArgumentException("no windows to join in: join=" + join + ", windows=" + kind
                + "; use Window.tumbling or Window.sliding, or join within(..) a time");
    }

    /** Whether everything that an event could have met is over. */
    public boolean isLate(long timestamp, long watermark) {
        return sizeMillis > 0 && watermark != Receiver.NO_TIME && lastEnd(timestamp) - 1 <= watermark;
    }

    /** The end of the last window that a moment is in. */
    public long lastEnd(long timestamp) {
        return timestamp - Math.floorMod(timestamp, slideMillis) + sizeMillis;
    }

    /** The end of the first window that a moment is in, and that the watermark leaves open. */
    public long firstOpenEnd(long timestamp, long watermark) {
        long last = lastEnd(timestamp);
        // Ends of windows with the moment inside lie at this distance from each other, all of them behind the moment.
        long first = last - (last - timestamp - 1) / slideMillis * slideMillis;
        if (watermark == Receiver.NO_TIME || first - 1 > watermark) {
            return first;
        }
        return first + ((watermark - (first - 1)) / slideMillis + 1) * slideMillis;
    }
}
