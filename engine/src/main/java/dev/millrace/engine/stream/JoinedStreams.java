package dev.millrace.engine.stream;

import dev.millrace.engine.internal.join.EveryPair;
import dev.millrace.engine.internal.join.IntervalPairs;
import dev.millrace.engine.internal.join.LatestRight;
import dev.millrace.engine.internal.join.WindowPairs;
import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.JoinNodes;
import dev.millrace.engine.internal.plan.JoinTimes;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.PhysicalPlan.EdgeKind;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two streams grouped by keys of the same type, to be joined: events of one key meet, whichever stream they come from. Used
 * by the thread that builds the pipeline.
 *
 * <p>All of a join's state is kept under its name and stays in memory. What a pair makes has the time of the event that
 * completed it, or of the end of the window.
 *
 * @param <K> the key
 * @param <L> events of the left stream
 * @param <R> events of the right stream
 */
public final class JoinedStreams<K, L, R> {
    private final LogicalPlan plan;
    private final Node.KeyByNode left;
    private final Node.KeyByNode right;
    private @Nullable Consumer<Stream<L>> lateLeft;
    private @Nullable Consumer<Stream<R>> lateRight;

    JoinedStreams(LogicalPlan plan, Node.KeyByNode left, Node.KeyByNode right) {
        this.plan = plan;
        this.left = left;
        this.right = right;
    }

    /** Says what becomes of left events that come too late for {@link #within} or {@link #window}; else they are counted. */
    public JoinedStreams<K, L, R> onLateLeft(Consumer<Stream<L>> consumer) {
        lateLeft = once(lateLeft, consumer);
        return this;
    }

    /** Says what becomes of right events that come too late for {@link #within} or {@link #window}; else they are counted. */
    public JoinedStreams<K, L, R> onLateRight(Consumer<Stream<R>> consumer) {
        lateRight = once(lateRight, consumer);
        return this;
    }

    /**
     * Joins each left event with the right ones that happened from {@code before} earlier to {@code after} later than it. An
     * event is forgotten when no partner is expected any more. Late is what is not later than the watermark.
     *
     * @param name of the join; its state is found by it
     * @param before how much earlier the right event may be; from none to {@link Window#LONGEST}
     * @param after how much later the right event may be; from none to {@link Window#LONGEST}
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <O> Stream<O> within(
            String name,
            Duration before,
            Duration after,
            JoinFunction<? super L, ? super R, ? extends O> function,
            O... type) {
        checkTime("before", before);
        checkTime("after", after);
        return add(
                name,
                IntervalPairs.state(name, left.type(), right.type(), before.toMillis(), after.toMillis(), function),
                JoinTimes.INSTANT,
                Erased.elementType(type.getClass()));
    }

    /**
     * Joins the events of each window, each left one with each right one, when the window closes. Late is what comes when all
     * of its windows are closed.
     *
     * @param name of the join; its state is found by it
     * @param kind {@link Window#tumbling} or {@link Window#sliding}; in sliding windows a pair comes once for each they share
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     * @throws IllegalArgumentException if windows are of another kind
     */
    @SafeVarargs
    public final <O> Stream<O> window(
            String name, Window.Kind kind, JoinFunction<? super L, ? super R, ? extends O> function, O... type) {
        JoinTimes times = JoinTimes.of(name, kind);
        return add(
                name,
                WindowPairs.state(name, left.type(), right.type(), times, function),
                times,
                Erased.elementType(type.getClass()));
    }

    /**
     * Joins each left event with the latest right one of its key that has come before it; left events without one give
     * nothing. By arrival: a right event that comes later changes nothing of what was joined before.
     *
     * @param name of the join; its state is found by it
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <O> Stream<O> latest(
            String name, JoinFunction<? super L, ? super R, ? extends O> function, O... type) {
        return add(
                name,
                LatestRight.state(name, right.type(), false, function),
                JoinTimes.NEVER,
                Erased.elementType(type.getClass()));
    }

    /** As {@link #latest}, but the function is also called, with null, for left events of which the key has no right one. */
    @SafeVarargs
    public final <O> Stream<O> latestOrNone(
            String name, JoinFunction<? super L, ? super @Nullable R, ? extends O> function, O... type) {
        return add(
                name,
                LatestRight.state(name, right.type(), true, function),
                JoinTimes.NEVER,
                Erased.elementType(type.getClass()));
    }

    /**
     * Joins each left event with the latest right one of its key, as {@link #latest} does, where the right stream is a small
     * table: every task keeps all of it, and left events stay where they are, however many of them have the same key. A right
     * event takes the place of the one before it of its key in every task, in the same order everywhere, but not at the same
     * moment. The table is written once, by one task.
     *
     * @param name of the join; its state is found by it
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <O> Stream<O> broadcast(
            String name, JoinFunction<? super L, ? super R, ? extends O> function, O... type) {
        return add(
                name,
                LatestRight.state(name, right.type(), false, function),
                JoinTimes.NEVER,
                true,
                Erased.elementType(type.getClass()));
    }

    /** As {@link #broadcast}, but the function is also called, with null, for left events whose key is not in the table. */
    @SafeVarargs
    public final <O> Stream<O> broadcastOrNone(
            String name, JoinFunction<? super L, ? super @Nullable R, ? extends O> function, O... type) {
        return add(
                name,
                LatestRight.state(name, right.type(), true, function),
                JoinTimes.NEVER,
                true,
                Erased.elementType(type.getClass()));
    }

    /**
     * Joins each left event with each right one of its key, whenever they come: each pair once. Nothing is ever forgotten: for
     * streams that end, or have few events a key.
     *
     * @param name of the join; its state is found by it
     * @param type leave it out: the compiler fills in an empty array that tells the type of the result
     */
    @SafeVarargs
    public final <O> Stream<O> everyPair(
            String name, JoinFunction<? super L, ? super R, ? extends O> function, O... type) {
        return add(
                name,
                EveryPair.state(name, left.type(), right.type(), function),
                JoinTimes.NEVER,
                Erased.elementType(type.getClass()));
    }

    /**
     * Calls an object with each event of both streams and each timer that is due; it has the states of the key.
     *
     * @param name of the operator; its timers on disk are found by it
     * @param process states, put together to an object by {@link State#all}
     * @param type leave it out: the compiler fills in an empty array that tells the type of the output
     */
    @SafeVarargs
    public final <O> Stream<O> process(
            String name, State.Kind<? extends KeyedCoProcess<? super K, ? super L, ? super R, O>> process, O... type) {
        return add(name, process, JoinTimes.NEVER, Erased.elementType(type.getClass()));
    }

    private <O> Stream<O> add(String name, State.Kind<?> process, JoinTimes times, Class<?> type) {
        return add(name, process, times, false, type);
    }

    private <O> Stream<O> add(String name, State.Kind<?> process, JoinTimes times, boolean isBroadcast, Class<?> type) {
        if (times.equals(JoinTimes.NEVER) && (lateLeft != null || lateRight != null)) {
            throw new IllegalArgumentException(
                    "no event is late for this join: join=" + name + "; leave onLateLeft and onLateRight out");
        }
        JoinNodes.JoinInputNode leftInput =
                new JoinNodes.JoinInputNode(left, "left", isBroadcast ? EdgeKind.REBALANCE : EdgeKind.KEY);
        JoinNodes.JoinInputNode rightInput = new JoinNodes.JoinInputNode(
                right, isBroadcast ? "table" : "right", isBroadcast ? EdgeKind.BROADCAST : EdgeKind.KEY);
        JoinNodes.JoinNode join = new JoinNodes.JoinNode(
                leftInput, rightInput, new Node.StatefulNode(left, name, process, null, null, type), times);
        plan.add(leftInput);
        plan.add(rightInput);
        plan.add(join);
        if (lateLeft != null) {
            lateLeft.accept(new Stream<>(plan, plan.add(new JoinNodes.JoinLateNode(join, leftInput))));
        }
        if (lateRight != null) {
            lateRight.accept(new Stream<>(plan, plan.add(new JoinNodes.JoinLateNode(join, rightInput))));
        }
        return new Stream<>(plan, join);
    }

    private static <T> Consumer<Stream<T>> once(@Nullable Consumer<Stream<T>> before, Consumer<Stream<T>> consumer) {
        if (before != null) {
            throw new IllegalStateException("late events have a place already: say it once");
        }
        return Objects.requireNonNull(consumer, "consumer");
    }

    private static void checkTime(String what, Duration time) {
        if (time.isNegative() || time.compareTo(Window.LONGEST) > 0) {
            throw new IllegalArgumentException("distance of a join must be from none to " + Window.LONGEST.toDays()
                    + " days: " + what + "=" + time);
        }
    }
}
