package dev.millrace.engine.internal.join;

import dev.millrace.engine.internal.plan.JoinTimes;
import dev.millrace.engine.internal.window.WindowOutput;
import dev.millrace.engine.stream.JoinFunction;
import dev.millrace.engine.stream.KeyedCoProcess;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.stream.ValueState;
import java.time.Instant;
import java.util.Map;

/** Joins the events of each window when it closes. One timer a key, for the window that closes next. */
public record WindowPairs(
        MapState<Arrival, Object> lefts,
        MapState<Arrival, Object> rights,
        ValueState<Long> count,
        ValueState<Long> nextEnd,
        JoinTimes times,
        JoinFunction<Object, Object, Object> function)
        implements KeyedCoProcess<Object, Object, Object, Object> {
    /** What it keeps per key. */
    @SuppressWarnings("unchecked") // The stream API has checked the types.
    public static State.Kind<WindowPairs> state(
            String name, Class<?> left, Class<?> right, JoinTimes times, JoinFunction<?, ?, ?> function) {
        return State.all(
                State.map(name + ".left", Arrival.class, (Class<Object>) left),
                State.map(name + ".right", Arrival.class, (Class<Object>) right),
                State.value(name + ".count", Long.class, 0L),
                State.value(name + ".end", Long.class),
                (lefts, rights, count, nextEnd) -> new WindowPairs(
                        lefts, rights, count, nextEnd, times, (JoinFunction<Object, Object, Object>) function));
    }

    @Override
    public void onLeft(Object event, Output<Object> out) {
        lefts.put(next(out), event);
    }

    @Override
    public void onRight(Object event, Output<Object> out) {
        rights.put(next(out), event);
    }

    private Arrival next(Output<Object> out) {
        long millis = out.timeMillis();
        closeAt(times.firstOpenEnd(millis, out.watermarkMillis()), out);
        long number = count.get();
        count.set(number + 1);
        return new Arrival(millis, number);
    }

    private void closeAt(long end, Output<Object> out) {
        Long before = nextEnd.get();
        if (before == null || end < before) {
            nextEnd.set(end);
            out.timerAt(Instant.ofEpochMilli(end - 1));
        }
    }

    @Override
    public void onTimer(Object key, Timer timer, Output<Object> output) {
        WindowOutput<Object> out = (WindowOutput<Object>) output;
        long end = timer.at().toEpochMilli() + 1;
        nextEnd.clear();
        long next = close(end, out);
        while (timer.isAtEnd() && next != Long.MAX_VALUE) {
            next = close(next, out);
        }
        if (next == Long.MAX_VALUE) {
            count.clear();
        } else {
            closeAt(next, out);
        }
    }

    /** Joins what is in a window and forgets what is in no later one. Returns the end of the next. */
    private long close(long end, WindowOutput<Object> out) {
        long start = end - times.sizeMillis();
        lefts.forEach((leftArrival, left) -> {
            if (leftArrival.millis() >= start && leftArrival.millis() < end) {
                rights.forEach((rightArrival, right) -> {
                    if (rightArrival.millis() >= start && rightArrival.millis() < end) {
                        // Not emit(..): at the end of the input one timer closes all windows that are left.
                        out.emitAt(function.join(left, right), end - 1);
                    }
                });
            }
        });
        long nextStart = start + times.slideMillis();
        lefts.removeIf((arrival, left) -> arrival.millis() < nextStart);
        rights.removeIf((arrival, right) -> arrival.millis() < nextStart);
        return Math.min(nextEnd(lefts, end), nextEnd(rights, end));
    }

    private long nextEnd(MapState<Arrival, Object> kept, long closed) {
        long earliest = Long.MAX_VALUE;
        for (Map.Entry<Arrival, Object> each : kept) {
            earliest = Math.min(earliest, times.firstOpenEnd(each.getKey().millis(), closed - 1));
        }
        return earliest;
    }
}
