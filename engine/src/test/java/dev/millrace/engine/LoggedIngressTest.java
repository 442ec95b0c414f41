package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.stream.DurableIngress;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.testkit.ManualClock;
import dev.millrace.state.file.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program was told to be durable is processed once, whatever becomes of the process. */
final class LoggedIngressTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int EVENTS_PER_LIFE = 3000;

    record Reading(long number, String text) {}

    @TempDir
    private Path directory;

    private EngineConfig config() {
        return EngineConfig.of(directory.resolve("state")).memory("64MiB").epochInterval(Duration.ofMillis(5));
    }

    private static Reading reading(long number) {
        return new Reading(number, "x".repeat((int) (number * 31 % 200)));
    }

    private Pipeline pipeline(Ingress<Reading> ingress, Path out) {
        Pipeline pipeline = Pipeline.named("readings");
        pipeline.source("in", ingress).sink("out", Sinks.csvFile(out, Reading.class));
        return pipeline;
    }

    private static List<Long> numbers(Path out) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (String line :
                Files.readAllLines(out).subList(1, Files.readAllLines(out).size())) {
            numbers.add(Long.parseLong(line.substring(0, line.indexOf(','))));
        }
        return numbers;
    }

    private static void offer(Ingress<Reading> ingress, long from, long to) throws InterruptedException {
        for (long number = from; number < to; number++) {
            assertTrue(ingress.offer(reading(number), LONG));
        }
    }

    @Test
    void processesWhatIsDurableOnceOverManyLives() throws Exception {
        Path out = directory.resolve("out.csv");
        int lives = 4;
        long offered = 0;
        for (int life = 0; life < lives; life++) {
            DurableIngress<Reading> ingress = Ingress.durable(Reading.class);
            try (Engine engine = Engine.open(config())) {
                Job job = engine.run(pipeline(ingress, out));
                offer(ingress, offered, offered + EVENTS_PER_LIFE);
                offered += EVENTS_PER_LIFE;
                ingress.awaitDurable(LONG);
                assertEquals(offered, ingress.durableCount());
                if (life == lives - 1) {
                    ingress.close();
                    assertEquals(0, job.await().leakedOffHeapBytes());
                    assertEquals(offered, ingress.committedCount());
                }
            } // The others end here, in the middle of an epoch.
        }
        assertEquals(LongStream.range(0, offered).boxed().toList(), numbers(out));
    }

    @Test
    void processesWhatIsDurableWhenTheProcessDiesWithoutAnyEpoch() throws Exception {
        DurableIngress<Reading> first = Ingress.durable(Reading.class);
        Path copy = directory.resolve("copy");
        try (Engine engine = Engine.open(config().epochInterval(Duration.ofHours(1)))) {
            engine.run(pipeline(first, directory.resolve("out.csv")));
            offer(first, 0, 100);
            first.awaitDurable(LONG);
            Directories.copy(directory.resolve("state"), copy); // what a killed process leaves
        }
        DurableIngress<Reading> second = Ingress.durable(Reading.class);
        Path out = directory.resolve("again.csv");
        try (Engine engine = Engine.open(EngineConfig.of(copy).memory("64MiB"))) {
            Job job = engine.run(pipeline(second, out));
            offer(second, 100, 110);
            second.close();
            job.await();
        }
        assertEquals(LongStream.range(0, 110).boxed().toList(), numbers(out));
    }

    @Test
    void saysNoWhileItsLogIsFullAndYesOnceAnEpochIsCommitted() throws Exception {
        ManualClock clock = new ManualClock();
        DurableIngress<Reading> ingress = Ingress.durable(Reading.class, 4096, DurableIngress.MIN_LOG_BYTES);
        try (Engine engine = Engine.open(config(), Seams.real().withClock(clock))) {
            engine.run(pipeline(ingress, directory.resolve("out.csv")));
            long taken = 0;
            long bytes = 0;
            int refusals = 0;
            // Refused a million times on end: the log is full, and not the thread that writes it slow.
            while (refusals < 1_000_000) {
                if (ingress.offer(reading(taken))) {
                    bytes += reading(taken++).text().length();
                    refusals = 0;
                } else {
                    refusals++;
                    Thread.onSpinWait();
                }
            }
            long taking = bytes;
            assertTrue(taking > DurableIngress.MIN_LOG_BYTES / 2, () -> "bytes=" + taking);
            assertTrue(taking < DurableIngress.MIN_LOG_BYTES + 4096, () -> "bytes=" + taking);
            while (!ingress.offer(reading(taken))) {
                clock.advance(1_000_000);
                Thread.onSpinWait();
            }
            assertTrue(ingress.committedCount() > 0);
        }
    }

    @Test
    void givesBackTheFilesOfWhatIsCommitted() throws Exception {
        DurableIngress<Reading> ingress = Ingress.durable(Reading.class, 4096, DurableIngress.MIN_LOG_BYTES);
        try (Engine engine = Engine.open(config())) {
            Job job = engine.run(pipeline(ingress, directory.resolve("out.csv")));
            offer(ingress, 0, 20_000); // more than twice what the log holds
            ingress.close();
            job.await();
            assertEquals(20_000, ingress.committedCount());
        }
        long kept = 0;
        try (var files = Files.list(directory.resolve("state/ingress/of-in"))) {
            for (Path file : files.toList()) {
                kept += Files.size(file);
            }
        }
        assertTrue(kept <= DurableIngress.MIN_LOG_BYTES, "keptBytes=" + kept);
        assertEquals(20_000, numbers(directory.resolve("out.csv")).size());
    }

    @Test
    void tellsThoseWhoWaitThatTheJobHasEnded() throws Exception {
        DurableIngress<Reading> ingress = Ingress.durable(Reading.class);
        ingress.whenDurable().get(); // nothing was taken
        CompletableFuture<Void> told;
        try (Engine engine = Engine.open(config())) {
            Pipeline pipeline = Pipeline.named("readings");
            pipeline.source("in", ingress).forEach("end", reading -> {
                throw new IllegalStateException("this function fails");
            });
            Job job = engine.run(pipeline);
            offer(ingress, 0, 1);
            assertThrows(JobFailedException.class, job::await);
            told = ingress.whenDurable();
            told.get(); // it was durable before it was processed
            assertThrows(IllegalStateException.class, () -> ingress.offer(reading(1)));
            assertTrue(ingress.durableCount() == 1 && ingress.committedCount() == 0);
            Pipeline again = pipeline(ingress, directory.resolve("out.csv"));
            String told2 = assertThrows(IllegalStateException.class, () -> engine.run(again))
                    .getMessage();
            assertTrue(told2.contains("make another one for each run"), told2);
        }
        assertFalse(told.isCompletedExceptionally());
    }

    @Test
    void refusesALogThatIsTooSmallForItsRing() {
        assertThrows(IllegalArgumentException.class, () -> Ingress.durable(Reading.class, 4096, 1000));
        assertThrows(IllegalArgumentException.class, () -> Ingress.durable(Reading.class, 1 << 20, 1 << 20));
    }
}
