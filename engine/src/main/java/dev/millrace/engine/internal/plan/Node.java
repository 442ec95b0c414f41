package dev.millrace.engine.internal.plan;

import dev.millrace.engine.operator.Sink;
import dev.millrace.engine.operator.Source;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Asking;
import dev.millrace.engine.stream.AsyncFunction;
import dev.millrace.engine.stream.DeadLetter;
import dev.millrace.engine.stream.Egress;
import dev.millrace.engine.stream.FlatMapFunction;
import dev.millrace.engine.stream.SideOutput;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.TimerFunction;
import dev.millrace.engine.stream.WatermarkStrategy;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.stream.WindowResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One operator of a logical plan. Types are erased here: the stream API has checked them. */
public sealed interface Node {
    /** The operator before this one; null for a source. */
    @Nullable
    Node upstream();

    /** The operators before this one; none for a source. */
    default List<Node> upstreams() {
        Node before = upstream();
        return before == null ? List.of() : List.of(before);
    }

    /** Whether this is a second output of the operator before it, which does not see what leaves that one. */
    default boolean isSideOutput() {
        return false;
    }

    /** The type of the events that leave this operator. */
    Class<?> type();

    /** The name of the state that this operator keeps, or of the place it reads or writes; null if it has none. */
    default @Nullable String name() {
        return null;
    }

    /** What this operator does, in a few words. */
    String describe();

    /** What this operator does, with its name if it has one. */
    default String describePlace() {
        return name() == null ? describe() : describe() + " \"" + name() + '"';
    }

    record SourceNode(String name, Source<?> source) implements Node {
        @Override
        public @Nullable Node upstream() {
            return null;
        }

        @Override
        public Class<?> type() {
            return source.type();
        }

        @Override
        public String describe() {
            return "source";
        }
    }

    record EventTimeNode(Node upstream, Function<Object, Instant> time, WatermarkStrategy<Object> strategy)
            implements Node {
        /** With a bound on disorder and the defaults otherwise. */
        public EventTimeNode(Node upstream, Function<Object, Instant> time, long disorderMillis) {
            this(upstream, time, WatermarkStrategy.boundedDisorder(Duration.ofMillis(disorderMillis)));
        }

        @Override
        public Class<?> type() {
            return upstream.type();
        }

        @Override
        public String describe() {
            return "event time, " + strategy.describe();
        }
    }

    record FilterNode(Node upstream, Predicate<Object> predicate) implements Node {
        @Override
        public Class<?> type() {
            return upstream.type();
        }

        @Override
        public String describe() {
            return "filter";
        }
    }

    record MapNode(Node upstream, Function<Object, Object> function, Class<?> type) implements Node {
        @Override
        public String describe() {
            return "map";
        }
    }

    record PeekNode(Node upstream, Consumer<Object> consumer) implements Node {
        @Override
        public Class<?> type() {
            return upstream.type();
        }

        @Override
        public String describe() {
            return "peek";
        }
    }

    record FlatMapNode(Node upstream, FlatMapFunction<Object, Object> function, Class<?> type) implements Node {
        @Override
        public String describe() {
            return "flat map";
        }
    }

    /** What a function emits with a tag. */
    record SideOutputNode(FlatMapNode flatMap, SideOutput<?> output) implements Node {
        @Override
        public Node upstream() {
            return flatMap;
        }

        @Override
        public Class<?> type() {
            return output.type();
        }

        @Override
        public boolean isSideOutput() {
            return true;
        }

        @Override
        public String describe() {
            return "side output";
        }
    }

    /** Sends each event one of two ways; the other one is a {@link RestNode}. */
    record SplitNode(Node upstream, Predicate<Object> predicate) implements Node {
        @Override
        public Class<?> type() {
            return upstream.type();
        }

        @Override
        public String describe() {
            return "split";
        }
    }

    /** The events that a split did not want. */
    record RestNode(SplitNode split) implements Node {
        @Override
        public Node upstream() {
            return split;
        }

        @Override
        public Class<?> type() {
            return split.type();
        }

        @Override
        public boolean isSideOutput() {
            return true;
        }

        @Override
        public String describe() {
            return "rest of the split";
        }
    }

    /** Several streams of one type as one. */
    record UnionNode(List<Node> inputs) implements Node {
        public UnionNode {
            inputs = List.copyOf(inputs);
        }

        @Override
        public Node upstream() {
            return inputs.get(0);
        }

        @Override
        public List<Node> upstreams() {
            return inputs;
        }

        @Override
        public Class<?> type() {
            return inputs.get(0).type();
        }

        @Override
        public String describe() {
            return "union of " + inputs.size();
        }
    }

    /** Shares events out evenly among the tasks behind. */
    record RebalanceNode(Node upstream) implements Node {
        @Override
        public Class<?> type() {
            return upstream.type();
        }

        @Override
        public String describe() {
            return "rebalance";
        }
    }

    /** Ends a stream in a function of the program. */
    record CallbackNode(Node upstream, String name, Consumer<Object> consumer) implements Node {
        @Override
        public Class<?> type() {
            return upstream.type();
        }

        @Override
        public String describe() {
            return "for each, at least once";
        }
    }

    /** Asks another system about each event. */
    record AsyncNode(Node upstream, String name, AsyncFunction<Object, Object> function, Asking asking, Class<?> type)
            implements Node {
        @Override
        public String describe() {
            return "ask " + (asking.isOrdered() ? "in order" : "as answers come") + ", in flight up to "
                    + asking.maxInFlight() + ", timeout " + asking.timeout();
        }
    }

    /** Letters about the events that an operator could not process. */
    record DeadLetterNode(Node upstream) implements Node {
        @Override
        public Class<?> type() {
            return DeadLetter.class;
        }

        @Override
        public boolean isSideOutput() {
            return true;
        }

        @Override
        public String describe() {
            return "dead letters";
        }
    }

    /** Ends a stream where the program takes results from. */
    record EgressNode(Node upstream, String name, Egress<?> egress, Class<?> type, boolean isOnlyCommitted)
            implements Node {
        public EgressNode {
            Objects.requireNonNull(egress, "egress");
        }

        @Override
        public String describe() {
            return isOnlyCommitted ? "egress of committed epochs" : "egress, at least once";
        }
    }

    record KeyByNode(Node upstream, Function<Object, Object> key, Class<?> keyType) implements Node {
        @Override
        public Class<?> type() {
            return upstream.type();
        }

        @Override
        public String describe() {
            return "key by " + keyType.getSimpleName();
        }
    }

    record AggregateNode(
            KeyByNode keyBy,
            String name,
            Window.Kind kind,
            Aggregate<Object, Object> aggregate,
            WindowResult<Object, Object, Object> result,
            Class<?> type)
            implements Node {
        @Override
        public Node upstream() {
            return keyBy;
        }

        /** The type of what is kept per key and window. */
        public Class<?> stateType() {
            return aggregate.initial() == Reduce.NOTHING
                    ? keyBy.type()
                    : aggregate.initial().getClass();
        }

        @Override
        public String describe() {
            return "aggregate over " + kind;
        }
    }

    /**
     * The late events of an operator over windows: a second output of it.
     *
     * @param type of the events
     */
    record LateNode(Node upstream, Class<?> type) implements Node {
        @Override
        public boolean isSideOutput() {
            return true;
        }

        @Override
        public String describe() {
            return "late events";
        }
    }

    /**
     * User logic over state.
     *
     * @param function null if the state is an object that has the logic, a {@link dev.millrace.engine.stream.KeyedProcess}
     * @param onTimer null if there is none, or the state has the logic
     * @param windows the windows that the logic divides time into, and has late events of; null if there are none
     */
    record StatefulNode(
            KeyByNode keyBy,
            String name,
            State.Kind<?> state,
            @Nullable StatefulFunction<Object, Object, Object> function,
            @Nullable TimerFunction<Object, Object, Object> onTimer,
            Class<?> type,
            Window.@Nullable Kind windows)
            implements Node {
        public StatefulNode(
                KeyByNode keyBy,
                String name,
                State.Kind<?> state,
                @Nullable StatefulFunction<Object, Object, Object> function,
                @Nullable TimerFunction<Object, Object, Object> onTimer,
                Class<?> type) {
            this(keyBy, name, state, function, onTimer, type, null);
        }

        @Override
        public Node upstream() {
            return keyBy;
        }

        public boolean hasTimers() {
            return function == null || onTimer != null;
        }

        /** The states, in the order of their declaration. */
        public List<State.Named<?>> states() {
            List<State.Named<?>> states = new ArrayList<>();
            collect(state, states);
            return states;
        }

        private static void collect(State.Kind<?> kind, List<State.Named<?>> states) {
            if (kind instanceof State.All<?> all) {
                all.parts().forEach(part -> collect(part, states));
            } else if (kind instanceof State.Named<?> named) {
                states.add(named);
            }
        }

        @Override
        public String describe() {
            List<String> names =
                    states().stream().map(each -> '"' + each.name() + '"').toList();
            return "stateful over " + String.join(", ", names) + (hasTimers() ? ", with timers" : "")
                    + (windows == null ? "" : ", windows " + windows);
        }
    }

    record SinkNode(Node upstream, String name, Sink<?> sink) implements Node {
        @Override
        public Class<?> type() {
            return sink.type();
        }

        @Override
        public String describe() {
            return "sink";
        }
    }

    /**
     * One side of a join: writes each event, with its key, to the tasks that join it.
     *
     * @param edge by key, to the task that has the key; broadcast, to all; or rebalance, to any
     */
    record JoinInputNode(KeyByNode keyBy, String side, PhysicalPlan.EdgeKind edge) implements Node {
        @Override
        public Node upstream() {
            return keyBy.upstream();
        }

        @Override
        public Class<?> type() {
            return keyBy.type();
        }

        @Override
        public String describe() {
            return side + " of a join, " + keyBy.describe();
        }
    }

    /**
     * Where two streams meet.
     *
     * @param body the state and the logic of it, a {@link dev.millrace.engine.stream.KeyedCoProcess}
     * @param times when an event is too late
     */
    record JoinNode(JoinInputNode left, JoinInputNode right, StatefulNode body, JoinTimes times) implements Node {
        @Override
        public Node upstream() {
            return left;
        }

        @Override
        public List<Node> upstreams() {
            return List.of(left, right);
        }

        @Override
        public Class<?> type() {
            return body.type();
        }

        @Override
        public String name() {
            return body.name();
        }

        /** Whether each task keeps all of the right stream, and not only what has its keys. */
        public boolean isBroadcast() {
            return right.edge() == PhysicalPlan.EdgeKind.BROADCAST;
        }

        @Override
        public String describe() {
            return isBroadcast() ? "broadcast join" : "join";
        }
    }

    /** Events that came too late for a join. */
    record JoinLateNode(JoinNode join, JoinInputNode side) implements Node {
        @Override
        public Node upstream() {
            return join;
        }

        @Override
        public Class<?> type() {
            return side.type();
        }

        @Override
        public boolean isSideOutput() {
            return true;
        }

        @Override
        public String describe() {
            return "late events, " + side.side();
        }
    }

    @SuppressWarnings("unchecked")
    static <R> Function<Object, R> function(Function<?, ? extends R> function) {
        return (Function<Object, R>) Objects.requireNonNull(function, "function");
    }

    @SuppressWarnings("unchecked")
    static WatermarkStrategy<Object> strategy(WatermarkStrategy<?> strategy) {
        return (WatermarkStrategy<Object>) Objects.requireNonNull(strategy, "strategy");
    }

    @SuppressWarnings("unchecked")
    static Predicate<Object> predicate(Predicate<?> predicate) {
        return (Predicate<Object>) Objects.requireNonNull(predicate, "predicate");
    }

    @SuppressWarnings("unchecked")
    static Consumer<Object> consumer(Consumer<?> consumer) {
        return (Consumer<Object>) Objects.requireNonNull(consumer, "consumer");
    }

    @SuppressWarnings("unchecked")
    static FlatMapFunction<Object, Object> flatMap(FlatMapFunction<?, ?> function) {
        return (FlatMapFunction<Object, Object>) Objects.requireNonNull(function, "function");
    }

    @SuppressWarnings("unchecked")
    static AsyncFunction<Object, Object> async(AsyncFunction<?, ?> function) {
        return (AsyncFunction<Object, Object>) Objects.requireNonNull(function, "function");
    }

    @SuppressWarnings("unchecked")
    static Aggregate<Object, Object> aggregate(Aggregate<?, ?> aggregate) {
        return (Aggregate<Object, Object>) Objects.requireNonNull(aggregate, "aggregate");
    }

    @SuppressWarnings("unchecked")
    static WindowResult<Object, Object, Object> result(WindowResult<?, ?, ?> result) {
        return (WindowResult<Object, Object, Object>) Objects.requireNonNull(result, "result");
    }

    @SuppressWarnings("unchecked")
    static StatefulFunction<Object, Object, Object> stateful(StatefulFunction<?, ?, ?> function) {
        return (StatefulFunction<Object, Object, Object>) Objects.requireNonNull(function, "function");
    }

    @SuppressWarnings("unchecked")
    static TimerFunction<Object, Object, Object> onTimer(TimerFunction<?, ?, ?> onTimer) {
        return (TimerFunction<Object, Object, Object>) Objects.requireNonNull(onTimer, "onTimer");
    }

    /**
     * The type that the compiler chose for a varargs parameter nobody passed: no type tokens for users, no guessing for
     * us.
     *
     * @param witness the class of the array that the compiler made
     */
    static Class<?> elementType(Class<?> witness) {
        return witness.getComponentType();
    }
}
