package dev.millrace.engine.internal.join;

import dev.millrace.engine.stream.JoinFunction;
import dev.millrace.engine.stream.KeyedCoProcess;
import dev.millrace.engine.stream.ListState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.State;

/** Joins every left event of a key with every right one: each keeps what came, and meets what the other has. */
public record EveryPair(
        ListState<Object> lefts, ListState<Object> rights, JoinFunction<Object, Object, Object> function)
        implements KeyedCoProcess<Object, Object, Object, Object> {
    /** What it keeps per key. */
    @SuppressWarnings("unchecked") // The stream API has checked the types.
    public static State.Kind<EveryPair> state(
            String name, Class<?> left, Class<?> right, JoinFunction<?, ?, ?> function) {
        return State.all(
                State.list(name + ".left", (Class<Object>) left),
                State.list(name + ".right", (Class<Object>) right),
                (lefts, rights) -> new EveryPair(lefts, rights, (JoinFunction<Object, Object, Object>) function));
    }

    @Override
    public void onLeft(Object event, Output<Object> out) {
        for (Object right : rights) {
            out.emit(function.join(event, right));
        }
        lefts.add(event);
    }

    @Override
    public void onRight(Object event, Output<Object> out) {
        for (Object left : lefts) {
            out.emit(function.join(left, event));
        }
        rights.add(event);
    }
}
