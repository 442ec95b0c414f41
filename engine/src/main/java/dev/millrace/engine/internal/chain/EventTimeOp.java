package dev.millrace.engine.internal.chain;

import java.time.Instant;
import java.util.function.Function;

/** Makes the watermark at a distance from the latest time. A template, see {@link TimeOp}. */
final class EventTimeOp extends TimeOp {
    private final Function<Object, Instant> time;
    private final long disorderMillis;

    private long latestMillis;

    /**
     * @param latestMillis the latest time seen so far, or {@link Receiver#NO_TIME}
     * @param watermarkMillis the watermark sent last, or {@link Receiver#NO_TIME}
     */
    EventTimeOp(
            TimeMark mark,
            Function<Object, Instant> time,
            long disorderMillis,
            long latestMillis,
            long watermarkMillis,
            Receiver next) {
        super(mark, latestMillis, watermarkMillis, next);
        this.time = time;
        this.disorderMillis = disorderMillis;
        this.latestMillis = latestMillis;
    }

    @SuppressWarnings("UnusedMethod") // the path leads to it
    long timeOf(Object event) {
        long millis = time.apply(event).toEpochMilli();
        if (millis > latestMillis) {
            latestMillis = millis;
        }
        return millis;
    }

    @Override
    long latestMillis() {
        return latestMillis;
    }

    @Override
    long permittedMillis() {
        return latestMillis == NO_TIME ? NO_TIME : latestMillis - disorderMillis - 1;
    }

    @Override
    void note(String name, Barrier barrier) {}
}
