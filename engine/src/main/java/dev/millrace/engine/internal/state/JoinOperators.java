package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.TaskContext;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.JoinTimes;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.engine.stream.KeyedCoProcess;
import dev.millrace.engine.stream.Output;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes instances of joins. Used by the thread that starts the job. */
public final class JoinOperators {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private JoinOperators() {}

    /**
     * An instance.
     *
     * @param left takes events of the left stream, and control
     * @param right takes events of the right stream
     * @param stored the operator for each thing that it stores
     */
    public record Pair(KeyedReceiver left, KeyedReceiver right, List<KeyedOperators.Instance> stored) {}

    /** Where late events of each side go. */
    public record Lates(Receiver left, Receiver right) {}

    /**
     * Makes an instance.
     *
     * @param stateIds the numbers of what is stored, by name
     * @param hashSeed of the hashes of keys
     * @param partition which of the instances it is: of those that have the same state, the first writes it
     */
    public static Pair make(
            JoinNode node,
            Map<String, Integer> stateIds,
            long hashSeed,
            TaskContext task,
            int partition,
            Lates lates,
            Receiver next) {
        StatefulNode body = node.body();
        TaskContext staying = new StayingState(task);
        KeyContext call = new KeyContext(body.name());
        task.onAdopt(call::adopt);
        StateBuilder builder = new StateBuilder(body, stateIds, hashSeed, staying, call);
        KeyedCoProcess<?, ?, ?, ?> process = (KeyedCoProcess<?, ?, ?, ?>) builder.handle(body.state());
        Timers timers = builder.timers();
        List<KeptState> states = node.isBroadcast() && partition > 0
                ? builder.states().stream().map(KeptState::asCopy).toList()
                : builder.states();
        EventPath.Ends ends = new EventPath.Ends(next.path(), next.path());
        @SuppressWarnings("unchecked") // What is sent was checked by the stream API.
        Output<Object> out = Templates.instanceWith(ends, LOOKUP, CallOutput.class, Output.class, call, timers);
        KeyedReceiver control = Templates.instanceWith(
                Calls.ofTimers(process, out),
                LOOKUP,
                StatefulOp.class,
                KeyedReceiver.class,
                FlatCodec.of(node.left().type()),
                FlatCodec.of(node.left().keyBy().keyType()),
                call,
                states,
                builder.touched(),
                timers,
                null,
                next);
        if (builder.needsClock()) {
            task.onClock((ClockReader) control);
        }
        Receiver[] both = {lates.left(), lates.right()};
        KeyedReceiver left = side(
                Side.left(process, out, lates.left().path()),
                node.left().type(),
                call,
                builder.touched(),
                node.times(),
                control,
                both);
        KeyedReceiver right = side(
                Side.right(process, out, lates.right().path()),
                node.right().type(),
                call,
                builder.touched(),
                node.times(),
                null,
                both);
        return new Pair(
                left,
                right,
                states.stream()
                        .map(kept -> new KeyedOperators.Instance(control, kept.format(), kept.target(), kept.cold()))
                        .toList());
    }

    private static KeyedReceiver side(
            Side side,
            Class<?> type,
            KeyContext call,
            ActiveIndex[] touched,
            JoinTimes times,
            @Nullable KeyedReceiver control,
            Receiver[] lates) {
        return Templates.instanceWith(
                side,
                LOOKUP,
                JoinInputOp.class,
                KeyedReceiver.class,
                FlatCodec.of(type),
                call,
                touched,
                times,
                control,
                lates);
    }
}
