package dev.millrace.engine.stream;

import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Reduce;
import dev.millrace.engine.internal.window.CountNodes;
import java.util.function.BinaryOperator;

/**
 * A keyed stream divided into windows of a number of events, in the order in which they come. Time does not matter, and no
 * event is late. A window that is not full yet is state of its key, and comes back after a crash.
 *
 * @param <K> the key
 * @param <T> the events
 */
public final class CountWindowedStream<K, T> {
    /** The most events of a window. */
    public static final long MOST_EVENTS = 1_000_000;

    private final LogicalPlan plan;
    private final Node.KeyByNode keyBy;
    private final long events;
    private final long every;

    CountWindowedStream(LogicalPlan plan, Node.KeyByNode keyBy, long events, long every) {
        if (events < 1 || events > MOST_EVENTS) {
            throw new IllegalArgumentException("a window has from 1 to " + MOST_EVENTS + " events: events=" + events);
        }
        if (every < 1 || every > events) {
            throw new IllegalArgumentException("windows would leave gaps, or never come: events=" + events + ", every="
                    + every + "; choose from 1 to the size");
        }
        this.plan = plan;
        this.keyBy = keyBy;
        this.events = events;
        this.every = every;
    }

    /**
     * Aggregates the events of each window. One value is kept per key if windows do not overlap, and the last events if they
     * do.
     *
     * @param name of the operator and its state
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <A, R> Stream<R> aggregate(
            String name,
            Aggregate<? super T, A> aggregate,
            CountResult<? super K, ? super A, ? extends R> result,
            R... type) {
        return add(nodes(name, type.getClass())
                .aggregate(aggregate.initial().getClass(), Erased.aggregate(aggregate), result));
    }

    /**
     * Joins the events of each window to one, the first and the second, what comes of them and the third, and so on.
     *
     * @param name of the operator and its state
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <R> Stream<R> reduce(
            String name, BinaryOperator<T> reduce, CountResult<? super K, ? super T, ? extends R> result, R... type) {
        return add(nodes(name, type.getClass()).aggregate(keyBy.type(), Reduce.of(reduce), result));
    }

    /**
     * Keeps the events of each window and gives them to a function with the last.
     *
     * @param name of the operator and its state
     * @param type leave it out: the compiler fills in an empty array that tells the type of the output
     */
    @SafeVarargs
    public final <R> Stream<R> process(String name, CountFunction<? super K, T, R> function, R... type) {
        return add(nodes(name, type.getClass()).process(function));
    }

    private CountNodes nodes(String name, Class<?> witness) {
        return new CountNodes(keyBy, name, events, every, Erased.elementType(witness));
    }

    private <R> Stream<R> add(Node node) {
        return new Stream<>(plan, plan.add(node));
    }
}
