package dev.millrace.engine.stream;

import dev.millrace.engine.internal.embed.LaneEgress;
import dev.millrace.engine.internal.plan.BranchNodes;
import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.OutputNodes;
import dev.millrace.engine.operator.Sink;
import dev.millrace.state.StoreKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        return then(new Node.EventTimeNode(node, Erased.function(time), Erased.strategy(strategy)));
    }

    /** Keeps the events for which the predicate holds. */
    public Stream<T> filter(Predicate<? super T> predicate) {
        return then(new Node.FilterNode(node, Erased.predicate(predicate)));
    }

    /**
     * Turns each event into another one.
     *
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <R> Stream<R> map(Function<? super T, ? extends R> function, R... type) {
        return new Stream<>(
                plan, plan.add(new Node.MapNode(node, Erased.function(function), Erased.elementType(type.getClass()))));
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
                plan,
                plan.add(new Node.FlatMapNode(node, Erased.flatMap(function), Erased.elementType(type.getClass()))));
    }

    /**
     * What the function of {@link #flatMap} emits with a tag, of the stream that {@code flatMap} returned only; or the letters
     * about events that an operator could not process, of the stream whose {@link #onError} has this tag.
     *
     * @throws IllegalArgumentException if this stream is another one, or the tag was read already
     */
    public <S> Stream<S> sideOutput(SideOutput<S> output) {
        if (plan.errorPolicies().of(node).letters() == output) {
            @SuppressWarnings("unchecked") // The tag is one of letters.
            Stream<S> letters = (Stream<S>) this.<DeadLetter>letters();
            return letters;
        }
        if (!(node instanceof Node.FlatMapNode flatMap)) {
            throw new IllegalArgumentException("no side outputs here: operator=" + node.describe()
                    + "; call sideOutput(..) on the stream that flatMap(..) returned");
        }
        return new Stream<>(plan, plan.add(new BranchNodes.SideOutputNode(flatMap, output)));
    }

    private <L> Stream<L> letters() {
        return new Stream<>(plan, plan.add(new BranchNodes.DeadLetterNode(node)));
    }

    /**
     * Says what becomes of an event for which the function of the operator before throws an exception: of {@link #filter},
     * {@link #map}, {@link #flatMap}, {@link #peek}, {@link #mapAsync}, {@link KeyedStream#stateful} or
     * {@link KeyedStream#process}. Else the job fails. Functions of windows over time, and of joins, have no policy: check events in front
     * of them.
     *
     * <p>What a call that fails has emitted does not go on. State and timers that it wrote before it failed stay written: check
     * an event before you write, and above all if the function is to be called again. What was skipped is skipped in the same
     * epoch as its letter: a transactional sink has each letter once, over any crash.
     *
     * @throws IllegalArgumentException if the operator before has no policy
     * @throws IllegalStateException if it was told one already
     */
    public Stream<T> onError(ErrorPolicy policy) {
        plan.errorPolicies().set(node, policy);
        return this;
    }

    /**
     * Says which store on disk has the state of the operator before, with its timers, if it is not the engine's
     * {@link dev.millrace.engine.EngineConfig#store}: {@code .stateful(..).store(StoreKind.ROCKSDB)} for state that is written much
     * more than read. One commit is for all stores. What is on disk stays where it is: to change the store of an operator, take a
     * savepoint and restore it with the new pipeline.
     *
     * @throws IllegalArgumentException if the operator before has no state
     * @throws IllegalStateException if it was told a store already
     */
    public Stream<T> store(StoreKind store) {
        plan.stores().set(node, Objects.requireNonNull(store, "store"));
        return this;
    }

    /**
     * Asks another system about each event and goes on with its answers, which have the times of their events. A worker never
     * waits: it asks, does something else, and sends an answer on when it is there. Requests are part of the epoch that asked
     * them: it is committed once all are answered, and after a crash what was not answered is asked again. So the other
     * system sees a request at least once, and streams behind see an answer once.
     *
     * <p>A request that fails, or takes longer than its timeout, fails the job, unless {@link #onError} says otherwise.
     *
     * @param name unique among operators, for messages
     * @param type leave it out: the compiler fills in an empty array that tells the type of the answers
     */
    @SafeVarargs
    public final <R> Stream<R> mapAsync(String name, AsyncFunction<? super T, R> function, Asking asking, R... type) {
        return new Stream<>(
                plan,
                plan.add(new Node.AsyncNode(
                        node,
                        name,
                        Erased.async(function),
                        Objects.requireNonNull(asking, "asking"),
                        Erased.elementType(type.getClass()))));
    }

    /** Shows each event to a function on its way. */
    public Stream<T> peek(Consumer<? super T> consumer) {
        return then(new Node.PeekNode(node, Erased.consumer(consumer)));
    }

    /** Parts the stream in two: the events for which the predicate holds, and the others. It is asked once per event. */
    public Split<T> split(Predicate<? super T> predicate) {
        BranchNodes.SplitNode split = new BranchNodes.SplitNode(node, Erased.predicate(predicate));
        return new Split<>(then(split), then(new BranchNodes.RestNode(split)));
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
        return then(new BranchNodes.UnionNode(inputs));
    }

    /**
     * Shares the events out evenly, whatever they are, among as many tasks as the engine has partitions: for work that one
     * thread cannot do. Events do not stay in order.
     */
    public Stream<T> rebalance() {
        return then(new BranchNodes.RebalanceNode(node));
    }

    /**
     * Groups events by a key: all events of a key meet in one place, in the order of each sender. Keys are equal when
     * their bytes are.
     *
     * @param type leave it out: the compiler fills in an empty array that tells the type of the key
     */
    @SafeVarargs
    public final <K> KeyedStream<K, T> keyBy(Function<? super T, ? extends K> key, K... type) {
        Node.KeyByNode keyBy = new Node.KeyByNode(node, Erased.function(key), Erased.elementType(type.getClass()));
        plan.add(keyBy);
        return new KeyedStream<>(plan, keyBy);
    }

    /** Ends the stream in a sink. */
    public void sink(String name, Sink<? super T> sink) {
        plan.add(new OutputNodes.SinkNode(node, name, sink));
    }

    /**
     * Ends the stream where the program takes results from, by any of its threads.
     *
     * @param name unique among the sinks of the pipeline; the report counts rows under it
     */
    public void sink(String name, Egress<? super T> egress) {
        if (!(egress instanceof LaneEgress<?> lanes)) {
            throw new IllegalArgumentException("egress is none of the engine: name=" + name + "; use Egress.of(..)");
        }
        plan.add(new OutputNodes.EgressNode(node, name, lanes, lanes.type(), lanes.isOnlyCommitted()));
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
        plan.add(new OutputNodes.CallbackNode(node, name, Erased.consumer(consumer)));
    }

    private Stream<T> then(Node next) {
        return new Stream<>(plan, plan.add(next));
    }
}
