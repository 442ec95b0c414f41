package dev.millrace.engine.stream;

import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;

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
                .aggregateAs(name, aggregate, result, Node.elementType(type.getClass()));
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
                keyBy, name, state, Node.stateful(function), null, Node.elementType(type.getClass())));
    }

    /**
     * Calls a function with each event, and another one with each timer that is due, and the state of the key.
     *
     * @param name of the operator; its timers on disk are found by it
     * @param state what is kept per key
     * @param type leave it out: the compiler fills in an empty array that tells the type of the output
     */
    @SafeVarargs
    public final <S, R> Stream<R> stateful(
            String name,
            State.Kind<S> state,
            StatefulFunction<? super T, ? super S, R> function,
            TimerFunction<? super K, ? super S, R> onTimer,
            R... type) {
        return add(new Node.StatefulNode(
                keyBy, name, state, Node.stateful(function), Node.onTimer(onTimer), Node.elementType(type.getClass())));
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
        return add(new Node.StatefulNode(keyBy, name, process, null, null, Node.elementType(type.getClass())));
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

    private <R> Stream<R> add(Node node) {
        return new Stream<>(plan, plan.add(node));
    }
}
