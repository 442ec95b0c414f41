package dev.millrace.engine.internal.join;

import dev.millrace.engine.stream.JoinFunction;
import dev.millrace.engine.stream.KeyedCoProcess;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.stream.ValueState;
import java.time.Instant;
import java.util.Map;

/**
 * Joins events whose times are near. Each event is kept until the watermark says that no partner will come; a timer of the key
 * looks through what is kept a few times in each such span, never more often, so that its cost per event is bounded.
 */
public record IntervalPairs(
        MapState<Arrival, Object> lefts,
        MapState<Arrival, Object> rights,
        ValueState<Long> count,
        ValueState<Long> nextLook,
        long beforeMillis,
        long afterMillis,
        JoinFunction<Object, Object, Object> function)
        implements KeyedCoProcess<Object, Object, Object, Object> {
    private static final long LOOKS_PER_SPAN = 4;

    /** What it keeps per key. */
    @SuppressWarnings("unchecked") // The stream API has checked the types.
    public static State.Kind<IntervalPairs> state(
            String name,
            Class<?> left,
            Class<?> right,
            long beforeMillis,
            long afterMillis,
            JoinFunction<?, ?, ?> function) {
        return State.all(
                State.map(name + ".left", Arrival.class, (Class<Object>) left),
                State.map(name + ".right", Arrival.class, (Class<Object>) right),
                State.value(name + ".count", Long.class, 0L),
                State.value(name + ".look", Long.class),
                (lefts, rights, count, nextLook) ->
                        new IntervalPairs(lefts, rights, count, nextLook, beforeMillis, afterMillis, (JoinFunction<
                                        Object, Object, Object>)
                                function));
    }

    @Override
    public void onLeft(Object event, Output<Object> out) {
        long millis = out.timeMillis();
        rights.forEach((arrival, right) -> {
            if (arrival.millis() >= millis - beforeMillis && arrival.millis() <= millis + afterMillis) {
                out.emit(function.join(event, right));
            }
        });
        lefts.put(next(millis), event);
        lookAt(millis + afterMillis, out);
    }

    @Override
    public void onRight(Object event, Output<Object> out) {
        long millis = out.timeMillis();
        lefts.forEach((arrival, left) -> {
            if (millis >= arrival.millis() - beforeMillis && millis <= arrival.millis() + afterMillis) {
                out.emit(function.join(left, event));
            }
        });
        rights.put(next(millis), event);
        lookAt(millis + beforeMillis, out);
    }

    private Arrival next(long millis) {
        long number = count.get();
        count.set(number + 1);
        return new Arrival(millis, number);
    }

    /** Sees to it that somebody looks when the watermark is there, or a little later. */
    private void lookAt(long millis, Output<Object> out) {
        long grain = Math.max(1, (beforeMillis + afterMillis) / LOOKS_PER_SPAN);
        long look = millis - Math.floorMod(millis, grain) + grain;
        Long before = nextLook.get();
        if (before == null || look < before) {
            nextLook.set(look);
            out.timerAt(Instant.ofEpochMilli(look));
        }
    }

    @Override
    public void onTimer(Object key, Timer timer, Output<Object> out) {
        nextLook.clear();
        if (timer.isAtEnd()) {
            lefts.clear();
            rights.clear();
            count.clear();
            return;
        }
        long reached = timer.at().toEpochMilli();
        lefts.removeIf((arrival, left) -> arrival.millis() + afterMillis <= reached);
        rights.removeIf((arrival, right) -> arrival.millis() + beforeMillis <= reached);
        long earliest = Math.min(earliest(lefts, afterMillis), earliest(rights, beforeMillis));
        if (earliest == Long.MAX_VALUE) {
            count.clear();
        } else {
            lookAt(earliest, out);
        }
    }

    private static long earliest(MapState<Arrival, Object> kept, long forMillis) {
        long earliest = Long.MAX_VALUE;
        for (Map.Entry<Arrival, Object> each : kept) {
            earliest = Math.min(earliest, each.getKey().millis() + forMillis);
        }
        return earliest;
    }
}
