package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.window.TimerQueue;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.Timer;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls the user's function with each event and each timer, and the state of the key. A template, see {@link Receiver}: the
 * function with its handles and its output is one constant, so that the JIT sees through all of them.
 */
final class StatefulOp extends KeyedReceiver implements ClockReader {
    private static final MethodHandle EVENT;
    private static final MethodHandle TIMER;

    static {
        try {
            Calls calls = MethodHandles.classData(MethodHandles.lookup(), "_", Calls.class);
            EVENT = calls.event();
            TIMER = calls.timer();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final FlatCodec<Object> eventCodec;
    private final FlatCodec<Object> keyCodec;
    private final KeyContext call;
    private final List<KeptState> states;
    /** Those that lie under the user's key alone, so that a batch of keys can touch them. */
    private final ActiveIndex[] touched;

    private final @Nullable Timers timers;
    private final @Nullable Receiver late;
    private final Receiver next;

    /** @param late where late events go, if the logic has windows */
    StatefulOp(
            FlatCodec<Object> eventCodec,
            FlatCodec<Object> keyCodec,
            KeyContext call,
            List<KeptState> states,
            ActiveIndex[] touched,
            @Nullable Timers timers,
            @Nullable Receiver late,
            Receiver next) {
        this.eventCodec = eventCodec;
        this.keyCodec = keyCodec;
        this.call = call;
        this.states = states;
        this.touched = touched;
        this.timers = timers;
        this.late = late;
        this.next = next;
    }

    @Override
    public void accept(long eventAddress, long page, long timestamp, long keyAddress, int keyBytes, long hash) {
        call.enter(keyAddress, keyBytes, hash, timestamp);
        try {
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
        if (timers != null && reached == Receiver.END_OF_TIME) {
            timers.beginEnd();
            fire(timers, TimeKind.EVENT, reached);
            fire(timers, TimeKind.PROCESSING, reached);
            fire(timers, TimeKind.EVENT, reached);
            timers.endEnd();
        } else if (timers != null && reached != Receiver.NO_TIME) {
            fire(timers, TimeKind.EVENT, reached);
        }
        call.watermark(reached);
        next.watermark(reached);
        if (late != null) {
            late.watermark(reached);
        }
    }

    @Override
    public boolean tick(long nowMillis) {
        call.tick(nowMillis);
        if (timers == null) {
            return false;
        }
        fire(timers, TimeKind.PROCESSING, call.nowMillis());
        return timers.earliest(TimeKind.PROCESSING) != Long.MAX_VALUE;
    }

    private void fire(Timers due, TimeKind time, long reached) {
        while (due.earliest(time) <= reached && due.earliest(time) != Long.MAX_VALUE) {
            long deadline = due.earliest(time);
            long block = due.next(time);
            if (block != 0) {
                fireOne(due, time, deadline, block);
            }
        }
    }

    private void fireOne(Timers due, TimeKind time, long deadline, long block) {
        long composite = TimerQueue.keyAddress(block);
        long key = CompositeKey.owner(composite);
        long timestamp = time == TimeKind.EVENT ? deadline : call.clockTimestamp();
        call.enter(key, CompositeKey.ownerBytes(composite), TimerQueue.hash(block), timestamp);
        Timer timer = new Timer(due.name(), time, Instant.ofEpochMilli(deadline), due.isAtEnd());
        try {
            TIMER.invokeExact(keyCodec.readBlob(key), timer);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        } finally {
            call.leave();
            due.release(block);
        }
    }

    @Override
    public void barrier(Barrier barrier) {
        for (KeptState state : states) {
            state.seal(barrier);
        }
        next.barrier(barrier);
        if (late != null) {
            late.barrier(barrier);
        }
    }

    @Override
    public void flush() {
        next.flush();
        if (late != null) {
            late.flush();
        }
    }
}
