package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.time.Instant;
import java.util.function.Function;

/**
 * Gives events their time and makes the watermark from it. A template, see {@link Receiver}.
 *
 * <p>The watermark moves only when it is asked for, with {@link Receiver#NO_TIME}. The source asks after a fixed number
 * of events, so where watermarks lie in the stream does not depend on the clock: a job that is killed and started again
 * finds the same events late.
 */
final class EventTimeOp extends Receiver {
    private final String name;
    private final Function<Object, Instant> time;
    private final long disorderMillis;
    private final Receiver next;

    private long latestMillis;
    private long watermarkMillis;
    private boolean mustRepeat;

    /**
     * @param latestMillis the latest time seen so far, or {@link Receiver#NO_TIME}
     * @param watermarkMillis the watermark sent last, or {@link Receiver#NO_TIME}
     */
    EventTimeOp(
            String name,
            Function<Object, Instant> time,
            long disorderMillis,
            long latestMillis,
            long watermarkMillis,
            Receiver next) {
        this.name = name;
        this.time = time;
        this.disorderMillis = disorderMillis;
        this.latestMillis = latestMillis;
        this.watermarkMillis = watermarkMillis;
        this.mustRepeat = latestMillis != NO_TIME;
        this.next = next;
    }

    @Override
    public MethodHandle path() {
        return EventPath.at(
                EventPath.bind(this, "timeOf", MethodType.methodType(long.class, Object.class)), next.path());
    }

    long timeOf(Object event) {
        long millis = time.apply(event).toEpochMilli();
        if (millis > latestMillis) {
            latestMillis = millis;
        }
        return millis;
    }

    @Override
    public void watermark(long watermark) {
        if (watermark != NO_TIME) {
            next.watermark(watermark);
        } else if (mustRepeat) {
            // After recovery those behind have forgotten it; and it must not be further on than it was, nor begin
            // early.
            mustRepeat = false;
            if (watermarkMillis != NO_TIME) {
                next.watermark(watermarkMillis);
            }
        } else if (latestMillis != NO_TIME && latestMillis - disorderMillis - 1 > watermarkMillis) {
            watermarkMillis = latestMillis - disorderMillis - 1;
            next.watermark(watermarkMillis);
        }
    }

    @Override
    public void barrier(Barrier barrier) {
        barrier.noteTime(name, latestMillis, watermarkMillis);
        next.barrier(barrier);
    }

    @Override
    public void flush() {
        next.flush();
    }
}
