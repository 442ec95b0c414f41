package dev.millrace.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.JobFailedException;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TestEngineTest {
    record Reading(String sensor, long millis, int value) {
        Instant time() {
            return Instant.ofEpochMilli(millis);
        }
    }

    record Sum(String sensor, long start, long sum) {}

    record Alarm(String sensor, long value) {}

    private final TestInput<Reading> readings = TestInput.of(Reading.class);
    private final TestOutput<Sum> sums = TestOutput.of(Sum.class);

    private Pipeline windows() {
        Pipeline pipeline = Pipeline.named("windows");
        pipeline.source("readings", readings)
                .eventTime(Reading::time, Duration.ofMillis(50))
                .keyBy(Reading::sensor)
                .window(Window.tumbling(Duration.ofMillis(100)))
                .aggregate(
                        "sums",
                        Aggregate.<Reading, Long>of(0L, (sum, reading) -> sum + reading.value()),
                        (sensor, window, sum) -> new Sum(sensor, window.start().toEpochMilli(), sum))
                .sink("sums", sums);
        return pipeline;
    }

    private static Pipeline totals(TestInput<Reading> readings, TestOutput<Alarm> alarms) {
        Pipeline pipeline = Pipeline.named("totals");
        pipeline.source("readings", readings)
                .keyBy(Reading::sensor)
                .stateful("totals", State.value("total", Long.class, 0L), TestEngineTest::add)
                .sink("alarms", alarms);
        return pipeline;
    }

    private static void add(Reading reading, ValueState<Long> total, Output<Alarm> out) {
        if (reading.value() < 0) {
            throw new IllegalArgumentException("negative value");
        }
        long now = Objects.requireNonNull(total.get()) + reading.value();
        total.set(now);
        if (now >= 100) {
            out.emit(new Alarm(reading.sensor(), now));
        }
    }

    private static List<Reading> random(long seed, int count) {
        Random random = new Random(seed);
        List<Reading> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new Reading("sensor-" + random.nextInt(7), i * 3L + random.nextInt(50), random.nextInt(10)));
        }
        return all;
    }

    private static List<Sum> sorted(List<Sum> sums) {
        return sums.stream()
                .sorted(Comparator.comparing(Sum::sensor).thenComparing(Sum::start))
                .toList();
    }

    @Test
    void showsWhatIsCommittedAndNothingElse() {
        try (TestEngine engine = TestEngine.start(windows())) {
            readings.send(new Reading("a", 10, 1), new Reading("a", 20, 2), new Reading("a", 400, 5));
            engine.run();
            assertEquals(List.of(), sums.committed());
            engine.commit();
            assertEquals(List.of(new Sum("a", 0, 3)), sums.take());
            readings.end();
            assertEquals(3, engine.runToEnd().events());
            assertEquals(List.of(new Sum("a", 400, 5)), sums.take());
            assertEquals(List.of(), sums.take());
        }
    }

    /** Starts from nothing, crashes after each so many turns, and must give what a run without a crash gives. */
    @Test
    void givesTheSameResultsHoweverOftenItCrashesAndWhoeverIsFirst() {
        List<Reading> all = random(1, 600);
        List<Sum> expected = List.of();
        for (long seed = 0; seed < 12; seed++) {
            TestInput<Reading> in = TestInput.of(Reading.class);
            TestOutput<Sum> out = TestOutput.of(Sum.class);
            Pipeline pipeline = Pipeline.named("crashing");
            pipeline.source("readings", in)
                    .eventTime(Reading::time, Duration.ofMillis(50))
                    .keyBy(Reading::sensor)
                    .window(Window.tumbling(Duration.ofMillis(100)))
                    .aggregate(
                            "sums",
                            Aggregate.<Reading, Long>of(0L, (sum, reading) -> sum + reading.value()),
                            (sensor, window, sum) ->
                                    new Sum(sensor, window.start().toEpochMilli(), sum))
                    .sink("sums", out);
            int parallelism = 1 + (int) (seed % 3);
            long own = seed;
            Random random = new Random(seed);
            try (TestEngine engine = TestEngine.of(pipeline)
                    .seed(seed)
                    .config(config -> config.parallelism(parallelism))
                    .start()) {
                for (int i = 0; i < all.size(); i += 100) {
                    in.sendAll(all.subList(i, i + 100));
                    if (own > 0) {
                        engine.run(random.nextInt(60));
                        if (random.nextBoolean()) {
                            engine.commit();
                        }
                        engine.run(random.nextInt(10)).crashAndRecover();
                    }
                }
                in.end();
                engine.runToEnd();
                List<Sum> found = sorted(out.committed());
                if (own == 0) {
                    expected = found;
                    assertTrue(expected.size() > 100, () -> "sums=" + found.size());
                }
                assertEquals(expected, found, "seed=" + seed);
            }
        }
    }

    @Test
    void givesTheSameTraceForTheSameSeedAndAnotherForAnother() {
        List<String> first = trace(7);
        assertTrue(first.size() > 20, () -> "turns=" + first.size());
        assertTrue(first.contains("crash") && first.contains("commit 1"), first::toString);
        assertEquals(first, trace(7));
        assertNotEquals(first, trace(8));
    }

    private List<String> trace(long seed) {
        TestInput<Reading> in = TestInput.of(Reading.class);
        TestOutput<Alarm> alarms = TestOutput.of(Alarm.class);
        try (TestEngine engine = TestEngine.of(totals(in, alarms))
                .seed(seed)
                .config(config -> config.parallelism(3))
                .start()) {
            in.sendAll(random(3, 2000));
            engine.commit().crashAndRecover();
            in.sendAll(random(4, 2000)).end();
            engine.runToEnd();
            return List.copyOf(engine.trace());
        }
    }

    @Test
    void forgetsInACrashWhatWasNotCommitted() {
        TestOutput<Alarm> alarms = TestOutput.of(Alarm.class);
        try (TestEngine engine = TestEngine.start(totals(readings, alarms))) {
            readings.send(new Reading("a", 0, 60));
            engine.commit();
            assertEquals(Map.of("a", 60L), engine.state("total"));
            readings.send(new Reading("a", 0, 30), new Reading("b", 0, 1));
            engine.run();
            assertEquals(Map.of("a", 60L), engine.state("total"));
            engine.crashAndRecover();
            assertEquals(1, engine.lastEpoch());
            assertEquals(Map.of("a", 60L), engine.state("total"));
            readings.send(new Reading("a", 0, 10));
            engine.commit();
            assertEquals(Map.of("a", 100L, "b", 1L), engine.state("total"));
            assertEquals(2, engine.stateSize("total"));
            assertEquals(List.of(new Alarm("a", 100)), alarms.committed());
            assertThrows(IllegalArgumentException.class, () -> engine.state("nothing"));
        }
    }

    private static void hear(Reading reading, ValueState<Long> last, Output<Alarm> out) {
        last.set((long) reading.value());
        out.timerAfter("silence", TimeKind.PROCESSING, Duration.ofMinutes(1));
    }

    private static void tell(String sensor, Timer timer, ValueState<Long> last, Output<Alarm> out) {
        out.emit(new Alarm(sensor, Objects.requireNonNull(last.get())));
    }

    @Test
    void letsTimersFireWhenTheTestLetsTimePassAndNotBefore() {
        TestOutput<Alarm> alarms = TestOutput.of(Alarm.class);
        Pipeline pipeline = Pipeline.named("silence");
        pipeline.source("readings", readings)
                .keyBy(Reading::sensor)
                .statefulWithTimers(
                        "silence", State.value("last", Long.class), TestEngineTest::hear, TestEngineTest::tell)
                .sink("alarms", alarms);
        try (TestEngine engine = TestEngine.of(pipeline)
                .startAt(Instant.parse("2026-01-01T00:00:00Z"))
                .start()) {
            readings.send(new Reading("a", 0, 5));
            engine.run();
            engine.advance(Duration.ofSeconds(59));
            assertEquals(List.of(), alarms.committed());
            engine.crashAndRecover();
            engine.advance(Duration.ofSeconds(2));
            assertEquals(List.of(new Alarm("a", 5)), alarms.committed());
            assertEquals(Instant.parse("2026-01-01T00:01:01Z"), engine.now());
        }
    }

    @Test
    void failsWithWhatAUserFunctionThrows() {
        try (TestEngine engine = TestEngine.start(totals(readings, TestOutput.of(Alarm.class)))) {
            readings.send(new Reading("a", 0, 5), new Reading("a", 0, -1));
            JobFailedException failure = assertThrows(JobFailedException.class, engine::run);
            assertTrue(failure.getMessage().contains("negative value"), failure::getMessage);
            assertTrue(failure.getMessage().contains("event="), failure::getMessage);
        }
    }

    @Test
    void saysThatAnInputWasNotEndedInPlaceOfWaitingForIt() {
        try (TestEngine engine = TestEngine.start(windows())) {
            readings.send(new Reading("a", 10, 1));
            IllegalStateException refusal = assertThrows(IllegalStateException.class, engine::runToEnd);
            assertTrue(refusal.getMessage().contains("call end()"), refusal::getMessage);
            readings.end();
            assertThrows(IllegalStateException.class, () -> readings.send(new Reading("a", 10, 1)));
        }
    }
}
