package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Asking;
import dev.millrace.engine.stream.DeadLetter;
import dev.millrace.engine.stream.ErrorPolicy;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.SideOutput;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.Ride;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that ask another system about their events, by threads of that system. */
final class AskingTest {
    private static final Duration LONG = Duration.ofMinutes(30);

    record Priced(long number, int price) {}

    record Count(String station, long start, long count) {}

    @TempDir
    private Path directory;

    private final ExecutorService system = Executors.newFixedThreadPool(2);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();

    @AfterEach
    void stopTheSystem() {
        system.shutdownNow();
    }

    private <R> CompletionStage<R> ask(java.util.function.Supplier<R> answer) {
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        return CompletableFuture.supplyAsync(
                () -> {
                    inFlight.decrementAndGet();
                    return answer.get();
                },
                system);
    }

    private EngineConfig config(String name) {
        return EngineConfig.of(directory.resolve(name)).memory("64MiB").epochInterval(Duration.ofMillis(2));
    }

    @Test
    void keepsTheOrderOfEventsAndTheBoundOfRequests() throws InterruptedException {
        Ingress<Long> numbers = Ingress.of(Long.class);
        List<Long> seen = new ArrayList<>();
        Pipeline pipeline = Pipeline.named("ordered");
        pipeline.source("numbers", numbers)
                .mapAsync("double", number -> ask(() -> number * 2), Asking.inOrder(8, LONG))
                .forEach("seen", seen::add);
        int events = 3000;
        try (Engine engine = Engine.open(config("state"))) {
            Job job = engine.run(pipeline);
            for (long i = 0; i < events; i++) {
                assertTrue(numbers.offer(i, LONG));
            }
            numbers.close();
            JobReport report = job.await();
            assertEquals(0, report.leakedOffHeapBytes());
        }
        assertEquals(events, seen.size());
        for (int i = 0; i < events; i++) {
            assertEquals(2L * i, seen.get(i));
        }
        assertTrue(mostInFlight.get() <= 8, () -> "inFlight=" + mostInFlight);
    }

    /** One worker, and a system that does not answer before another stream of the same worker has come to its end. */
    @Test
    void doesNotHoldUpAWorkerWhileItWaits() throws InterruptedException {
        Ingress<Long> slow = Ingress.of(Long.class);
        Ingress<Long> quick = Ingress.of(Long.class);
        CountDownLatch quickIsDone = new CountDownLatch(500);
        CompletableFuture<Long> late = new CompletableFuture<>();
        ConcurrentLinkedQueue<Long> answers = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.named("slow");
        pipeline.source("slow", slow)
                .mapAsync("late", number -> late, Asking.inOrder(1, LONG))
                .forEach("answers", answers::add);
        pipeline.source("quick", quick).forEach("quick", number -> quickIsDone.countDown());
        try (Engine engine = Engine.open(config("state"))) {
            Job job = engine.run(pipeline);
            for (long i = 0; i < 20; i++) {
                assertTrue(slow.offer(i));
            }
            for (long i = 0; i < 500; i++) {
                assertTrue(quick.offer(i, LONG));
            }
            quickIsDone.await();
            assertEquals(0, answers.size());
            late.complete(7L);
            slow.close();
            quick.close();
            job.await();
        }
        assertEquals(20, answers.size());
    }

    /** A job that has failed by then takes nothing more. */
    private static void offerTen(Ingress<Long> numbers, boolean takesAll) {
        for (long i = 0; i < 10; i++) {
            try {
                assertTrue(numbers.offer(i));
            } catch (IllegalStateException e) {
                assertTrue(!takesAll && e.getMessage().contains("has ended"), e.getMessage());
            }
        }
    }

    @Test
    void failsTheJobWithWhatTheSystemSaysUnlessItIsToldOtherwise() throws InterruptedException {
        SideOutput<DeadLetter> dead = SideOutput.of(DeadLetter.class);
        for (boolean skips : new boolean[] {false, true}) {
            Ingress<Long> numbers = Ingress.of(Long.class);
            ConcurrentLinkedQueue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
            ConcurrentLinkedQueue<Long> answers = new ConcurrentLinkedQueue<>();
            Pipeline pipeline = Pipeline.named("failing");
            Stream<Long> asked = pipeline.source("numbers", numbers)
                    .mapAsync("check", number -> ask(() -> check(number)), Asking.asTheyCome(4, LONG));
            asked.forEach("answers", answers::add);
            if (skips) {
                asked.onError(ErrorPolicy.skipTo(dead)).sideOutput(dead).forEach("letters", letters::add);
            }
            try (Engine engine = Engine.open(config("state-" + skips))) {
                Job job = engine.run(pipeline);
                offerTen(numbers, skips);
                numbers.close();
                if (skips) {
                    job.await();
                    assertEquals(
                            List.of("no: number=5"),
                            letters.stream().map(DeadLetter::message).toList());
                    assertEquals("5", letters.element().event());
                    assertEquals(9, answers.size());
                } else {
                    JobFailedException problem = assertThrows(JobFailedException.class, job::await);
                    assertTrue(problem.getMessage().contains("no: number=5"), problem.getMessage());
                }
            }
        }
    }

    private static long check(long number) {
        if (number == 5) {
            throw new IllegalArgumentException("no: number=" + number);
        }
        return number;
    }

    /** Answers come in any order, lives end anywhere, and each event has one line and is in one window on time. */
    @Test
    void answersEachEventOnceInStreamsBehindAndInTime() throws InterruptedException {
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
        List<Ride> rides = Ride.random(random, 2000, 10, 300);
        Path home = directory.resolve("seed-" + seed);
        Path input = Ride.write(home.resolve("in.csv"), rides);
        Asking asking = new Asking(random.nextBoolean(), 1 + random.nextInt(40), LONG);
        Pipeline pipeline = Pipeline.named("lives");
        Stream<Ride> asked = pipeline.source("in", Life.source(input))
                .eventTime(Ride::time, Duration.ofMillis(300))
                .mapAsync("raise", ride -> ask(() -> raised(ride)), asking);
        asked.map(ride -> new Priced(ride.number(), ride.weight()))
                .sink("prices", Sinks.csvFile(home.resolve("prices"), Priced.class));
        asked.keyBy(Ride::station)
                .window(Window.tumbling(Duration.ofMillis(100)))
                .aggregate(
                        "counts",
                        Aggregate.counting(),
                        (station, window, count) ->
                                new Count(station, window.start().toEpochMilli(), count))
                .sink("counts", Sinks.csvFile(home.resolve("counts"), Count.class));
        for (int life = 0; life < 4; life++) {
            EngineConfig config = EngineConfig.of(home.resolve("state"))
                    .parallelism(1 + random.nextInt(3))
                    .epochInterval(Duration.ofMillis(1));
            try (Life one = new Life(config, pipeline)) {
                if (life < 3) {
                    one.untilEpochs(random.nextInt(5));
                    one.untilEvents(random.nextInt(rides.size()));
                } else {
                    assertEquals(0, one.untilDone().lateEvents(), "an answer came behind its watermark");
                }
            }
        }
        List<String> expected = rides.stream()
                .map(ride -> ride.number() + "," + (ride.weight() + 1000))
                .sorted()
                .toList();
        Lines.assertSame("prices", expected, Lines.sorted(home.resolve("prices"), "number,price"));
        long counted = Lines.sorted(home.resolve("counts"), "station,start,count").stream()
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(',') + 1)))
                .sum();
        assertEquals(rides.size(), counted);
    }

    private static Ride raised(Ride ride) {
        return new Ride(ride.number(), ride.station(), ride.line(), ride.at(), ride.weight() + 1000);
    }

    @Test
    void refusesLimitsThatAreNone() {
        assertThrows(IllegalArgumentException.class, () -> Asking.inOrder(0, LONG));
        assertThrows(IllegalArgumentException.class, () -> Asking.inOrder(Asking.MAX_IN_FLIGHT + 1, LONG));
        assertThrows(IllegalArgumentException.class, () -> Asking.asTheyCome(1, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> Asking.asTheyCome(1, Duration.ofHours(2)));
        Pipeline pipeline = Pipeline.named("names");
        Stream<Long> numbers = pipeline.source("numbers", Ingress.of(Long.class));
        numbers.mapAsync("ask", number -> ask(() -> number), Asking.inOrder(1, LONG));
        assertThrows(
                IllegalArgumentException.class,
                () -> numbers.mapAsync("ask", number -> ask(() -> number), Asking.inOrder(1, LONG)));
        assertTrue(pipeline.explain().contains("ask in order, in flight up to 1, timeout PT30M \"ask\" -> Long"));
    }
}
