package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.error.ErrorGuard;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.stream.TimerFunction;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user's logic over state, under a policy: what it emits goes on once it has returned. State and timers that a call wrote
 * before it failed stay written. Used by the thread that steps the task.
 */
final class GuardedProcess implements KeyedProcess<Object, Object, Object>, Runnable {
    /** What a letter shows of a timer whose function failed. */
    record DueTimer(Object key, Timer timer) {}

    private final KeyedProcess<Object, Object, Object> logic;
    private final ErrorGuard guard;
    private final KeyContext call;
    private final HeldOutput held;

    /** Of the call that is going on; the timer is null if it is for an event. */
    private @Nullable Object event;

    private @Nullable Object key;
    private @Nullable Timer timer;

    private GuardedProcess(KeyedProcess<Object, Object, Object> logic, ErrorGuard guard, KeyContext call) {
        this.logic = logic;
        this.guard = guard;
        this.call = call;
        held = new HeldOutput(call);
    }

    /** @param state the handles of the operator, which may be the logic themselves */
    @SuppressWarnings("unchecked") // Types were checked by the stream API.
    static GuardedProcess of(StatefulNode node, Object state, ErrorGuard guard, KeyContext call) {
        StatefulFunction<Object, Object, Object> function = node.function();
        KeyedProcess<Object, Object, Object> logic = function == null
                ? (KeyedProcess<Object, Object, Object>) state
                : new Functions(function, node.onTimer(), state);
        return new GuardedProcess(logic, guard, call);
    }

    /** Functions with the state that they are called with. */
    private record Functions(
            StatefulFunction<Object, Object, Object> function,
            @Nullable TimerFunction<Object, Object, Object> onTimer,
            Object state)
            implements KeyedProcess<Object, Object, Object> {
        @Override
        public void on(Object event, Output<Object> out) {
            function.on(event, state, out);
        }

        @Override
        public void onTimer(Object key, Timer timer, Output<Object> out) {
            Objects.requireNonNull(onTimer, "nobody answers timers").on(key, timer, state, out);
        }
    }

    @Override
    public void on(Object newEvent, Output<Object> out) {
        event = newEvent;
        timer = null;
        run(newEvent, out);
    }

    @Override
    public void onTimer(Object ofKey, Timer due, Output<Object> out) {
        key = ofKey;
        timer = due;
        run(new DueTimer(ofKey, due), out);
    }

    private void run(Object shown, Output<Object> out) {
        held.open(out);
        if (guard.run(this, shown, call.timestamp)) {
            held.send();
        } else {
            held.forget();
        }
    }

    /** One try. */
    @Override
    public void run() {
        held.forget();
        if (timer == null) {
            logic.on(Objects.requireNonNull(event, "event"), held);
        } else {
            logic.onTimer(Objects.requireNonNull(key, "key"), timer, held);
        }
    }
}
