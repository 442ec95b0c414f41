package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.operator.Source;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job over a source goes on where its last committed epoch ended, however often it is stopped. */
final class SourcesRecoveryTest {
    private static final long EVENTS = 4000;
    private static final long PER_SECOND = 100_000;

    record Item(long number, String text) {}

    @TempDir
    Path directory;

    private static Item item(long number) {
        return new Item(number, "t" + number % 7);
    }

    private static String json(long number) {
        return "{\"number\":" + number + ",\"text\":\"t" + number % 7 + "\"}";
    }

    /** Runs a life until so many further epochs are committed, or it is done. */
    private Job live(Source<Item> source, long epochs) throws InterruptedException {
        Pipeline pipeline = Pipeline.named("items");
        pipeline.source("in", source).sink("out", Sinks.jsonLines(directory.resolve("out.jsonl"), Item.class));
        ManualClock clock = new ManualClock();
        EngineConfig config =
                EngineConfig.of(directory.resolve("state")).memory("64MiB").epochInterval(Duration.ofMillis(1));
        try (Engine engine = Engine.open(config, Seams.real().withClock(clock))) {
            Job job = engine.run(pipeline);
            for (long left = epochs; left > 0 && !job.isDone(); left--) {
                passEpoch(clock, job);
            }
            if (job.isDone()) {
                job.await();
            }
            return job;
        }
    }

    /** Lets time pass until one more epoch is committed, or the job is done. */
    private static void passEpoch(ManualClock clock, Job job) {
        long before = job.progress().lastEpoch();
        clock.advance(1_000_000);
        while (job.progress().lastEpoch() == before && !job.isDone()) {
            clock.advance(1);
            Thread.onSpinWait();
        }
    }

    private void livesOf(Source<Item> source) throws InterruptedException, IOException {
        Random random = new Random(5);
        for (int life = 0; life < 6; life++) {
            live(source, 1 + random.nextInt(8));
        }
        live(source, Long.MAX_VALUE / 2);
        assertEquals(
                LongStream.range(0, EVENTS).mapToObj(SourcesRecoveryTest::json).toList(),
                Files.readAllLines(directory.resolve("out.jsonl")));
    }

    @Test
    void aFileOfJson() throws Exception {
        List<String> lines =
                LongStream.range(0, EVENTS).mapToObj(SourcesRecoveryTest::json).toList();
        Path file = Files.write(directory.resolve("in.jsonl"), lines);
        livesOf(Sources.jsonLines(file, Item.class).atMostPerSecond(PER_SECOND));
    }

    @Test
    void aGenerator() throws Exception {
        livesOf(Sources.generator(Item.class, SourcesRecoveryTest::item)
                .limit(EVENTS)
                .atMostPerSecond(PER_SECOND));
    }

    @Test
    void aDirectory() throws Exception {
        Path in = Files.createDirectory(directory.resolve("in"));
        writeFiles(in, 0, EVENTS);
        livesOf(Sources.jsonLinesDirectory(in, Item.class).untilRead().atMostPerSecond(PER_SECOND));
    }

    private static int writeFiles(Path in, long from, long to) throws IOException {
        Random random = new Random(from);
        int files = 0;
        for (long number = from; number < to; files++) {
            List<String> lines = new ArrayList<>();
            long end = Math.min(to, number + random.nextInt(300));
            String name = String.format("%06d-%03d.jsonl", number, files);
            for (; number < end; number++) {
                lines.add(json(number));
            }
            Files.write(in.resolve(name), lines);
        }
        return files;
    }

    @Test
    void aDirectoryThatFilesComeTo() throws Exception {
        Path in = Files.createDirectory(directory.resolve("in"));
        Source<Item> source = Sources.jsonLinesDirectory(in, Item.class)
                .lookEvery(Duration.ofMillis(1))
                .atMostPerSecond(PER_SECOND);
        for (long from = 0; from < EVENTS; from += EVENTS / 4) {
            writeFiles(in, from, from + EVENTS / 4);
            live(source, 3 + from / 100);
        }
        livesOf(Sources.jsonLinesDirectory(in, Item.class).untilRead().atMostPerSecond(PER_SECOND));
    }

    @Test
    void refusesAnotherKindOfSourceUnderTheSameName() throws Exception {
        live(Sources.generator(Item.class, SourcesRecoveryTest::item).atMostPerSecond(PER_SECOND), 3);
        Path in = Files.createDirectory(directory.resolve("in"));
        BadInputException e =
                assertThrows(BadInputException.class, () -> live(Sources.jsonLinesDirectory(in, Item.class), 1));
        assertTrue(e.getMessage().contains("position is none of a directory"), e.getMessage());
    }
}
