package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.allocator.MemoryLimits;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.Life;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job whose old state may take less than one segment of an index does what it should. */
final class SnapshotBoundTest {
    private static final int KEYS = 5_000;
    private static final int EVENTS = 20_000;

    record Step(long key, long number, Instant at) {}

    record Seen(long key, long number, long count) {}

    record Total(long key, long count) {}

    @TempDir
    Path directory;

    private static void count(Step step, ValueState<Long> count, Output<Seen> out) {
        count.update(before -> before + 1);
        out.emit(new Seen(step.key(), step.number(), count.get()));
    }

    private Pipeline pipeline(Path input, Path home) {
        Pipeline pipeline = Pipeline.named("snapshot-bound");
        var byKey = pipeline.source(
                        "in", Sources.csvFile(input, Step.class).atMostPerSecond(Life.EVENTS_PER_MILLI * 1000))
                .eventTime(Step::at, Duration.ofMillis(0))
                .keyBy(Step::key);
        byKey.stateful("counts", State.value("count", Long.class, 0L), SnapshotBoundTest::count)
                .sink("seen", Sinks.csvFile(home.resolve("seen"), Seen.class));
        byKey.window(Window.tumbling(Duration.ofSeconds(4)))
                .aggregate("totals", Aggregate.<Step>counting(), (key, window, count) -> new Total(key, count))
                .sink("totals", Sinks.csvFile(home.resolve("totals"), Total.class));
        return pipeline;
    }

    @Test
    void givesTheSameResultsAtEveryParallelism() throws Exception {
        for (int parallelism = 1; parallelism <= 3; parallelism++) {
            run(parallelism);
        }
    }

    private void run(int parallelism) throws Exception {
        Path home = directory.resolve("p" + parallelism);
        Random random = new Random(parallelism);
        Map<Long, Long> counts = new HashMap<>();
        List<String> lines = new ArrayList<>(List.of("key,number,at"));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            long key = random.nextInt(KEYS);
            lines.add(key + "," + i + "," + Instant.ofEpochMilli(i));
            expected.add(key + "," + i + "," + counts.merge(key, 1L, Long::sum));
        }
        expected.sort(null);
        Files.createDirectories(home);
        Path input = Files.write(home.resolve("in.csv"), lines);
        EngineConfig config = EngineConfig.of(home.resolve("state"))
                .parallelism(parallelism)
                .epochInterval(Duration.ofMillis(5))
                .allocator(memory -> memory.pool(MemoryPool.SNAPSHOT, MemoryLimits.atMost(1 << 10)));
        try (Life life = new Life(config, pipeline(input, home))) {
            JobReport report = life.untilDone();
            assertEquals(0, report.leakedOffHeapBytes());
        }
        assertEquals(expected, sorted(home.resolve("seen")), "parallelism=" + parallelism);
        long total = sorted(home.resolve("totals")).stream()
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(',') + 1)))
                .sum();
        assertEquals(EVENTS, total, "parallelism=" + parallelism);
    }

    private static List<String> sorted(Path file) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.remove(0);
        lines.sort(null);
        return lines;
    }
}
