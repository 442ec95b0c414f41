package dev.millrace.engine.states;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.state.StoreKind;
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

/** Timers fire once, wherever a job stops and however many tasks it has. */
final class TimerRecoveryTest {
    private static final int SEEDS = 6;

    @TempDir
    Path directory;

    record Fired(String key, String name, long at) {}

    /** What a step does to the deadlines of its key; the same for the process and the model. */
    private static void apply(Step step, Map<String, Long> deadlines) {
        long now = step.time().toEpochMilli();
        Long before = deadlines.get(step.name());
        if (before != null && before <= now) {
            return; // It may have fired or not: that is up to the watermark.
        }
        if (step.operation() < 4) {
            deadlines.remove(step.name());
        } else {
            deadlines.put(step.name(), now + 1 + step.number() * 20);
        }
    }

    record Reminders(MapState<String, Long> deadlines) implements KeyedProcess<String, Step, Fired> {
        @Override
        public void on(Step step, Output<Fired> out) {
            Map<String, Long> copy = new HashMap<>();
            deadlines.forEach(copy::put);
            Long before = copy.get(step.name());
            apply(step, copy);
            Long after = copy.get(step.name());
            if (after == null) {
                deadlines.remove(step.name());
                out.cancelTimer(step.name(), TimeKind.EVENT);
            } else if (!after.equals(before)) {
                deadlines.put(step.name(), after);
                out.timerAt(step.name(), TimeKind.EVENT, Instant.ofEpochMilli(after));
            }
        }

        @Override
        public void onTimer(String key, Timer timer, Output<Fired> out) {
            out.emit(new Fired(key, timer.name(), timer.at().toEpochMilli()));
        }
    }

    @Test
    void everyTimerFiresOnceWhereverTheJobStops() throws InterruptedException {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private void run(long seed) throws InterruptedException {
        Random random = new Random(seed);
        List<Step> steps = Step.random(random, 1500, 1 + random.nextInt(30), 0);
        Path home = directory.resolve("seed-" + seed);
        Path input = Step.write(home.resolve("in.csv"), steps);
        Pipeline pipeline = Pipeline.named("reminders");
        pipeline.source("steps", Sources.csvFile(input, Step.class).atMostPerSecond(Life.EVENTS_PER_MILLI * 1000))
                .eventTime(Step::time, Duration.ZERO)
                .keyBy(Step::key)
                .process("reminders", State.all(State.map("deadlines", String.class, Long.class), Reminders::new))
                .sink("out", Sinks.csvFile(home.resolve("out.csv"), Fired.class));
        for (int i = 0; i < 3; i++) {
            try (Life life = new Life(config(home, 1 + random.nextInt(3), seed), pipeline)) {
                life.untilEpochs(random.nextInt(6));
                life.untilEvents(random.nextInt(steps.size()));
            }
        }
        try (Life life = new Life(config(home, 1 + random.nextInt(3), seed), pipeline)) {
            life.untilDone();
        }
        Lines.assertSame("", expected(steps), Lines.sorted(home.resolve("out.csv"), "key,name,at"));
    }

    private static List<String> expected(List<Step> steps) {
        Map<String, Map<String, Long>> byKey = new HashMap<>();
        steps.forEach(step -> apply(step, byKey.computeIfAbsent(step.key(), key -> new HashMap<>())));
        List<String> lines = new ArrayList<>();
        byKey.forEach((key, deadlines) -> deadlines.forEach((name, at) -> lines.add(key + "," + name + "," + at)));
        lines.sort(null);
        return lines;
    }

    private static EngineConfig config(Path home, int parallelism, long seed) {
        return EngineConfig.of(home.resolve("state"))
                .parallelism(parallelism)
                .store(seed % 2 == 0 ? StoreKind.MAPDB : StoreKind.ROCKSDB)
                .epochInterval(Duration.ofMillis(1));
    }

    /** Sets a timer by the clock for each key, and tells when it fired. */
    record Alarms(MapState<String, Long> unused) implements KeyedProcess<String, Step, Fired> {
        @Override
        public void on(Step step, Output<Fired> out) {
            out.timerAfter("alarm", TimeKind.PROCESSING, Duration.ofMillis(5));
        }

        @Override
        public void onTimer(String key, Timer timer, Output<Fired> out) {
            out.emit(new Fired(key, timer.name(), timer.isAtEnd() ? 1 : 0));
        }
    }

    @Test
    void aTimerByTheClockFiresForEveryKeyAtTheLatestAtTheEnd() throws InterruptedException {
        List<Step> steps = Step.random(new Random(1), 500, 10, 0);
        Path input = Step.write(directory.resolve("in.csv"), steps);
        Path output = directory.resolve("out.csv");
        Pipeline pipeline = Pipeline.named("alarms");
        pipeline.source("steps", Sources.csvFile(input, Step.class).atMostPerSecond(10_000))
                .keyBy(Step::key)
                .process("alarms", State.all(State.map("unused", String.class, Long.class), Alarms::new))
                .sink("out", Sinks.csvFile(output, Fired.class));
        try (Life life = new Life(config(directory, 2, 0), pipeline)) {
            life.untilDone();
        }
        assertEquals(
                steps.stream().map(Step::key).distinct().count(),
                Lines.sorted(output, "key,name,at").stream()
                        .map(line -> line.substring(0, line.indexOf(',')))
                        .distinct()
                        .count());
    }
}
