package dev.millrace.engine.internal.plan;

import dev.millrace.engine.operator.Source;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Asking;
import dev.millrace.engine.stream.AsyncFunction;
import dev.millrace.engine.stream.FlatMapFunction;
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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One operator of a logical plan. Those from one stream to the next are here. Types are erased: the stream API has checked
 * them.
 */
public sealed interface Node
        permits Node.SourceNode,
                Node.EventTimeNode,
                Node.FilterNode,
                Node.MapNode,
                Node.PeekNode,
                Node.FlatMapNode,
                Node.AsyncNode,
                Node.KeyByNode,
                Node.AggregateNode,
                Node.LateNode,
                Node.StatefulNode,
                BranchNodes,
                JoinNodes,
                OutputNodes {
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

    /** Asks another system about each event. */
    record AsyncNode(Node upstream, String name, AsyncFunction<Object, Object> function, Asking asking, Class<?> type)
            implements Node {
        @Override
        public String describe() {
            return "ask " + (asking.isOrdered() ? "in order" : "as answers come") + ", in flight up to "
                    + asking.maxInFlight() + ", timeout " + asking.timeout();
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
}
