package dev.millrace.engine.stream;

import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.window.CountNodes;
import java.time.Duration;
import java.util.Comparator;

/**
 * A stream whose events are grouped by a key. State of what follows is kept per key and only reachable under it.
 *
 * @param <K> the key
 * @param <T> the events
 */
public final class KeyedStream<K, T> {
    private final LogicalPlan plan;
    private final Node.KeyByNode keyBy;

    KeyedStream(LogicalPlan plan, Node.KeyByNode keyBy) {
        this.plan = plan;
        this.keyBy = keyBy;
    }

    /** Divides the events of each key into windows of event time. The stream needs {@link Stream#eventTime} before. */
    public WindowedStream<K, T> window(Window.Kind kind) {
        return new WindowedStream<>(plan, keyBy, kind);
    }

    /**
     * Aggregates all events of each key; the results come at the end of the input.
     *
     * @param name of the state
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <A, R> Stream<R> aggregate(
            String name,
            Aggregate<? super T, A> aggregate,
            WindowResult<? super K, ? super A, ? extends R> result,
            R... type) {
        return new WindowedStream<K, T>(plan, keyBy, Window.whole())
                .aggregateAs(name, aggregate, result, Erased.elementType(type.getClass()));
    }

    /**
     * Calls a function with each event and the state of the event's key.
     *
     * @param name of the operator
     * @param state what is kept per key
     * @param type leave it out: the compiler fills in an empty array that tells the type of the output
     */
    @SafeVarargs
    public final <S, R> Stream<R> stateful(
            String name, State.Kind<S> state, StatefulFunction<? super T, ? super S, R> function, R... type) {
        return add(new Node.StatefulNode(
                keyBy, name, state, Erased.stateful(function), null, Erased.elementType(type.getClass())));
    }

    /**
     * Calls a function with each event, and another one with each timer that is due, and the state of the key. The name differs
     * from {@link #stateful}, so that the compiler knows what kind of lambda the last one is.
     *
     * @param name of the operator; its timers on disk are found by it
     * @param state what is kept per key
     * @param type leave it out: the compiler fills in an empty array that tells the type of the output
     */
    @SafeVarargs
    public final <S, R> Stream<R> statefulWithTimers(
            String name,
            State.Kind<S> state,
            StatefulFunction<? super T, ? super S, R> function,
            TimerFunction<? super K, ? super S, R> onTimer,
            R... type) {
        return add(new Node.StatefulNode(
                keyBy,
                name,
                state,
                Erased.stateful(function),
                Erased.onTimer(onTimer),
                Erased.elementType(type.getClass())));
    }

    /**
     * Calls an object with each event and each timer that is due; it has the states of the key.
     *
     * @param name of the operator; its timers on disk are found by it
     * @param process states, put together to an object by {@link State#all}
     * @param type leave it out: the compiler fills in an empty array that tells the type of the output
     */
    @SafeVarargs
    public final <R> Stream<R> process(
            String name, State.Kind<? extends KeyedProcess<? super K, ? super T, R>> process, R... type) {
        return add(new Node.StatefulNode(keyBy, name, process, null, null, Erased.elementType(type.getClass())));
    }

    /**
     * Brings this stream, the left one, together with another one that is grouped by keys of the same type.
     *
     * @throws IllegalArgumentException if the other stream is of another pipeline or has keys of another type
     */
    public <R> JoinedStreams<K, T, R> join(KeyedStream<K, R> right) {
        if (right.plan != plan) {
            throw new IllegalArgumentException("streams of two pipelines cannot be joined: pipelines=" + plan.name()
                    + " and " + right.plan.name());
        }
        return new JoinedStreams<>(plan, keyBy, right.keyBy);
    }

    /**
     * Divides the events of each key into windows of so many, one behind the other. What is left at the end of the input has
     * no result.
     *
     * @param events from 1 to {@link CountWindowedStream#MOST_EVENTS}
     */
    public CountWindowedStream<K, T> countWindow(long events) {
        return countWindow(events, events);
    }

    /**
     * Divides the events of each key into windows that overlap: behind every {@code every} events of the key, one over the last
     * {@code events} of them; the first ones have fewer.
     *
     * @param events from 1 to {@link CountWindowedStream#MOST_EVENTS}
     * @param every from 1 to {@code events}
     */
    public CountWindowedStream<K, T> countWindow(long events, long every) {
        return new CountWindowedStream<>(plan, keyBy, events, every);
    }

    /**
     * Lets the first event of each key through, and no other one ever.
     *
     * @param name of the operator and its state
     */
    public Stream<T> distinct(String name) {
        return distinct(name, State.value(name, Boolean.class));
    }

    /**
     * Lets the first event of each key through, and forgets it after a while: the next one is a first one again.
     *
     * @param name of the operator and its state
     * @param after how long after the event that was let through
     * @param time which time counts
     */
    public Stream<T> distinct(String name, Duration after, TimeKind time) {
        return distinct(name, State.value(name, Boolean.class).expiresAfter(after, time));
    }

    private Stream<T> distinct(String name, State.Value<Boolean> state) {
        StatefulFunction<T, ValueState<Boolean>, T> first = (event, seen, out) -> {
            if (!seen.isPresent()) {
                seen.set(true);
                out.emit(event);
            }
        };
        return add(new Node.StatefulNode(keyBy, name, state, Erased.stateful(first), null, keyBy.type()));
    }

    /**
     * Keeps the greatest events of each key, of all that came; of equal ones the first is greater. An event that is among them
     * gives a result for its rank and for each one behind it: whoever keeps the last result of each key and rank has the list.
     *
     * @param name of the operator and its state
     * @param n how many, from 1 to 1000
     * @param order by which they are great: {@code Comparator.comparing(Bid::price)} keeps the highest prices
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <R> Stream<R> topN(
            String name,
            int n,
            Comparator<? super T> order,
            RankResult<? super K, ? super T, ? extends R> result,
            R... type) {
        return add(CountNodes.top(keyBy, name, n, order, result, Erased.elementType(type.getClass())));
    }

    private <R> Stream<R> add(Node node) {
        return new Stream<>(plan, plan.add(node));
    }
}
