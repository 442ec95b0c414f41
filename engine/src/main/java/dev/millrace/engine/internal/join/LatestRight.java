package dev.millrace.engine.internal.join;

import dev.millrace.engine.stream.JoinFunction;
import dev.millrace.engine.stream.KeyedCoProcess;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;

/**
 * Joins each left event with the latest right one.
 *
 * @param keepsUnmatched whether the function is called without a right event if there is none
 */
public record LatestRight(
        ValueState<Object> latest, boolean keepsUnmatched, JoinFunction<Object, Object, Object> function)
        implements KeyedCoProcess<Object, Object, Object, Object> {
    /** What it keeps per key. */
    @SuppressWarnings("unchecked") // The stream API has checked the types.
    public static State.Kind<LatestRight> state(
            String name, Class<?> right, boolean keepsUnmatched, JoinFunction<?, ?, ?> function) {
        return State.all(
                State.value(name + ".latest", (Class<Object>) right),
                latest -> new LatestRight(latest, keepsUnmatched, (JoinFunction<Object, Object, Object>) function));
    }

    @Override
    public void onLeft(Object event, Output<Object> out) {
        Object right = latest.get();
        if (right != null || keepsUnmatched) {
            out.emit(function.join(event, right));
        }
    }

    @Override
    public void onRight(Object event, Output<Object> out) {
        latest.set(event);
    }
}
