package dev.millrace.engine.stream;

import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.operator.Sink;
import java.time.Duration;
import java.time.Instant;
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
        if (maxDisorder.isNegative() || maxDisorder.compareTo(Window.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "disorder must be from none to " + Window.LONGEST.toDays() + " days: maxDisorder=" + maxDisorder);
        }
        return then(new Node.EventTimeNode(node, Node.function(time), maxDisorder.toMillis()));
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

    private Stream<T> then(Node next) {
        return new Stream<>(plan, plan.add(next));
    }
}
