package dev.millrace.engine.stream;

import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A keyed stream divided into windows.
 *
 * <p>A window's result comes once, when the watermark says that no event of it is expected any more. An event whose
 * window is closed by then is late: it goes to {@link #onLate}, or is counted in the job's report.
 *
 * @param <K> the key
 * @param <T> the events
 */
public final class WindowedStream<K, T> {
    private final LogicalPlan plan;
    private final Node.KeyByNode keyBy;
    private final Window.Kind kind;
    private @Nullable Consumer<Stream<T>> late;

    WindowedStream(LogicalPlan plan, Node.KeyByNode keyBy, Window.Kind kind) {
        this.plan = plan;
        this.keyBy = keyBy;
        this.kind = kind;
    }

    /** Says what becomes of late events: the consumer is called once, with the stream of them. */
    public WindowedStream<K, T> onLate(Consumer<Stream<T>> consumer) {
        if (late != null) {
            throw new IllegalStateException("late events have a place already: call onLate once");
        }
        late = consumer;
        return this;
    }

    /**
     * Aggregates the events of each key and window.
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
        return aggregateAs(name, aggregate, result, Node.elementType(type.getClass()));
    }

    <A, R> Stream<R> aggregateAs(
            String name,
            Aggregate<? super T, A> aggregate,
            WindowResult<? super K, ? super A, ? extends R> result,
            Class<?> type) {
        Node.AggregateNode node =
                new Node.AggregateNode(keyBy, name, kind, Node.aggregate(aggregate), Node.result(result), type);
        plan.add(node);
        if (late != null) {
            Node.LateNode lateNode = new Node.LateNode(node);
            plan.add(lateNode);
            late.accept(new Stream<>(plan, lateNode));
        }
        return new Stream<>(plan, node);
    }
}
