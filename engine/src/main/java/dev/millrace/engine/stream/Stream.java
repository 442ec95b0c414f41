package dev.millrace.engine.stream;

import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.operator.Sink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A stream of events of one type. Each method adds an operator and returns the stream behind it; a stream may be used
 * several times, and then each use sees all of its events.
 *
 * <p>Lambdas run on the engine's workers, one at a time per instance, and must not keep the records they are given in
 * mutable places outside: what they know between events belongs into named state.
 *
 * @param <T> a record, or a single value such as a {@code Long} or a {@code String}
 */
public final class Stream<T> {
    private final LogicalPlan plan;
    private final Node node;

    Stream(LogicalPlan plan, Node node) {
        this.plan = plan;
        this.node = node;
    }

    /**
     * Gives each event its time. The watermark follows the latest time seen at a distance of {@code maxDisorder}: an
     * event that is older than that when it arrives may find its windows closed, see {@link WindowedStream#onLate}.
     *
     * @param maxDisorder how much later than a younger event an event may arrive; from none to {@link Window#LONGEST}
     */
    public Stream<T> eventTime(Function<? super T, Instant> time, Duration maxDisorder) {
        return eventTime(time, WatermarkStrategy.boundedDisorder(maxDisorder));
    }

    /**
     * Gives each event its time, with a strategy that says how the watermark follows, see {@link WatermarkStrategy}.
     *
     * @param strategy how much disorder there is, when a silent source is idle, and whether it waits for slower ones
     */
    public Stream<T> eventTime(Function<? super T, Instant> time, WatermarkStrategy<? super T> strategy) {
        return then(new Node.EventTimeNode(node, Node.function(time), Node.strategy(strategy)));
    }

    /** Keeps the events for which the predicate holds. */
    public Stream<T> filter(Predicate<? super T> predicate) {
        return then(new Node.FilterNode(node, Node.predicate(predicate)));
    }

    /**
     * Turns each event into another one.
     *
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <R> Stream<R> map(Function<? super T, ? extends R> function, R... type) {
        return new Stream<>(
                plan, plan.add(new Node.MapNode(node, Node.function(function), Node.elementType(type.getClass()))));
    }

    /**
     * Turns each event into none, one or several. Say the type of the result before the name, since the compiler cannot see
     * it inside the function: {@code lines.<String>flatMap((line, out) -> ...)}.
     *
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <R> Stream<R> flatMap(FlatMapFunction<? super T, R> function, R... type) {
        return new Stream<>(
                plan, plan.add(new Node.FlatMapNode(node, Node.flatMap(function), Node.elementType(type.getClass()))));
    }

    /**
     * What the function of {@link #flatMap} emits with a tag. Of the stream that {@code flatMap} returned only.
     *
     * @throws IllegalArgumentException if this stream is another one, or the tag was read already
     */
    public <S> Stream<S> sideOutput(SideOutput<S> output) {
        if (!(node instanceof Node.FlatMapNode flatMap)) {
            throw new IllegalArgumentException("no side outputs here: operator=" + node.describe()
                    + "; call sideOutput(..) on the stream that flatMap(..) returned");
        }
        return new Stream<>(plan, plan.add(new Node.SideOutputNode(flatMap, output)));
    }

    /** Shows each event to a function on its way. */
    public Stream<T> peek(Consumer<? super T> consumer) {
        return then(new Node.PeekNode(node, Node.consumer(consumer)));
    }

    /** Parts the stream in two: the events for which the predicate holds, and the others. It is asked once per event. */
    public Split<T> split(Predicate<? super T> predicate) {
        Node.SplitNode split = new Node.SplitNode(node, Node.predicate(predicate));
        return new Split<>(then(split), then(new Node.RestNode(split)));
    }

    /**
     * Brings this stream and others of the same type together. The order of each stream stays; how they are mixed is not
     * fixed. Time is where the slowest of them is. Streams come with event time all, or none.
     *
     * @throws IllegalArgumentException if a stream is of another pipeline, is there twice, or only some have event time
     */
    @SafeVarargs
    public final Stream<T> union(Stream<T>... others) {
        List<Node> inputs = new ArrayList<>();
        inputs.add(node);
        for (Stream<T> other : others) {
            if (other.plan != plan) {
                throw new IllegalArgumentException("streams of two pipelines cannot be one: pipelines=" + plan.name()
                        + " and " + other.plan.name());
            }
            inputs.add(other.node);
        }
        return then(new Node.UnionNode(inputs));
    }

    /**
     * Shares the events out evenly, whatever they are, among as many tasks as the engine has partitions: for work that one
     * thread cannot do. Events do not stay in order.
     */
    public Stream<T> rebalance() {
        return then(new Node.RebalanceNode(node));
    }

    /**
     * Groups events by a key: all events of a key meet in one place, in the order of each sender. Keys are equal when
     * their bytes are.
     *
     * @param type leave it out: the compiler fills in an empty array that tells the type of the key
     */
    @SafeVarargs
    public final <K> KeyedStream<K, T> keyBy(Function<? super T, ? extends K> key, K... type) {
        Node.KeyByNode keyBy = new Node.KeyByNode(node, Node.function(key), Node.elementType(type.getClass()));
        plan.add(keyBy);
        return new KeyedStream<>(plan, keyBy);
    }

    /** Ends the stream in a sink. */
    public void sink(String name, Sink<? super T> sink) {
        plan.add(new Node.SinkNode(node, name, sink));
    }

    /**
     * Ends the stream in a function of the program, called on the engine's threads: by several at once if the engine has
     * several partitions, never by two for the same partition. It should not block: other work waits for it.
     *
     * <p>At least once: results are given as they come, before their epoch is committed. After a crash those of the epoch
     * that was not are given again. For exactly once use a transactional sink.
     *
     * @param name unique among the sinks of the pipeline; the report counts rows under it
     */
    public void forEach(String name, Consumer<? super T> consumer) {
        plan.add(new Node.CallbackNode(node, name, Node.consumer(consumer)));
    }

    private Stream<T> then(Node next) {
        return new Stream<>(plan, plan.add(next));
    }
}
