package dev.millrace.engine.internal.window;

import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.CountFunction;
import dev.millrace.engine.stream.CountResult;
import dev.millrace.engine.stream.ListState;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.RankResult;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.ValueState;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Makes the plan's operators that count the events of a key, as functions over its state. Used by the thread that builds the
 * pipeline.
 */
public final class CountNodes {
    private static final String COUNT = ".count";

    private final KeyByNode keyBy;
    private final String name;
    private final long events;
    private final long every;
    private final Class<?> type;

    /**
     * @param name of the operator, and of what is kept
     * @param type of the results
     */
    public CountNodes(KeyByNode keyBy, String name, long events, long every, Class<?> type) {
        this.keyBy = keyBy;
        this.name = name;
        this.events = events;
        this.every = every;
        this.type = type;
    }

    /** A number that is no object of its own on its way into state, as a boxed one is. */
    private record Count(long events) {
        static final Count NONE = new Count(0);
    }

    /** How many events of the key there were, and one value of those since the last result. */
    private record Sum(ValueState<Count> count, ValueState<Object> value) {}

    /** How many events of the key there were, and the last of them. */
    private record Last(ValueState<Count> count, ListState<Object> events) {}

    /** How many events of the key there were, and the greatest of them. */
    private record Top(ValueState<Count> count, MapState<EventAt, Object> events) {}

    /** One value per window. */
    public Node aggregate(Class<?> valueType, Aggregate<Object, Object> aggregate, CountResult<?, ?, ?> result) {
        CountResult<Object, Object, Object> make = cast(result);
        return events == every ? tumbling(valueType, aggregate, make) : sliding(aggregate, make);
    }

    private Node tumbling(
            Class<?> valueType, Aggregate<Object, Object> aggregate, CountResult<Object, Object, Object> result) {
        Function<Object, Object> keyOf = keyBy.key();
        // Captured one by one: the JIT takes what a lambda captured for constant, and fields of an aggregate not.
        BiFunction<? super Object, ? super Object, ? extends Object> add = aggregate.add();
        Object initial = aggregate.initial();
        long size = events;
        StatefulFunction<Object, Sum, Object> function = (event, sum, out) -> {
            long number = next(sum.count());
            if (number % size == 0) {
                Object value =
                        size == 1 ? initial : Objects.requireNonNull(sum.value().get(), "a window has a value");
                sum.value().clear();
                out.emit(result.of(keyOf.apply(event), number, add.apply(value, event)));
            } else if (number % size == 1) {
                sum.value().set(add.apply(initial, event));
            } else {
                Object value = Objects.requireNonNull(sum.value().get(), "a window has a value");
                sum.value().set(add.apply(value, event));
            }
        };
        return node(State.all(count(name), State.value(name, objects(valueType)), Sum::new), function);
    }

    private Node sliding(Aggregate<Object, Object> aggregate, CountResult<Object, Object, Object> result) {
        Function<Object, Object> keyOf = keyBy.key();
        return last((event, number, last, out) -> {
            Object value = aggregate.initial();
            for (Object each : last) {
                value = aggregate.add().apply(value, each);
            }
            out.emit(result.of(keyOf.apply(event), number, value));
        });
    }

    /** All events of a window. */
    public Node process(CountFunction<?, ?, ?> function) {
        CountFunction<Object, Object, Object> call = cast(function);
        Function<Object, Object> keyOf = keyBy.key();
        return last((event, number, last, out) -> call.on(keyOf.apply(event), number, last, out::emit));
    }

    /** What is done with the last events of a key. */
    private interface Full {
        void on(Object event, long number, ListState<Object> last, Output<Object> out);
    }

    private Node last(Full full) {
        long size = events;
        long slide = every;
        StatefulFunction<Object, Last, Object> function = (event, last, out) -> {
            long number = next(last.count());
            last.events().add(event);
            last.events().keepLast(size);
            if (number % slide == 0) {
                full.on(event, number, last.events(), out);
                if (slide == size) {
                    last.events().clear();
                }
            }
        };
        return node(State.all(count(name), State.list(name, objects(keyBy.type())), Last::new), function);
    }

    private Node node(State.Kind<?> state, StatefulFunction<?, ?, ?> function) {
        return new StatefulNode(keyBy, name, state, Erased.stateful(function), null, type);
    }

    /**
     * The greatest events of a key.
     *
     * @param name of the operator, and of what is kept
     * @param type of the results
     */
    public static Node top(
            KeyByNode keyBy, String name, int most, Comparator<?> order, RankResult<?, ?, ?> result, Class<?> type) {
        Comparator<Object> compare = cast(order);
        RankResult<Object, Object, Object> make = cast(result);
        Function<Object, Object> keyOf = keyBy.key();
        Ranks.checkMost(most);
        StatefulFunction<Object, Top, Object> function = (event, top, out) -> {
            Ranks ranks = new Ranks(top.events(), compare, most);
            long before = next(top.count()) - 1;
            int first = ranks.add(0, before, event);
            int behind = ranks.count(before + 1);
            for (int rank = first; rank < behind; rank++) {
                out.emit(make.of(keyOf.apply(event), rank + 1, ranks.at(0, rank)));
            }
        };
        State.Kind<?> state = State.all(count(name), State.map(name, EventAt.class, objects(keyBy.type())), Top::new);
        return new StatefulNode(keyBy, name, state, Erased.stateful(function), null, type);
    }

    private static State.Value<Count> count(String name) {
        return State.value(name + COUNT, Count.class, Count.NONE);
    }

    /** Counts an event; its number, from 1. */
    private static long next(ValueState<Count> count) {
        long number = Objects.requireNonNull(count.get(), "a count begins at 0").events() + 1;
        count.set(new Count(number));
        return number;
    }

    @SuppressWarnings("unchecked") // Types are erased below the stream API, which has checked them.
    private static Class<Object> objects(Class<?> type) {
        return (Class<Object>) type;
    }

    // Types are erased below the stream API, which has checked them.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <F> F cast(Object function) {
        return (F) Objects.requireNonNull(function, "function");
    }
}
