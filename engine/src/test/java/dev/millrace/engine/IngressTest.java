package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.Lines;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program feeds a job through an ingress and hears from it through a function. */
final class IngressTest {
    private static final int THREADS = 6;
    private static final int EVENTS_PER_THREAD = 20_000;
    private static final Duration LONG = Duration.ofMinutes(5);

    record Reading(int sensor, long number, String text) {}

    record Total(int sensor, long count) {}

    @TempDir
    private Path directory;

    private EngineConfig config(String name) {
        return EngineConfig.of(directory.resolve(name)).memory("64MiB").epochInterval(Duration.ofMillis(5));
    }

    private static Reading reading(int sensor, long number) {
        return new Reading(sensor, number, "x".repeat((int) (number * 31 % 200)) + number);
    }

    @Test
    void takesEveryEventOfManyThreadsOnceAndThoseOfEachInOrder() throws InterruptedException {
        // A ring of which every thread sees the end: it is full most of the time.
        Ingress<Reading> ingress = Ingress.of(Reading.class, 8192);
        Map<Integer, List<Reading>> seen = new ConcurrentHashMap<>();
        Pipeline pipeline = Pipeline.named("sensors");
        pipeline.source("in", ingress)
                .forEach("seen", reading -> seen.computeIfAbsent(reading.sensor(), s -> new ArrayList<>())
                        .add(reading));
        try (Engine engine = Engine.open(config("state"))) {
            Job job = engine.run(pipeline);
            AtomicReference<Throwable> problem = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            for (int sensor = 0; sensor < THREADS; sensor++) {
                int own = sensor;
                threads.add(new Thread(() -> offerAll(ingress, own, problem)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            ingress.close();
            JobReport report = job.await();
            assertEquals(null, problem.get());
            assertEquals((long) THREADS * EVENTS_PER_THREAD, report.events());
            assertEquals(report.events(), ingress.committedCount());
            assertEquals(0, report.leakedOffHeapBytes());
        }
        for (int sensor = 0; sensor < THREADS; sensor++) {
            List<Reading> own = seen.get(sensor);
            assertEquals(EVENTS_PER_THREAD, own.size());
            for (int i = 0; i < EVENTS_PER_THREAD; i++) {
                assertEquals(reading(sensor, i), own.get(i));
            }
        }
    }

    private static void offerAll(Ingress<Reading> ingress, int sensor, AtomicReference<Throwable> problem) {
        try {
            for (long number = 0; number < EVENTS_PER_THREAD; number++) {
                if (!ingress.offer(reading(sensor, number), LONG)) {
                    throw new AssertionError("never any room: sensor=" + sensor + ", number=" + number);
                }
            }
        } catch (Throwable e) {
            problem.set(e);
        }
    }

    @Test
    void saysNoWhileItIsFullAndYesAgainOnceTheJobHasTakenSome() throws InterruptedException {
        Ingress<Long> ingress = Ingress.of(Long.class, Ingress.MIN_CAPACITY_BYTES);
        CountDownLatch isFull = new CountDownLatch(1);
        ConcurrentLinkedQueue<Long> seen = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.named("full");
        pipeline.source("in", ingress).forEach("seen", number -> {
            await(isFull);
            seen.add(number);
        });
        assertFalse(ingress.offer(0L), "no job reads it yet");
        assertFalse(ingress.offer(0L, LONG), "does not wait for a job");
        try (Engine engine = Engine.open(config("state"))) {
            Job job = engine.run(pipeline);
            long taken = 0;
            while (ingress.offer(taken)) {
                taken++;
            }
            int entries = Ingress.MIN_CAPACITY_BYTES / 64;
            assertTrue(taken >= entries && taken <= 2L * entries, "taken=" + taken);
            assertFalse(ingress.offer(taken, Duration.ofNanos(1)), "waits no longer than it is told");
            isFull.countDown();
            assertTrue(ingress.offer(taken, LONG));
            ingress.close();
            job.await();
            assertEquals(taken + 1, seen.size());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void refusesOffersOnceItIsClosedOrItsJobHasEnded() throws InterruptedException {
        Ingress<Long> closed = Ingress.of(Long.class);
        closed.close();
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.offer(1L));
        Ingress<Long> failing = Ingress.of(Long.class);
        Pipeline pipeline = Pipeline.named("failing");
        pipeline.source("closed", closed).forEach("none", number -> {});
        pipeline.source("in", failing).forEach("end", number -> {
            throw new IllegalStateException("this function fails");
        });
        try (Engine engine = Engine.open(config("state"))) {
            Job job = engine.run(pipeline);
            assertTrue(failing.offer(1L));
            JobFailedException problem = assertThrows(JobFailedException.class, job::await);
            assertTrue(problem.getMessage().contains("this function fails"), problem.getMessage());
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> failing.offer(2L));
            assertTrue(refused.getMessage().contains("has ended"), refused.getMessage());
        }
    }

    @Test
    void refusesAnEventThatDoesNotFitAndGoesOn() throws InterruptedException {
        Ingress<String> ingress = Ingress.of(String.class, Ingress.MIN_CAPACITY_BYTES);
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.named("large");
        pipeline.source("in", ingress).forEach("seen", seen::add);
        try (Engine engine = Engine.open(config("state"))) {
            Job job = engine.run(pipeline);
            String large = "x".repeat(Ingress.MIN_CAPACITY_BYTES / 2);
            assertThrows(IllegalArgumentException.class, () -> ingress.offer(large));
            assertThrows(NullPointerException.class, () -> ingress.offer(null));
            for (int i = 0; i < 50; i++) {
                assertTrue(ingress.offer(large.substring(100), LONG), "two of the largest fit, wherever the end is");
            }
            ingress.close();
            job.await();
            assertEquals(50, seen.size());
        }
        assertThrows(IllegalArgumentException.class, () -> Ingress.of(String.class, 5000));
        assertThrows(IllegalArgumentException.class, () -> Ingress.of(String.class, 2048));
    }

    @Test
    void isReadByOneRunningJobAtATime() {
        Ingress<Long> ingress = Ingress.of(Long.class);
        Pipeline pipeline = Pipeline.named("one");
        pipeline.source("in", ingress).forEach("end", number -> {});
        try (Engine first = Engine.open(config("first"));
                Engine second = Engine.open(config("second"))) {
            first.run(pipeline);
            assertThrows(IllegalStateException.class, () -> second.run(pipeline));
        }
    }

    @Test
    void aProducerThatGoesOnFromWhatIsCommittedGivesEachEventOnce() throws InterruptedException {
        EngineConfig config = config("state");
        long events = 3000;
        for (int life = 0; life < 3; life++) {
            Ingress<Reading> ingress = Ingress.of(Reading.class);
            Pipeline pipeline = totals(ingress);
            try (Engine engine = Engine.open(config)) {
                Job job = engine.run(pipeline);
                long until = life == 2 ? events : (life + 1) * 1000L;
                for (long number = ingress.committedCount(); number < until; number++) {
                    assertTrue(ingress.offer(reading((int) (number % 10), number), LONG));
                }
                if (life == 2) {
                    ingress.close();
                    job.await();
                } else {
                    while (ingress.committedCount() < until - 500) {
                        Thread.onSpinWait();
                    }
                }
            }
        }
        List<String> expected = new ArrayList<>();
        for (int sensor = 0; sensor < 10; sensor++) {
            expected.add(sensor + "," + events / 10);
        }
        Lines.assertSame("totals", expected, Lines.sorted(directory.resolve("totals.csv"), "sensor,count"));
    }

    private Pipeline totals(Ingress<Reading> ingress) {
        Pipeline pipeline = Pipeline.named("totals");
        pipeline.source("in", ingress)
                .keyBy(Reading::sensor)
                .aggregate("totals", Aggregate.counting(), (sensor, all, count) -> new Total(sensor, count))
                .sink("totals", Sinks.csvFile(directory.resolve("totals.csv"), Total.class));
        return pipeline;
    }

    @Test
    void severalEnginesInOneProcessDoNotDisturbEachOther() throws InterruptedException {
        List<Engine> engines = new ArrayList<>();
        List<Ingress<Long>> inputs = new ArrayList<>();
        List<Job> jobs = new ArrayList<>();
        List<ConcurrentLinkedQueue<Long>> results = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Ingress<Long> ingress = Ingress.of(Long.class);
                ConcurrentLinkedQueue<Long> result = new ConcurrentLinkedQueue<>();
                Pipeline pipeline = Pipeline.named("same-name");
                pipeline.source("in", ingress)
                        .eventTime(Instant::ofEpochMilli, Duration.ZERO)
                        .keyBy(number -> number % 5)
                        .window(Window.tumbling(Duration.ofMillis(10)))
                        .aggregate("count", Aggregate.counting(), (key, window, count) -> count)
                        .forEach("out", result::add);
                Engine engine = Engine.open(config("engine-" + i).parallelism(1 + i % 2));
                engines.add(engine);
                inputs.add(ingress);
                results.add(result);
                jobs.add(engine.run(pipeline));
            }
            for (long number = 0; number < 6000; number++) {
                int i = (int) (number % 3);
                assertTrue(inputs.get(i).offer(number / 3 * (i + 1), LONG));
            }
            for (int i = 0; i < 3; i++) {
                inputs.get(i).close();
                assertEquals(2000, jobs.get(i).await().events());
                assertEquals(
                        2000, results.get(i).stream().mapToLong(Long::longValue).sum(), "engine=" + i);
            }
        } finally {
            engines.forEach(Engine::close);
        }
    }
}
