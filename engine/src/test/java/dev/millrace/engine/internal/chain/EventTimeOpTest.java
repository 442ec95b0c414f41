package dev.millrace.engine.internal.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.WatermarkFunction;
import dev.millrace.engine.stream.WatermarkStrategy;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class EventTimeOpTest {
    private final List<String> seen = new ArrayList<>();
    private final TimeMark mark = new TimeMark("time-0", WatermarkStrategy.monotonic());
    private long nowNanos;
    private int part;

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

    /** Three parts; the test says which one an event is of. */
    private final class Parts extends SourceReader {
        @Override
        public int parts() {
            return 3;
        }

        @Override
        public int part() {
            return part;
        }

        @Override
        public boolean advance() {
            return false;
        }

        @Override
        public Object event() {
            throw new UnsupportedOperationException("the test sends events");
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public byte[] position() {
            return new byte[0];
        }

        @Override
        public void seek(byte[] position) {}

        @Override
        public long skippedCount() {
            return 0;
        }

        @Override
        public double progress() {
            return -1;
        }

        @Override
        public String place() {
            return "nowhere";
        }

        @Override
        public void close() {}
    }

    private Receiver eventTime(Map<String, Long> times) {
        return eventTime(times, WatermarkStrategy.boundedDisorder(Duration.ofMillis(100)));
    }

    private Receiver eventTime(Map<String, Long> times, WatermarkStrategy<Object> strategy) {
        Function<Long, Instant> time = Instant::ofEpochMilli;
        MapNode before = new MapNode(null, Erased.function(time), Long.class);
        return ChainOperators.eventTime(
                new EventTimeNode(before, Erased.function(time), strategy),
                mark,
                times,
                new Parts(),
                () -> nowNanos,
                new Recorder());
    }

    private void send(Receiver receiver, int partOfEvent, long millis) {
        part = partOfEvent;
        send(receiver, millis);
    }

    /** Asks for the watermark after a while; what was sent since the last time. */
    private List<String> ask(Receiver receiver, Duration later) {
        nowNanos += later.toNanos();
        receiver.watermark(Receiver.NO_TIME);
        List<String> sent =
                seen.stream().filter(line -> line.startsWith("watermark")).toList();
        seen.clear();
        return sent;
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

    @Test
    void aMonotonicWatermarkIsRightBehindTheLatestEvent() {
        Receiver time = eventTime(Map.of(), WatermarkStrategy.monotonic());
        send(time, 1000L);
        assertEquals(List.of("watermark 999"), ask(time, Duration.ZERO));
        assertEquals(1000, mark.latestMillis());
        assertEquals(999, mark.watermarkMillis());
    }

    @Test
    void aFunctionSaysHowFarTimeHasComeAndIsTakenAtItsWordAfterARecovery() {
        // Whole seconds end a batch: only they move time.
        WatermarkStrategy<Object> batches = WatermarkStrategy.custom(
                (event, millis, latest) -> millis % 1000 == 0 ? millis : WatermarkFunction.UNCHANGED);
        Receiver time = eventTime(Map.of(), batches);
        send(time, 1500L);
        assertEquals(List.of(), ask(time, Duration.ZERO));
        send(time, 1000L);
        assertEquals(List.of("watermark 1000"), ask(time, Duration.ZERO));
        send(time, 3000L);
        send(time, 2000L);
        Barrier barrier = new Barrier(1, false);
        time.barrier(barrier);
        Receiver after = eventTime(barrier.times(), batches);
        assertEquals(List.of("watermark 1000"), ask(after, Duration.ZERO), "what those behind knew");
        assertEquals(List.of("watermark 3000"), ask(after, Duration.ZERO), "what was permitted and not yet said");
    }

    @Test
    void aFunctionCannotEndTime() {
        Receiver time = eventTime(Map.of(), WatermarkStrategy.custom((event, millis, latest) -> Long.MAX_VALUE));
        send(time, 1L);
        assertEquals(List.of("watermark " + (Long.MAX_VALUE - 1)), ask(time, Duration.ZERO));
    }

    @Test
    void theWatermarkOfASourceOfPartsIsThatOfTheOneFurthestBehind() {
        Receiver time = eventTime(
                Map.of(),
                WatermarkStrategy.boundedDisorder(Duration.ofMillis(100)).perPart());
        send(time, 0, 1000);
        send(time, 1, 9000);
        assertEquals(List.of(), ask(time, Duration.ZERO), "one part has not said anything");
        send(time, 2, 5000);
        assertEquals(List.of("watermark 899"), ask(time, Duration.ZERO));
        send(time, 0, 7000);
        assertEquals(List.of("watermark 4899"), ask(time, Duration.ZERO));
    }

    @Test
    void aPartThatIsSilentForTheBoundHoldsNothingBackUntilItSpeaks() {
        Receiver time =
                eventTime(Map.of(), WatermarkStrategy.monotonic().perPart().idleAfter(Duration.ofSeconds(8)));
        send(time, 0, 1000);
        send(time, 1, 2000);
        send(time, 2, 3000);
        assertEquals(List.of("watermark 999"), ask(time, Duration.ZERO));
        for (int second = 1; second < 8; second++) {
            send(time, 1, 2000 + second);
            send(time, 2, 3000 + second);
            assertEquals(List.of(), ask(time, Duration.ofSeconds(1)), "second=" + second);
        }
        send(time, 1, 2008);
        send(time, 2, 3008);
        assertEquals(List.of("watermark 2007"), ask(time, Duration.ofSeconds(1)), "silent for the bound");
        send(time, 0, 1500);
        send(time, 1, 4000);
        assertEquals(List.of(), ask(time, Duration.ofSeconds(1)), "it is back, and time does not go back");
        send(time, 0, 3500);
        assertEquals(List.of("watermark 3007"), ask(time, Duration.ofSeconds(1)));
    }

    @Test
    void whileTheSourceIsNotReadItsPartsAreNotSilent() {
        Receiver time =
                eventTime(Map.of(), WatermarkStrategy.monotonic().perPart().idleAfter(Duration.ofSeconds(8)));
        send(time, 0, 1000);
        send(time, 1, 2000);
        send(time, 2, 3000);
        ask(time, Duration.ZERO);
        send(time, 1, 2001);
        send(time, 2, 3001);
        assertEquals(List.of(), ask(time, Duration.ofHours(1)), "an eighth of the bound at most");
    }

    @Test
    void thePartsAreWhereTheyWereAfterARecovery() {
        WatermarkStrategy<Object> strategy =
                WatermarkStrategy.monotonic().perPart().neverIdle();
        Receiver before = eventTime(Map.of(), strategy);
        send(before, 0, 1000);
        send(before, 1, 2000);
        send(before, 2, 3000);
        ask(before, Duration.ZERO);
        Barrier barrier = new Barrier(1, false);
        before.barrier(barrier);
        Receiver after = eventTime(barrier.times(), strategy);
        assertEquals(List.of("watermark 999"), ask(after, Duration.ZERO));
        send(after, 0, 9000);
        assertEquals(List.of("watermark 1999"), ask(after, Duration.ZERO), "of the part that has not spoken since");
    }

    @Test
    void refusesAPartThatTheSourceDoesNotHave() {
        Receiver time = eventTime(Map.of(), WatermarkStrategy.monotonic().perPart());
        String message = assertThrows(IllegalStateException.class, () -> send(time, 3, 1))
                .getMessage();
        assertTrue(message.contains("part=3, parts=3"), message);
    }
}
