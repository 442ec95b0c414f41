package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.testkit.Life;
import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State that is ten times as large as what it may take in memory gives the same results. */
final class LargeStateTest {
    private static final int KEYS = 24_000;
    private static final int EVENTS = 36_000;

    /** Of two states: key, value, and what an entry takes around them come to 43 bytes and more. */
    private static final long STATE_BYTES = 2L * KEYS * 43;

    record Step(long key, long number, long amount) {}

    record Seen(long key, long number, long before) {}

    record Total(long key, long count) {}

    @TempDir
    Path directory;

    private static Path write(Path file, List<Step> steps) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("key,number,amount");
        steps.forEach(step -> lines.add(step.key() + "," + step.number() + "," + step.amount()));
        Files.createDirectories(file.getParent());
        return Files.write(file, lines);
    }

    /** Each key once, then any key; every tenth step is about one of a few keys. */
    private static List<Step> steps(Random random) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            long key = i < KEYS ? i * 7919L % KEYS : random.nextInt(i % 10 == 0 ? 20 : KEYS);
            steps.add(new Step(key, i, random.nextInt(100)));
        }
        return steps;
    }

    private static Pipeline pipeline(Path input, Path home) {
        Pipeline pipeline = Pipeline.named("large-state");
        var byKey = pipeline.source(
                        "in", Sources.csvFile(input, Step.class).atMostPerSecond(Life.EVENTS_PER_MILLI * 1000))
                .keyBy(Step::key);
        byKey.stateful("sums", State.value("sum", Long.class), LargeStateTest::sum)
                .sink("seen", Sinks.csvFile(home.resolve("seen"), Seen.class));
        byKey.aggregate("totals", Aggregate.<Step>counting(), (key, window, count) -> new Total(key, count))
                .sink("totals", Sinks.csvFile(home.resolve("totals"), Total.class));
        return pipeline;
    }

    /** Some amounts delete the sum, so that a deleted value that came back would show. */
    private static void sum(Step step, ValueState<Long> sum, Output<Seen> out) {
        Long before = sum.get();
        out.emit(new Seen(step.key(), step.number(), before == null ? -1 : before));
        if (step.amount() % 5 == 0) {
            sum.clear();
        } else {
            sum.set((before == null ? 0 : before) + step.amount());
        }
    }

    private static List<String> expectedSeen(List<Step> steps) {
        Map<Long, Long> sums = new HashMap<>();
        List<String> lines = new ArrayList<>();
        for (Step step : steps) {
            Long before = sums.get(step.key());
            lines.add(step.key() + "," + step.number() + "," + (before == null ? -1 : before));
            if (step.amount() % 5 == 0) {
                sums.remove(step.key());
            } else {
                sums.merge(step.key(), step.amount(), Long::sum);
            }
        }
        lines.sort(null);
        return lines;
    }

    private static List<String> expectedTotals(List<Step> steps) {
        Map<Long, Long> counts = new HashMap<>();
        steps.forEach(step -> counts.merge(step.key(), 1L, Long::sum));
        List<String> lines = new ArrayList<>();
        counts.forEach((key, count) -> lines.add(key + "," + count));
        lines.sort(null);
        return lines;
    }

    private static List<String> lines(Path file) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.remove(0);
        lines.sort(null);
        return lines;
    }

    private static EngineConfig config(Path home, int parallelism, long seed) {
        return EngineConfig.of(home.resolve("state"))
                .parallelism(parallelism)
                .store(seed % 2 == 0 ? StoreKind.MAPDB : StoreKind.ROCKSDB)
                .epochInterval(Duration.ofMillis(20))
                .activeStateBytes(STATE_BYTES / 10);
    }

    @Test
    void givesTheSameResultsWithATenthOfTheMemoryWhereverItIsStopped() throws Exception {
        for (long seed = 0; seed < 4; seed++) {
            try {
                run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    @Test
    void asksTheStoreForFewKeysThatItDoesNotHave() throws Exception {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            steps.add(new Step(i, i, 1));
        }
        Pipeline pipeline = pipeline(write(directory.resolve("in.csv"), steps), directory);
        try (Life life = new Life(config(directory, 2, 0), pipeline)) {
            ColdStateReport cold = life.untilDone().coldState();
            assertTrue(cold.evicted() > EVENTS / 4, cold::toString);
            assertEquals(0, cold.keysFound(), "every key is new");
            assertTrue(cold.keysRead() < 2 * EVENTS / 20, cold::toString);
        }
    }

    @Test
    void asksTheStoreForNothingWhileAllStateFits() throws Exception {
        List<Step> steps = steps(new Random(1));
        Pipeline pipeline = pipeline(write(directory.resolve("in.csv"), steps), directory);
        try (Life life = new Life(config(directory, 1, 0).activeState("64MiB"), pipeline)) {
            assertEquals(
                    new ColdStateReport(0, 0, 0, 0, 0, Duration.ZERO),
                    life.untilDone().coldState());
        }
    }

    @Test
    void refusesLessActiveStateThanEveryPartitionNeeds() {
        Pipeline pipeline = pipeline(directory.resolve("in.csv"), directory);
        EngineConfig config = config(directory, 4, 0).activeState("255KiB");
        try (Engine engine = Engine.open(config)) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> engine.run(pipeline));
            assertTrue(refused.getMessage().contains("minimumBytes=262144"), refused.getMessage());
        }
    }

    private void run(long seed) throws Exception {
        Random random = new Random(seed);
        Path home = directory.resolve("seed-" + seed);
        List<Step> steps = steps(random);
        Pipeline pipeline = pipeline(write(home.resolve("in.csv"), steps), home);
        int lives = random.nextInt(3);
        for (int i = 0; i < lives; i++) {
            try (Life life = new Life(config(home, 1 + random.nextInt(3), seed), pipeline)) {
                life.untilEvents(random.nextInt(EVENTS));
            }
        }
        try (Life life = new Life(config(home, 1 + (int) seed % 3, seed), pipeline)) {
            JobReport report = life.untilDone();
            assertEquals(0, report.leakedOffHeapBytes());
            ColdStateReport cold = report.coldState();
            // How much is left for this life depends on when the ones before were stopped.
            assertTrue(cold.evicted() > KEYS / 20, cold::toString);
            assertTrue(cold.keysFound() > KEYS / 200, cold::toString);
            assertTrue(cold.pagesParked() > 0, cold::toString);
        }
        assertEquals(expectedSeen(steps), lines(home.resolve("seen")), "lives=" + lives);
        assertEquals(expectedTotals(steps), lines(home.resolve("totals")), "lives=" + lives);
    }
}
