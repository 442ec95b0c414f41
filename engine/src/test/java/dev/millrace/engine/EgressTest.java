package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Egress;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Ride;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program takes results from a job. */
final class EgressTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    record Result(long number, String text) {}

    @TempDir
    private Path directory;

    private EngineConfig config(String name) {
        return EngineConfig.of(directory.resolve(name)).memory("64MiB").epochInterval(Duration.ofMillis(5));
    }

    private static Result result(long number) {
        return new Result(number, "x".repeat((int) (number * 31 % 100)) + number);
    }

    private static Pipeline pipeline(Ingress<Long> numbers, Egress<Result> results) {
        Pipeline pipeline = Pipeline.named("egress");
        pipeline.source("numbers", numbers)
                .rebalance()
                .map(number -> result(number))
                .sink("results", results);
        return pipeline;
    }

    /** Several threads take, from several tasks, through far less room than there are results. */
    @Test
    void givesEveryResultOnceToOneOfManyThreads() throws InterruptedException {
        int events = 60_000;
        for (boolean committed : new boolean[] {false, true}) {
            Ingress<Long> numbers = Ingress.of(Long.class);
            Egress<Result> results = committed ? Egress.ofCommitted(Result.class, 8192) : Egress.of(Result.class, 8192);
            ConcurrentLinkedQueue<Result> taken = new ConcurrentLinkedQueue<>();
            AtomicReference<Throwable> problem = new AtomicReference<>();
            try (Engine engine = Engine.open(config("state-" + committed).parallelism(3))) {
                Job job = engine.run(pipeline(numbers, results));
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    threads.add(new Thread(() -> takeAll(results, taken, problem)));
                }
                threads.forEach(Thread::start);
                for (long number = 0; number < events; number++) {
                    assertTrue(numbers.offer(number, LONG), "never any room");
                }
                numbers.close();
                JobReport report = job.await();
                for (Thread thread : threads) {
                    thread.join();
                }
                assertEquals(0, report.leakedOffHeapBytes());
                assertEquals(events, report.rows().get("results"));
            }
            assertNull(problem.get());
            assertEquals(events, taken.size());
            Set<Long> seen = new HashSet<>();
            for (Result each : taken) {
                assertEquals(result(each.number()), each);
                assertTrue(seen.add(each.number()), () -> "taken twice: " + each);
            }
        }
    }

    private static void takeAll(
            Egress<Result> results, ConcurrentLinkedQueue<Result> taken, AtomicReference<Throwable> problem) {
        try {
            while (!results.isFinished()) {
                Result result = results.poll(LONG);
                if (result != null) {
                    taken.add(result);
                }
            }
        } catch (Throwable e) {
            problem.set(e);
        }
    }

    @Test
    void holdsUpTheSourcesWhileNobodyTakesAndNotTheEpochs() throws InterruptedException {
        Ingress<Long> numbers = Ingress.of(Long.class, 1 << 22);
        Egress<Result> results = Egress.of(Result.class, Egress.MIN_CAPACITY_BYTES);
        try (Engine engine = Engine.open(config("state"))) {
            Job job = engine.run(pipeline(numbers, results));
            int offered = 20_000;
            for (long number = 0; number < offered; number++) {
                assertTrue(numbers.offer(number, LONG));
            }
            long epoch = job.progress().lastEpoch();
            while (job.progress().lastEpoch() < epoch + 5) {
                Thread.onSpinWait();
            }
            long read = job.progress().events();
            assertTrue(read < 2048, () -> "read on although nobody takes: events=" + read);
            numbers.close();
            long count = 0;
            while (!results.isFinished()) {
                Result result = results.poll(LONG);
                if (result != null) {
                    assertEquals(result(count++), result);
                }
            }
            assertEquals(offered, count);
            job.await();
        }
    }

    @Test
    void givesWhatWaitsWhenTheJobHasEndedAndTheEngineIsClosed() throws InterruptedException {
        Ingress<Long> numbers = Ingress.of(Long.class);
        Egress<Result> results = Egress.of(Result.class);
        assertFalse(results.isFinished(), "no job has filled it yet");
        assertNull(results.poll());
        assertNull(results.poll(LONG), "does not wait for a job");
        EngineConfig config = config("state");
        try (Engine engine = Engine.open(config)) {
            Job job = engine.run(pipeline(numbers, results));
            assertTrue(numbers.offer(1L));
            assertTrue(numbers.offer(2L));
            numbers.close();
            assertEquals(0, job.await().leakedOffHeapBytes());
        }
        assertFalse(results.isFinished());
        assertEquals(result(1), results.poll());
        assertEquals(result(2), results.poll(LONG));
        assertTrue(results.isFinished());
        assertNull(results.poll(LONG));
        Egress<Result> again = Egress.of(Result.class);
        try (Engine engine = Engine.open(config)) {
            engine.run(pipeline(Ingress.of(Long.class), again)).await();
            assertTrue(again.isFinished(), "the job had ended before");
        }
    }

    @Test
    void letsTheJobGoOnWhenItIsClosed() throws InterruptedException {
        letsGoOn("state-once", Egress.of(Result.class, Egress.MIN_CAPACITY_BYTES));
        letsGoOn("state-committed", Egress.ofCommitted(Result.class, Egress.MIN_CAPACITY_BYTES));
    }

    private void letsGoOn(String state, Egress<Result> results) throws InterruptedException {
        Ingress<Long> numbers = Ingress.of(Long.class);
        try (Engine engine = Engine.open(config(state))) {
            Job job = engine.run(pipeline(numbers, results));
            for (long number = 0; number < 5000; number++) {
                if (number == 1000) {
                    assertNotNull(results.poll(LONG));
                    results.close();
                    results.close();
                }
                assertTrue(numbers.offer(number, LONG));
            }
            numbers.close();
            assertEquals(5000, job.await().events());
            assertNull(results.poll());
            assertTrue(results.isFinished());
        }
    }

    @Test
    void refusesASecondJobAndCapacitiesThatAreNone() {
        assertThrows(IllegalArgumentException.class, () -> Egress.of(Result.class, 4095));
        assertThrows(IllegalArgumentException.class, () -> Egress.ofCommitted(Result.class, (1 << 30) + 1));
        Egress<Result> results = Egress.of(Result.class);
        try (Engine first = Engine.open(config("first"));
                Engine second = Engine.open(config("second"))) {
            first.run(pipeline(Ingress.of(Long.class), results));
            assertThrows(IllegalStateException.class, () -> second.run(pipeline(Ingress.of(Long.class), results)));
        }
    }

    /** Lives that end anywhere: at once, results may come again; committed, none does, and none is of an epoch that is not. */
    @Test
    void givesOnlyCommittedResultsIfItIsToldSo() throws InterruptedException {
        for (long seed = 0; seed < 8; seed++) {
            try {
                lives(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private void lives(long seed) throws InterruptedException {
        Random random = new Random(seed);
        List<Ride> rides = Ride.random(random, 2000, 10, 100);
        Path home = directory.resolve("seed-" + seed);
        Path input = Ride.write(home.resolve("in.csv"), rides);
        Map<Long, Integer> atOnce = new TreeMap<>();
        Map<Long, Integer> committed = new TreeMap<>();
        for (int life = 0; life < 4; life++) {
            Egress<Long> quick = Egress.of(Long.class);
            Egress<Long> sure = Egress.ofCommitted(Long.class);
            Pipeline pipeline = Pipeline.named("lives");
            var numbers = pipeline.source("in", Life.source(input)).map(Ride::number);
            numbers.sink("quick", quick);
            numbers.sink("sure", sure);
            EngineConfig config = EngineConfig.of(home.resolve("state"))
                    .parallelism(1 + random.nextInt(3))
                    .epochInterval(Duration.ofMillis(1));
            try (Life one = new Life(config, pipeline)) {
                if (life < 3) {
                    one.untilEpochs(random.nextInt(5));
                    one.untilEvents(random.nextInt(rides.size()));
                } else {
                    one.untilDone();
                }
            }
            count(quick, atOnce);
            count(sure, committed);
        }
        assertEquals(rides.size(), atOnce.size());
        assertEquals(rides.size(), committed.size());
        assertTrue(committed.values().stream().allMatch(times -> times == 1), () -> "given twice: " + committed);
    }

    private static void count(Egress<Long> results, Map<Long, Integer> counts) {
        for (Long number = results.poll(); number != null; number = results.poll()) {
            counts.merge(number, 1, Integer::sum);
        }
        assertTrue(results.isFinished());
    }
}
