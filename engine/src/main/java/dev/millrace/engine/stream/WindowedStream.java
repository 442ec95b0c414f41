package dev.millrace.engine.stream;

import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Reduce;
import dev.millrace.engine.internal.window.KeptWindowNodes;
import dev.millrace.engine.internal.window.Panes;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A keyed stream divided into windows.
 *
 * <p>A window's result comes once, when the watermark says that no event of it is expected any more. An event whose
 * window is closed by then is late: it goes to {@link #onLate}, or is counted in the job's report. More results come if
 * they are asked for: before, by {@link #earlyEvery(Duration)} or {@link #earlyEvery(long)}, and behind, by
 * {@link #allowedLateness}. Which one a result is, a {@link PaneResult} is told.
 *
 * <p>The methods that say how windows are come before the one that says what is made of them.
 *
 * @param <K> the key
 * @param <T> the events
 */
public final class WindowedStream<K, T> {
    private final LogicalPlan plan;
    private final Node.KeyByNode keyBy;
    private final Window.Kind kind;
    private @Nullable Consumer<Stream<T>> late;
    private Panes panes = Panes.FINAL_ONLY;

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
     * Keeps each window until the watermark has passed its end by this long. Each late event that comes by then gives a
     * {@link Pane#UPDATE} of the window's result at once; what comes later is late for good. An event that joins a closed
     * session with later ones opens it again: it closes, and has a final result, once more.
     *
     * @param lateness from 1 ms to {@link Window#LONGEST}
     */
    public WindowedStream<K, T> allowedLateness(Duration lateness) {
        panes = new Panes(millis("lateness", lateness), panes.earlyMillis(), panes.earlyCount());
        return this;
    }

    /**
     * Gives a {@link Pane#EARLY} result of each open window of a key that has changed, this long after the first event since
     * the last, by the clock. When that is depends on the clock: a job that is started again may give others.
     *
     * @param interval from 1 ms to {@link Window#LONGEST}
     */
    public WindowedStream<K, T> earlyEvery(Duration interval) {
        panes = new Panes(panes.latenessMillis(), millis("interval of early results", interval), panes.earlyCount());
        return this;
    }

    /**
     * Gives a {@link Pane#EARLY} result of an open window whenever it has taken so many events since the last.
     *
     * @param events at least 1
     */
    public WindowedStream<K, T> earlyEvery(long events) {
        if (events < 1) {
            throw new IllegalArgumentException("early results come every 1 or more events: events=" + events);
        }
        panes = new Panes(panes.latenessMillis(), panes.earlyMillis(), events);
        return this;
    }

    private static long millis(String what, Duration duration) {
        if (duration.compareTo(Duration.ofMillis(1)) < 0 || duration.compareTo(Window.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    what + " must be from 1 ms to " + Window.LONGEST.toDays() + " days: duration=" + duration);
        }
        return duration.toMillis();
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
        return aggregateAs(name, aggregate, result, Erased.elementType(type.getClass()));
    }

    /**
     * Aggregates the events of each key and window, and says of each result which one it is.
     *
     * @param name of the state
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <A, R> Stream<R> aggregate(
            String name,
            Aggregate<? super T, A> aggregate,
            PaneResult<? super K, ? super A, ? extends R> result,
            R... type) {
        return windowed(kept(name, Erased.elementType(type.getClass()))
                .aggregate(aggregate.initial().getClass(), Erased.aggregate(aggregate), result));
    }

    /**
     * Joins the events of each key and window to one, the first and the second, what comes of them and the third, and so on.
     *
     * @param name of the state
     * @param reduce joins what is there with what comes; in sliding windows and sessions also two that are there, the earlier
     *     one first
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <R> Stream<R> reduce(
            String name, BinaryOperator<T> reduce, WindowResult<? super K, ? super T, ? extends R> result, R... type) {
        return windowed(
                aggregateNode(name, Reduce.of(reduce), result, Erased.elementType(type.getClass()), keyBy.type()));
    }

    /**
     * Joins the events of each key and window to one, and says of each result which one it is.
     *
     * @param name of the state
     * @param reduce joins what is there with what comes; in sessions also two that are there, the earlier one first
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <R> Stream<R> reduce(
            String name, BinaryOperator<T> reduce, PaneResult<? super K, ? super T, ? extends R> result, R... type) {
        return windowed(
                kept(name, Erased.elementType(type.getClass())).aggregate(keyBy.type(), Reduce.of(reduce), result));
    }

    /**
     * Keeps all events of each key and window and gives them to a function when it closes. An event of sliding windows is kept
     * once for each of them: {@link #aggregate} keeps one value per slice.
     *
     * @param name of the operator and its state
     * @param type leave it out: the compiler fills in an empty array that tells the type of the output
     */
    @SafeVarargs
    public final <R> Stream<R> process(String name, WindowFunction<? super K, T, R> function, R... type) {
        return windowed(kept(name, Erased.elementType(type.getClass())).process(function));
    }

    /**
     * Keeps the greatest events of each key and window; of equal ones the first that came is greater.
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
            TopResult<? super K, ? super T, ? extends R> result,
            R... type) {
        return windowed(kept(name, Erased.elementType(type.getClass())).top(n, order, result));
    }

    /**
     * Lets the first event of each key and window through, at once.
     *
     * @param name of the operator and its state
     */
    public Stream<T> distinct(String name) {
        if (panes.earlyMillis() != 0 || panes.earlyCount() != 0) {
            throw new IllegalStateException(
                    "the first event of a window goes out at once: operator=" + name + "; leave earlyEvery(..) out");
        }
        return windowed(kept(name, keyBy.type()).first());
    }

    <A, R> Stream<R> aggregateAs(
            String name,
            Aggregate<? super T, A> aggregate,
            WindowResult<? super K, ? super A, ? extends R> result,
            Class<?> type) {
        return windowed(aggregateNode(
                name,
                Erased.aggregate(aggregate),
                result,
                type,
                aggregate.initial().getClass()));
    }

    private Node aggregateNode(
            String name,
            Aggregate<Object, Object> aggregate,
            WindowResult<?, ?, ?> result,
            Class<?> type,
            Class<?> valueType) {
        WindowResult<Object, Object, Object> make = Erased.result(result);
        if (panes.equals(Panes.FINAL_ONLY)) {
            return new Node.AggregateNode(keyBy, name, kind, aggregate, make, type);
        }
        PaneResult<Object, Object, Object> each = (key, window, pane, value) -> make.of(key, window, value);
        return kept(name, type).aggregate(valueType, aggregate, each);
    }

    private KeptWindowNodes kept(String name, Class<?> type) {
        return new KeptWindowNodes(keyBy, name, kind, panes, type);
    }

    private <R> Stream<R> windowed(Node node) {
        plan.add(node);
        if (late != null) {
            Node.LateNode lateNode = new Node.LateNode(node, keyBy.type());
            plan.add(lateNode);
            late.accept(new Stream<>(plan, lateNode));
        }
        return new Stream<>(plan, node);
    }
}
