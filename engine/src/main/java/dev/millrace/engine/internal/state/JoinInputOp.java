package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.plan.JoinTimes;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * One side of a join: calls its half of the logic, under the state that both sides share. A template, see {@link Receiver}.
 * Control goes to the left side alone, which passes it on once for both.
 */
final class JoinInputOp extends KeyedReceiver {
    private static final MethodHandle EVENT;
    private static final MethodHandle LATE;

    static {
        try {
            Side side = MethodHandles.classData(MethodHandles.lookup(), "_", Side.class);
            EVENT = side.event();
            LATE = side.late();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final FlatCodec<Object> eventCodec;
    private final KeyContext call;
    private final ActiveIndex[] touched;
    private final JoinTimes times;
    private final @Nullable KeyedReceiver control;
    private final Receiver[] lates;

    /**
     * Makes a side.
     *
     * @param control what control goes to; null for the side that gets none
     * @param lates where late events of both sides go; for the side that gets control
     */
    JoinInputOp(
            FlatCodec<Object> eventCodec,
            KeyContext call,
            ActiveIndex[] touched,
            JoinTimes times,
            @Nullable KeyedReceiver control,
            Receiver[] lates) {
        this.eventCodec = eventCodec;
        this.call = call;
        this.touched = touched;
        this.times = times;
        this.control = control;
        this.lates = lates;
    }

    @Override
    public void accept(long eventAddress, long page, long timestamp, long keyAddress, int keyBytes, long hash) {
        try {
            if (times.isLate(timestamp, call.horizon(TimeKind.EVENT))) {
                LATE.invokeExact(eventCodec.read(eventAddress, page), timestamp);
                return;
            }
            call.enter(keyAddress, keyBytes, hash, timestamp);
            EVENT.invokeExact(eventCodec.read(eventAddress, page));
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
        call.leave();
    }

    @Override
    public long touch(long timestamp, long hash) {
        long sum = 0;
        for (ActiveIndex index : touched) {
            sum += index.touch(hash);
        }
        return sum;
    }

    @Override
    public long touchEntry(long timestamp, long hash) {
        long sum = 0;
        for (ActiveIndex index : touched) {
            sum += index.touchEntry(hash);
        }
        return sum;
    }

    @Override
    public void watermark(long reached) {
        if (control != null) {
            for (Receiver late : lates) {
                late.watermark(reached);
            }
            control.watermark(reached);
        }
    }

    @Override
    public void barrier(Barrier barrier) {
        if (control != null) {
            for (Receiver late : lates) {
                late.barrier(barrier);
            }
            control.barrier(barrier);
        }
    }

    @Override
    public void flush() {
        if (control != null) {
            for (Receiver late : lates) {
                late.flush();
            }
            control.flush();
        }
    }
}
