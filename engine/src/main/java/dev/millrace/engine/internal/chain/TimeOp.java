package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/**
 * Gives events their time and makes the watermark from it: what all ways of making it share. Its heirs are templates, see
 * {@link Receiver}, and have a method {@code long timeOf(Object event)} for each event; what is here runs once a batch.
 *
 * <p>The watermark moves only when it is asked for, with {@link Receiver#NO_TIME}. The source asks after a fixed number
 * of events, so where watermarks lie in the stream does not depend on the clock: a job that is killed and started again
 * finds the same events late.
 */
abstract class TimeOp extends Receiver {
    private final TimeMark mark;
    private final Receiver next;
    private long watermarkMillis;
    private boolean mustRepeat;

    /** @param watermarkMillis the watermark sent last, or {@link Receiver#NO_TIME} */
    TimeOp(TimeMark mark, long latestMillis, long watermarkMillis, Receiver next) {
        this.mark = mark;
        this.watermarkMillis = watermarkMillis;
        this.mustRepeat = latestMillis != NO_TIME;
        this.next = next;
        mark.set(latestMillis, watermarkMillis);
    }

    /** The latest time seen so far, or {@link Receiver#NO_TIME}. */
    abstract long latestMillis();

    /** The watermark that the events so far permit, or {@link Receiver#NO_TIME}. */
    abstract long permittedMillis();

    /** Notes what only this way of making watermarks must know again after a recovery. */
    abstract void note(String name, Barrier barrier);

    @Override
    public MethodHandle path() {
        return EventPath.at(
                EventPath.bind(this, "timeOf", MethodType.methodType(long.class, Object.class)), next.path());
    }

    @Override
    public void watermark(long watermark) {
        if (watermark != NO_TIME) {
            mark.set(latestMillis(), watermark);
            next.watermark(watermark);
            return;
        }
        if (mustRepeat) {
            // After recovery those behind have forgotten it; and it must not be further on than it was, nor begin
            // early.
            mustRepeat = false;
            if (watermarkMillis != NO_TIME) {
                next.watermark(watermarkMillis);
            }
            return;
        }
        long permitted = permittedMillis();
        if (permitted > watermarkMillis) {
            watermarkMillis = permitted;
            next.watermark(permitted);
        }
        mark.set(latestMillis(), watermarkMillis);
    }

    @Override
    public void barrier(Barrier barrier) {
        barrier.noteTime(mark.name(), latestMillis(), watermarkMillis);
        note(mark.name(), barrier);
        next.barrier(barrier);
    }

    @Override
    public void flush() {
        next.flush();
    }
}
