package dev.millrace.engine.internal.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import java.lang.invoke.MethodHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class EventTimeOpTest {
    private final List<String> seen = new ArrayList<>();

    /** Writes down what comes through. */
    private final class Recorder extends Receiver {
        @Override
        public MethodHandle path() {
            return EventPath.into(this, "accept");
        }

        @SuppressWarnings("UnusedMethod") // the path leads to it
        void accept(Object event, long timestamp) {
            seen.add(event + " at " + timestamp);
        }

        @Override
        public void watermark(long watermark) {
            seen.add("watermark " + watermark);
        }

        @Override
        public void barrier(Barrier barrier) {
            seen.add("barrier");
        }

        @Override
        public void flush() {}
    }

    private Receiver eventTime(Map<String, Long> times) {
        Function<Long, Instant> time = Instant::ofEpochMilli;
        MapNode before = new MapNode(null, Node.function(time), Long.class);
        return ChainOperators.eventTime(
                new EventTimeNode(before, Node.function(time), 100), "time-0", times, new Recorder());
    }

    private static void send(Receiver receiver, Object event) {
        try {
            MethodHandle path = receiver.path();
            path.invokeExact(event, Receiver.NO_TIME);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    @Test
    void theWatermarkMovesOnlyWhenItIsAskedForAndNeverBack() {
        Receiver time = eventTime(Map.of());
        time.watermark(Receiver.NO_TIME);
        send(time, 1000L);
        send(time, 500L);
        time.watermark(Receiver.NO_TIME);
        time.watermark(Receiver.NO_TIME);
        send(time, 700L);
        time.watermark(Receiver.NO_TIME);
        send(time, 1001L);
        time.watermark(Receiver.NO_TIME);
        time.watermark(Receiver.END_OF_TIME);
        assertEquals(
                List.of(
                        "1000 at 1000",
                        "500 at 500",
                        "watermark 899",
                        "700 at 700",
                        "1001 at 1001",
                        "watermark 900",
                        "watermark " + Receiver.END_OF_TIME),
                seen);
    }

    @Test
    void aRestoredWatermarkIsRepeatedExactlyBeforeItMoves() {
        Receiver before = eventTime(Map.of());
        send(before, 1000L);
        before.watermark(Receiver.NO_TIME);
        send(before, 5000L);
        Barrier barrier = new Barrier(1, false);
        before.barrier(barrier);
        seen.clear();
        Receiver after = eventTime(barrier.times());
        after.watermark(Receiver.NO_TIME);
        send(after, 10L);
        after.watermark(Receiver.NO_TIME);
        assertEquals(List.of("watermark 899", "10 at 10", "watermark 4899"), seen);
    }
}
