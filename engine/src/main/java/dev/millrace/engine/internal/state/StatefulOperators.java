package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.TaskContext;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.error.ErrorGuard;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.Output;
import dev.millrace.serde.FlatCodec;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes instances of operators with a user's logic over state. Used by the thread that starts the job. */
public final class StatefulOperators {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private StatefulOperators() {}

    /**
     * Makes an instance.
     *
     * @param stateIds the numbers of what is stored, by name
     * @param hashSeed of the hashes of keys
     * @param guard null if the job fails with the function
     * @param late where late events go, if it has windows
     * @return the same operator for each thing that it stores, at least one
     */
    public static List<KeyedOperators.Instance> make(
            StatefulNode node,
            Map<String, Integer> stateIds,
            long hashSeed,
            TaskContext task,
            @Nullable ErrorGuard guard,
            @Nullable Receiver late,
            Receiver next) {
        KeyContext call = new KeyContext(node.name());
        task.onAdopt(call::adopt);
        StateBuilder builder = new StateBuilder(node, stateIds, hashSeed, task, call);
        Object state = builder.handle(node.state());
        Timers timers = node.hasTimers() ? builder.timers() : null;
        EventPath.Ends ends = new EventPath.Ends(next.path(), late == null ? next.path() : late.path());
        @SuppressWarnings("unchecked") // What is sent was checked by the stream API.
        Output<Object> out = Templates.instanceWith(ends, LOOKUP, CallOutput.class, Output.class, call, timers);
        Calls calls;
        if (guard != null) {
            calls = Calls.of(GuardedProcess.of(node, state, guard, call), out);
        } else if (node.function() == null) {
            calls = Calls.of((KeyedProcess<?, ?, ?>) state, out);
        } else {
            calls = Calls.of(node.function(), node.onTimer(), state, out);
        }
        KeyedReceiver receiver = Templates.instanceWith(
                calls,
                LOOKUP,
                StatefulOp.class,
                KeyedReceiver.class,
                FlatCodec.of(node.keyBy().type()),
                FlatCodec.of(node.keyBy().keyType()),
                call,
                builder.states(),
                builder.touched(),
                timers,
                late,
                guard == null || guard.letters() == null
                        ? next
                        : ChainOperators.all(List.of(next, guard.letters()), "unread"));
        if (builder.needsClock()) {
            task.onClock((ClockReader) receiver);
        }
        return builder.states().stream()
                .map(kept -> new KeyedOperators.Instance(receiver, kept.format(), kept.target(), kept.cold()))
                .toList();
    }
}
