package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.window.WindowOutput;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.Window;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a user function sends events and sets timers. A template, see {@link ValueHandle}. */
final class CallOutput implements WindowOutput<Object> {
    private static final String WHAT = "output";
    private static final MethodHandle NEXT;
    private static final MethodHandle LATE;

    static {
        try {
            EventPath.Ends ends = MethodHandles.classData(MethodHandles.lookup(), "_", EventPath.Ends.class);
            NEXT = ends.next();
            LATE = ends.late();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final KeyContext call;
    private final @Nullable Timers timers;

    /** @param timers null if nobody answers them */
    CallOutput(KeyContext call, @Nullable Timers timers) {
        this.call = call;
        this.timers = timers;
    }

    @Override
    public void emit(Object event) {
        call.check(WHAT);
        try {
            NEXT.invokeExact(event, call.timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    @Override
    public long timeMillis() {
        call.check(WHAT);
        return call.timestamp;
    }

    @Override
    public long watermarkMillis() {
        call.check(WHAT);
        return call.horizon(TimeKind.EVENT);
    }

    @Override
    public void emitAt(Object event, long timestamp) {
        call.check(WHAT);
        try {
            NEXT.invokeExact(event, timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    @Override
    public void late(Object event) {
        call.check(WHAT);
        try {
            LATE.invokeExact(event, call.timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    @Override
    public long timestamp() {
        return call.timestamp;
    }

    @Override
    public long watermark() {
        return call.watermark();
    }

    @Override
    public void timerAt(String name, TimeKind time, Instant at) {
        Timers mine = timers(time);
        long millis;
        try {
            millis = at.toEpochMilli();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("time of a timer is out of range: at=" + at + ", timer=" + name, e);
        }
        mine.set(name, time, millis);
    }

    @Override
    public void timerAfter(String name, TimeKind time, Duration delay) {
        Timers mine = timers(time);
        if (delay.isNegative() || delay.compareTo(Window.LONGEST) > 0) {
            throw new IllegalArgumentException("delay of a timer must be from none to " + Window.LONGEST.toDays()
                    + " days: delay=" + delay + ", timer=" + name);
        }
        long from = time == TimeKind.EVENT ? call.timestamp : call.nowMillis();
        long deadline = from + delay.toMillis();
        mine.set(name, time, deadline < from ? Long.MAX_VALUE : deadline);
    }

    @Override
    public boolean cancelTimer(String name, TimeKind time) {
        return timers(time).cancel(name, time);
    }

    @Override
    public boolean hasTimer(String name, TimeKind time) {
        return timers(time).isSet(name, time);
    }

    private Timers timers(TimeKind time) {
        call.check(WHAT);
        if (timers == null) {
            throw new IllegalStateException("nobody answers a timer here: operator=" + call.operator()
                    + "; give stateful(..) a function for timers, or use process(..)");
        }
        if (time == TimeKind.EVENT && call.timestamp == Receiver.NO_TIME) {
            throw new IllegalStateException("events have no time: operator=" + call.operator()
                    + "; call eventTime(..) on the stream before keyBy(..), or set timers by TimeKind.PROCESSING");
        }
        return timers;
    }
}
