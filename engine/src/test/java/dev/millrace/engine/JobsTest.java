package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that share an engine, and the ways in which a job ends before its input does. */
final class JobsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int EVENTS = 5000;

    record Reading(int sensor, long millis) {}

    record Count(int sensor, long start, long count) {}

    @TempDir
    private Path directory;

    private EngineConfig config() {
        return EngineConfig.of(directory.resolve("state")).memory("64MiB").epochInterval(Duration.ofMillis(5));
    }

    private static Pipeline windows(String name, Ingress<Reading> ingress, List<Count> results) {
        Pipeline pipeline = Pipeline.named(name);
        pipeline.source("in", ingress)
                .eventTime(reading -> Instant.ofEpochMilli(reading.millis()), Duration.ZERO)
                .keyBy(Reading::sensor)
                .window(Window.tumbling(Duration.ofSeconds(1)))
                .aggregate(
                        "counts",
                        Aggregate.<Reading>counting(),
                        (sensor, window, count) ->
                                new Count(sensor, window.start().toEpochMilli(), count))
                .forEach("results", results::add);
        return pipeline;
    }

    private static void offer(Ingress<Reading> ingress, int from, int to) throws InterruptedException {
        for (int i = from; i < to; i++) {
            assertTrue(ingress.offer(new Reading(i % 3, i), LONG));
        }
    }

    private static void awaitCommitted(Ingress<Reading> ingress, long count) {
        while (ingress.committedCount() < count) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @EnumSource(Idle.class)
    void twoJobsShareTheWorkersAndTheMemoryOfAnEngine(Idle idle) throws InterruptedException {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        List<JobReport> reports = new ArrayList<>();
        try (Engine engine = Engine.open(config().workers(2).idle(idle))) {
            List<Ingress<Reading>> inputs = new ArrayList<>();
            List<Job> jobs = new ArrayList<>();
            for (String name : List.of("first", "second", "third")) {
                Ingress<Reading> ingress = Ingress.of(Reading.class, 8192);
                Pipeline pipeline = Pipeline.named(name);
                pipeline.source("in", ingress)
                        .forEach(
                                "seen",
                                reading -> threads.add(Thread.currentThread().getName()));
                jobs.add(engine.run(pipeline, directory.resolve(name)));
                inputs.add(ingress);
            }
            for (int i = 0; i < EVENTS; i += 100) {
                for (Ingress<Reading> ingress : inputs) {
                    offer(ingress, i, i + 100);
                }
            }
            inputs.forEach(Ingress::close);
            for (Job job : jobs) {
                reports.add(job.await());
            }
        }
        for (JobReport report : reports) {
            assertEquals(EVENTS, report.events());
        }
        assertTrue(Set.of("millrace-worker-0", "millrace-worker-1").containsAll(threads), threads::toString);
    }

    @Test
    void aJobThatFailsLeavesTheOthersAlone() throws InterruptedException {
        Ingress<Reading> bad = Ingress.of(Reading.class, 8192);
        Ingress<Reading> good = Ingress.of(Reading.class, 8192);
        Pipeline failing = Pipeline.named("failing");
        failing.source("in", bad).forEach("seen", reading -> {
            throw new IllegalStateException("broken at " + reading.millis());
        });
        List<Count> results = Collections.synchronizedList(new ArrayList<>());
        try (Engine engine = Engine.open(config())) {
            Job other = engine.run(windows("good", good, results), directory.resolve("good"));
            Job job = engine.run(failing, directory.resolve("bad"));
            offer(good, 0, 500);
            offer(bad, 7, 8);
            JobFailedException failure = assertThrows(JobFailedException.class, job::await);
            assertTrue(failure.getMessage().contains("broken at 7"), failure::getMessage);
            assertTrue(failure.getMessage().contains("task=in"), failure::getMessage);
            assertTrue(failure.getMessage().contains("event=1"), failure::getMessage);
            assertEquals("broken at 7", failure.getCause().getMessage());
            offer(good, 500, EVENTS);
            good.close();
            assertEquals(EVENTS, other.await().events());
            assertEquals(0, other.await().leakedOffHeapBytes());
        }
        assertEquals(EVENTS, results.stream().mapToLong(Count::count).sum());
    }

    @Test
    void refusesASecondJobInAStateDirectoryThatIsInUseAndTakesItAfterwards() throws InterruptedException {
        Ingress<Reading> first = Ingress.of(Reading.class, 8192);
        Ingress<Reading> second = Ingress.of(Reading.class, 8192);
        try (Engine engine = Engine.open(config())) {
            Job job = engine.run(windows("same", first, new ArrayList<>()));
            IllegalStateException refusal = assertThrows(
                    IllegalStateException.class, () -> engine.run(windows("same", second, new ArrayList<>())));
            assertTrue(refusal.getMessage().contains("run(pipeline, stateDirectory)"), refusal::getMessage);
            job.stop();
            job.await();
            Job again = engine.run(windows("same", second, new ArrayList<>()));
            second.close();
            again.await();
        }
    }

    @Test
    void refusesAJobForWhichTheOthersLeaveTooLittleMemory() {
        List<Ingress<Reading>> inputs = new ArrayList<>();
        try (Engine engine = Engine.open(config().memory("8MiB"))) {
            IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> {
                for (int i = 0; i < 9; i++) {
                    inputs.add(Ingress.of(Reading.class, 1 << 20));
                    engine.run(windows("job-" + i, inputs.get(i), new ArrayList<>()), directory.resolve("job-" + i));
                }
            });
            assertTrue(refusal.getMessage().contains("memory budget is too small"), refusal::getMessage);
            assertTrue(inputs.size() > 2, "the first ones fit");
        }
    }

    @Test
    void aStoppedJobGoesOnBehindItsLastCommitAndLosesNothingOfItsWindows() throws InterruptedException {
        List<Count> results = Collections.synchronizedList(new ArrayList<>());
        long committed;
        try (Engine engine = Engine.open(config())) {
            Ingress<Reading> ingress = Ingress.of(Reading.class, 8192);
            Job job = engine.run(windows("stopped", ingress, results));
            offer(ingress, 0, 2500);
            awaitCommitted(ingress, 2500);
            job.stop();
            JobReport report = job.await();
            committed = ingress.committedCount();
            assertEquals(2500, report.events());
            assertEquals(0, report.leakedOffHeapBytes());
        }
        assertEquals(6, results.size(), "the third second is still open: " + results);
        try (Engine engine = Engine.open(config())) {
            Ingress<Reading> ingress = Ingress.of(Reading.class, 8192);
            Job job = engine.run(windows("stopped", ingress, results));
            offer(ingress, (int) committed, EVENTS);
            ingress.close();
            assertEquals(EVENTS, job.await().events());
        }
        assertEquals(15, results.size());
        assertEquals(EVENTS, results.stream().mapToLong(Count::count).sum());
    }

    @Test
    void aDrainedJobClosesItsWindowsAndHasEndedForGood() throws InterruptedException {
        List<Count> results = Collections.synchronizedList(new ArrayList<>());
        for (int life = 0; life < 2; life++) {
            try (Engine engine = Engine.open(config())) {
                Ingress<Reading> ingress = Ingress.of(Reading.class, 8192);
                Job job = engine.run(windows("drained", ingress, results));
                if (life == 0) {
                    offer(ingress, 0, 2500);
                    awaitCommitted(ingress, 2500);
                    job.drain();
                }
                assertEquals(2500, job.await().events());
            }
            assertEquals(2500, results.stream().mapToLong(Count::count).sum());
            assertEquals(9, results.size());
        }
    }

    @Test
    void aCancelledJobCommitsNothingMoreAndSaysSo() throws InterruptedException {
        CountDownLatch isInside = new CountDownLatch(1);
        CountDownLatch mayLeave = new CountDownLatch(1);
        try (Engine engine = Engine.open(config())) {
            Ingress<Reading> ingress = Ingress.of(Reading.class, 8192);
            Pipeline pipeline = Pipeline.named("cancelled");
            pipeline.source("in", ingress).forEach("seen", reading -> {
                isInside.countDown();
                await(mayLeave);
            });
            Job job = engine.run(pipeline);
            offer(ingress, 0, 1);
            await(isInside);
            job.cancel();
            assertFalse(job.isDone(), "its task is in the middle of a turn");
            mayLeave.countDown();
            JobFailedException stopped = assertThrows(JobFailedException.class, job::await);
            assertTrue(stopped.getMessage().contains("job was stopped"), stopped::getMessage);
            assertEquals(0, ingress.committedCount());
            job.cancel();
            job.stop();
            job.drain();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(1, TimeUnit.MINUTES));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
