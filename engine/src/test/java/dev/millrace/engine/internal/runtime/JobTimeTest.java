package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.SourceState;
import dev.millrace.engine.TimeReport;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.WatermarkStrategy;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.TestInput;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time in whole jobs: idle sources, aligned ones, and why a window does not fire. */
final class JobTimeTest {
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration MILLI = Duration.ofMillis(1);

    record Tick(String key, Instant time) {}

    private final TestInput<Tick> left = TestInput.of(Tick.class);
    private final TestInput<Tick> right = TestInput.of(Tick.class);
    private final List<String> results = new ArrayList<>();
    private final List<Tick> late = new ArrayList<>();

    private static Tick at(int second) {
        return new Tick("k", Instant.ofEpochSecond(second));
    }

    private static Instant second(int second) {
        return Instant.ofEpochSecond(second);
    }

    private static <T> WatermarkStrategy<T> idle() {
        return WatermarkStrategy.<T>monotonic().idleAfter(IDLE);
    }

    /** Counts in windows of ten seconds what comes from both sources. */
    private Pipeline union(WatermarkStrategy<Tick> ofLeft, WatermarkStrategy<Tick> ofRight) {
        Pipeline pipeline = Pipeline.named("ticks");
        pipeline.source("left", left)
                .eventTime(Tick::time, ofLeft)
                .union(pipeline.source("right", right).eventTime(Tick::time, ofRight))
                .keyBy(Tick::key)
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .onLate(events -> events.forEach("late", late::add))
                .aggregate("counts", Aggregate.counting(), (key, window, count) -> window.start() + " " + count)
                .forEach("results", results::add);
        return pipeline;
    }

    private Pipeline single(WatermarkStrategy<Tick> strategy) {
        Pipeline pipeline = Pipeline.named("ticks");
        pipeline.source("left", left)
                .eventTime(Tick::time, strategy)
                .keyBy(Tick::key)
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate("counts", Aggregate.counting(), (key, window, count) -> window.start() + " " + count)
                .forEach("results", results::add);
        return pipeline;
    }

    private static void assertSays(String part, String text) {
        assertTrue(text.contains(part), text);
    }

    @Test
    void aSourceHoldsTimeBackUntilItHasBeenSilentForExactlyTheBound() {
        try (SteppedJob job = new SteppedJob(union(idle(), idle()), 1, 1)) {
            right.send(at(3));
            left.send(at(4)).send(at(25));
            job.settle();
            left.send(at(26));
            job.after(IDLE.minus(MILLI));
            assertEquals(List.of(), results, "the right source may still speak");
            assertEquals(SourceState.SILENT, job.source("right").state());
            job.after(MILLI);
            assertEquals(List.of("1970-01-01T00:00:00Z 2"), results);
            assertEquals(SourceState.IDLE, job.source("right").state());
            assertEquals(SourceState.SILENT, job.source("left").state(), "its last event came later");
        }
    }

    @Test
    void aSourceThatNeverSpokeIsIdleToo() {
        try (SteppedJob job = new SteppedJob(union(idle(), idle()), 1, 2)) {
            left.send(at(4)).send(at(25));
            job.settle();
            job.after(IDLE);
            assertEquals(List.of("1970-01-01T00:00:00Z 1"), results);
        }
    }

    @Test
    void aSourceThatIsNeverIdleIsWaitedForForEver() {
        try (SteppedJob job =
                new SteppedJob(union(idle(), WatermarkStrategy.<Tick>monotonic().neverIdle()), 1, 3)) {
            left.send(at(4)).send(at(25));
            job.settle().after(Duration.ofDays(1000));
            assertEquals(List.of(), results);
            assertSays("held back by right", job.windows("counts").why());
            assertSays(
                    "is never idle, and has given no event yet",
                    job.windows("counts").why());
        }
    }

    @Test
    void aSourceThatIsBackIsWaitedForAgainAndWhatIsTooOldIsLate() {
        try (SteppedJob job = new SteppedJob(union(idle(), idle()), 1, 4)) {
            right.send(at(3));
            left.send(at(4));
            job.settle();
            left.send(at(25));
            job.after(IDLE);
            left.send(at(26));
            job.after(MILLI);
            assertEquals(List.of("1970-01-01T00:00:00Z 2"), results);
            right.send(at(5)).send(at(21));
            job.settle();
            assertEquals(List.of(at(5)), late);
            left.send(at(45));
            job.settle();
            assertEquals(1, results.size(), "the right source is at 21");
            right.send(at(46));
            job.settle();
            assertEquals(List.of("1970-01-01T00:00:00Z 2", "1970-01-01T00:00:20Z 3"), results);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void idlenessGoesThroughTasksInBetween(int parallelism) {
        Pipeline pipeline = Pipeline.named("ticks");
        // What comes from two of the sources goes through several tasks before it meets the left one.
        var far = pipeline.source("right", right)
                .eventTime(Tick::time, idle())
                .union(pipeline.source("third", TestInput.of(Tick.class)).eventTime(Tick::time, idle()))
                .rebalance();
        pipeline.source("left", left)
                .eventTime(Tick::time, WatermarkStrategy.<Tick>monotonic().neverIdle())
                .union(far)
                .keyBy(Tick::key)
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate("counts", Aggregate.counting(), (key, window, count) -> window.start() + " " + count)
                .forEach("results", results::add);
        try (SteppedJob job = new SteppedJob(pipeline, parallelism, parallelism)) {
            left.send(at(4)).send(at(25));
            job.settle();
            assertEquals(List.of(), results);
            job.after(IDLE);
            assertEquals(1, results.size());
            right.send(at(29));
            job.settle();
            left.send(at(45));
            job.settle();
            assertEquals(1, results.size(), "third is idle, right is at 29 and left at 45");
        }
    }

    @Test
    void aClosedWindowStaysClosedAfterARecoveryAlthoughASourceIsBehindIt() {
        Pipeline pipeline = union(idle(), idle());
        Recovery recovery;
        try (SteppedJob job = new SteppedJob(pipeline, 2, 5)) {
            right.send(at(3));
            left.send(at(4)).send(at(25));
            job.settle().after(IDLE);
            assertEquals(List.of("1970-01-01T00:00:00Z 2"), results);
            recovery = job.endEpoch();
        }
        try (SteppedJob job = new SteppedJob(pipeline, 3, 6, recovery)) {
            right.send(at(5));
            job.settle();
            assertEquals(List.of(at(5)), late, "also in another parallelism");
            assertEquals(1, results.size());
            recovery = job.endEpoch();
        }
        late.clear();
        try (SteppedJob job = new SteppedJob(pipeline, 1, 7, recovery)) {
            right.send(at(6));
            job.settle();
            assertEquals(List.of(at(6)), late, "after a life in which the source that was ahead said nothing");
        }
    }

    @Test
    void aSourceThatHasEndedDoesNotEndTimeWhileAnotherIsIdle() {
        try (SteppedJob job = new SteppedJob(union(idle(), idle()), 1, 8)) {
            left.send(at(4)).send(at(25)).end();
            job.settle().after(IDLE);
            assertEquals(1, results.size());
            right.send(at(27));
            job.settle();
            assertEquals(List.of(), late);
            right.end();
            job.settle();
            assertEquals(List.of("1970-01-01T00:00:00Z 1", "1970-01-01T00:00:20Z 2"), results);
        }
    }

    @Test
    void anAlignedSourceWaitsForTheSlowerOneAndLosesNothing() {
        WatermarkStrategy<Tick> aligned = WatermarkStrategy.<Tick>monotonic().alignedWithin(Duration.ofMinutes(10));
        for (int i = 0; i < 20_000; i++) {
            left.send(at(i));
        }
        left.end();
        try (SteppedJob job = new SteppedJob(union(aligned, aligned), 1, 9)) {
            right.send(at(1));
            job.settle();
            TimeReport.Source ahead = job.source("left");
            assertEquals(SourceState.AHEAD, ahead.state());
            assertTrue(ahead.watermark().isBefore(second(600 + 2 * 1024)), ahead.toString());
            assertSays("held back by right", job.windows("counts").why());
            job.endEpoch(); // a source that waits answers barriers
            right.send(at(5000));
            job.settle();
            assertTrue(job.source("left").watermark().isAfter(second(5000)));
            assertEquals(SourceState.AHEAD, job.source("left").state());
            job.after(WatermarkStrategy.DEFAULT_IDLE_AFTER);
            assertEquals(SourceState.FINISHED, job.source("left").state(), "an idle source is not waited for");
            right.end();
            job.settle();
            assertEquals(2000, results.size());
        }
    }

    @Test
    void saysThatNoWindowIsOpen() {
        try (SteppedJob job = new SteppedJob(single(idle()), 1, 10)) {
            TimeReport.Windows windows = job.settle().windows("counts");
            assertEquals(0, windows.open());
            assertSays("no window is open", windows.why());
            assertEquals(Instant.MIN, windows.watermark());
        }
    }

    @Test
    void saysWhichEventWouldMoveTimeFarEnough() {
        try (SteppedJob job =
                new SteppedJob(single(WatermarkStrategy.boundedDisorder(Duration.ofSeconds(30))), 1, 11)) {
            left.send(at(4)).send(at(33));
            TimeReport.Windows windows = job.settle().windows("counts");
            assertEquals(2, windows.open());
            assertEquals(second(10), windows.oldestEnd());
            assertEquals(second(3).minusMillis(1), windows.watermark());
            assertSays("waits for time, which is at 1970-01-01T00:00:02.999Z", windows.why());
            assertSays("an event from 1970-01-01T00:00:40Z on moves time far enough", windows.why());
            left.send(at(39));
            job.settle();
            assertEquals(List.of(), results);
            left.send(at(40));
            job.settle();
            assertEquals(List.of("1970-01-01T00:00:00Z 1"), results, "that was true to the second");
        }
    }

    @Test
    void saysThatTheOnlySourceIsIdleAndSinceWhen() {
        for (int parallelism = 1; parallelism <= 2; parallelism++) {
            try (SteppedJob job = new SteppedJob(single(idle()), parallelism, 12)) {
                left.send(at(4));
                job.settle().after(IDLE).after(Duration.ofSeconds(7));
                TimeReport.Windows windows = job.report().windows().stream()
                        .filter(each -> each.open() > 0)
                        .findFirst()
                        .orElseThrow();
                assertSays("source left has been idle for PT7S", windows.why());
                assertSays("an event from 1970-01-01T00:00:10Z on", windows.why());
            }
        }
    }

    @Test
    void saysWhichInputHoldsTimeBackSinceWhenAndWhichAreIdle() {
        try (SteppedJob job =
                new SteppedJob(union(idle(), WatermarkStrategy.<Tick>monotonic().neverIdle()), 1, 13)) {
            right.send(at(3));
            left.send(at(4)).send(at(25));
            job.settle().after(Duration.ofSeconds(2)).after(IDLE);
            TimeReport.Input input = job.report().inputs().get(0);
            assertEquals("union-1", input.task());
            assertEquals("right", input.heldBackBy());
            assertEquals(second(3).minusMillis(1), input.watermark());
            assertEquals(Duration.ofSeconds(7), input.unchangedFor());
            assertEquals(
                    List.of(
                            new TimeReport.From("left", second(25).minusMillis(1), true, false),
                            new TimeReport.From("right", second(3).minusMillis(1), false, false)),
                    input.from());
            String why = job.windows("counts").why();
            assertSays("union-1 is held back by right for PT7S; source right has had no event for PT7S", why);
            assertSays("held back by right", job.report().describe());
        }
    }

    @Test
    void saysThatThoseBehindAreSlower() {
        for (int i = 0; i < 100_000; i++) {
            left.send(new Tick("k" + i, second(i / 10_000)));
        }
        try (SteppedJob job = new SteppedJob(single(idle()), 2, 14)) {
            for (int i = 0; i < 1000; i++) {
                if (job.turns(1).source("left").state() == SourceState.HELD_UP) {
                    String why = job.report().windows().get(0).why();
                    assertTrue(why.contains("no window is open") || why.contains("behind it have no room"), why);
                    return;
                }
            }
            throw new AssertionError("two pages of room were never full: seed=14");
        }
    }

    @Test
    void saysThatEverythingHasEnded() {
        left.send(at(4)).end();
        try (SteppedJob job = new SteppedJob(single(idle()), 2, 15)) {
            job.runToItsEnd(100);
            assertEquals(SourceState.FINISHED, job.source("left").state());
            assertEquals(Instant.MAX, job.report().inputs().get(0).watermark());
            assertEquals("", job.report().inputs().get(0).heldBackBy());
        }
    }

    @Test
    void seesTheOldestWindowOfSlidingOnesAndOfSessions() {
        Pipeline pipeline = Pipeline.named("ticks");
        var keyed = pipeline.source("left", left)
                .eventTime(Tick::time, WatermarkStrategy.monotonic())
                .keyBy(Tick::key);
        Aggregate<Tick, Long> count = Aggregate.counting();
        keyed.window(Window.sliding(Duration.ofSeconds(10), Duration.ofSeconds(2)))
                .aggregate("sliding", count, (key, window, n) -> "sliding " + n)
                .forEach("sliding", results::add);
        keyed.window(Window.session(Duration.ofSeconds(7)))
                .aggregate("sessions", count, (key, window, n) -> "session " + n)
                .forEach("sessions", results::add);
        keyed.aggregate("all", count, (key, window, n) -> "all " + n).forEach("all", results::add);
        try (SteppedJob job = new SteppedJob(pipeline, 1, 16)) {
            left.send(at(100)).send(at(103));
            job.settle();
            assertEquals(second(104), job.windows("sliding").oldestEnd());
            assertEquals(second(107), job.windows("sessions").oldestEnd(), "it grew since: it ends at 110");
            assertEquals(Instant.MAX, job.windows("all").oldestEnd());
            assertSays("the whole stream", job.windows("all").why());
            left.send(at(105));
            job.settle();
            assertEquals(second(106), job.windows("sliding").oldestEnd(), "the one before has given its result");
            assertEquals(1, job.windows("sessions").open());
        }
    }
}
