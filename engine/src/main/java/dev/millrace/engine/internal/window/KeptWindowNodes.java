package dev.millrace.engine.internal.window;

import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.PaneResult;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.TopResult;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.stream.WindowFunction;
import java.util.Comparator;
import java.util.function.Function;

/** Makes the plan's operators of windows that are kept as state of their key. Used by the thread that builds the pipeline. */
public final class KeptWindowNodes {
    private final KeyByNode keyBy;
    private final String name;
    private final Window.Kind kind;
    private final Panes panes;
    private final Class<?> type;

    /**
     * @param name of the operator, and of what its windows hold
     * @param type of the results
     */
    public KeptWindowNodes(KeyByNode keyBy, String name, Window.Kind kind, Panes panes, Class<?> type) {
        this.keyBy = keyBy;
        this.name = name;
        this.kind = kind;
        this.panes = panes;
        this.type = type;
    }

    /** One value per window. */
    public Node aggregate(Class<?> valueType, Aggregate<Object, Object> aggregate, PaneResult<?, ?, ?> result) {
        if (kind instanceof Window.Session && aggregate.merge() == null) {
            throw new IllegalArgumentException(
                    "sessions can grow together: aggregate=" + name + " needs Aggregate.of(initial, add, merge)");
        }
        PaneResult<Object, Object, Object> make = cast(result);
        return node(
                State.map(name, Long.class, objects(valueType)),
                values ->
                        new AggregateContents<>(values, aggregate.initial(), aggregate.add(), aggregate.merge(), make));
    }

    /** All events of a window. */
    public Node process(WindowFunction<?, ?, ?> function) {
        WindowFunction<Object, Object, Object> call = cast(function);
        return node(State.map(name, EventAt.class, objects(keyBy.type())), events -> new EventContents<>(events, call));
    }

    /** The greatest events of a window. */
    public Node top(int most, Comparator<?> order, TopResult<?, ?, ?> result) {
        Comparator<Object> compare = cast(order);
        TopResult<Object, Object, Object> make = cast(result);
        Ranks.checkMost(most);
        return node(
                State.map(name, EventAt.class, objects(keyBy.type())),
                events -> new TopContents<>(new Ranks(events, compare, most), make));
    }

    /** The first event of each window. */
    public Node first() {
        return node(State.value(name, Boolean.class), unused -> new FirstContents<>());
    }

    private <S> Node node(State.Kind<S> state, Function<S, Contents<Object, Object, Object>> contents) {
        boolean isSession = kind instanceof Window.Session;
        long sizeMillis = sizeMillis();
        long slideMillis = kind instanceof Window.Sliding sliding ? sliding.slideMillis() : isSession ? 0 : sizeMillis;
        Function<Object, Object> keyOf = keyBy.key();
        State.All<KeptWindows> all = State.all(
                State.map(name + ".windows", Long.class, WindowHead.class),
                State.value(name + ".due", Long.class),
                state,
                (heads, due, handle) ->
                        new KeptWindows(sizeMillis, slideMillis, panes, keyOf, heads, due, contents.apply(handle)));
        return new StatefulNode(keyBy, name, all, null, null, type, kind);
    }

    private long sizeMillis() {
        if (kind instanceof Window.Tumbling tumbling) {
            return tumbling.sizeMillis();
        } else if (kind instanceof Window.Sliding sliding) {
            return sliding.sizeMillis();
        } else if (kind instanceof Window.Session session) {
            return session.gapMillis();
        }
        throw new IllegalStateException("a whole stream is no window of time: operator=" + name);
    }

    @SuppressWarnings("unchecked") // Types are erased below the stream API, which has checked them.
    private static Class<Object> objects(Class<?> type) {
        return (Class<Object>) type;
    }

    // Types are erased below the stream API, which has checked them.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <F> F cast(Object function) {
        return (F) java.util.Objects.requireNonNull(function, "function");
    }
}
