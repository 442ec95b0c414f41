package dev.millrace.engine.states;

import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of state is what a plain-Java model says, behind each event, over lives of a job. */
final class StateKindsTest {
    private static final int SEEDS = 6;

    @TempDir
    Path directory;

    @Test
    void everyKindIsWhatAModelSaysWhereverTheJobStopsAndHoweverManyTasksItHas() throws InterruptedException {
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
        int disorderMillis = random.nextInt(100);
        long lifeMillis = seed % 3 == 0 ? 0 : 500 + random.nextInt(10_000);
        List<Step> steps = Step.random(random, 500 + random.nextInt(1500), 1 + random.nextInt(20), disorderMillis);
        Path home = directory.resolve("seed-" + seed);
        Path input = Step.write(home.resolve("in.csv"), steps);
        Pipeline pipeline = Pipeline.named("kinds");
        pipeline.source("steps", Sources.csvFile(input, Step.class).atMostPerSecond(Life.EVENTS_PER_MILLI * 1000))
                .eventTime(Step::time, Duration.ofMillis(disorderMillis))
                .keyBy(Step::key)
                .process("everything", Everything.declare(lifeMillis))
                .sink("out", Sinks.csvFile(home.resolve("out.csv"), Everything.Line.class));
        int lives = 1 + random.nextInt(4);
        for (int i = 0; i < lives; i++) {
            try (Life life = new Life(config(home, 1 + random.nextInt(3), seed), pipeline)) {
                life.untilEpochs(random.nextInt(8));
                life.untilEvents(random.nextInt(steps.size()));
            }
        }
        try (Life life = new Life(config(home, 1 + random.nextInt(3), seed), pipeline)) {
            life.untilDone();
        }
        EverythingModel model = new EverythingModel(lifeMillis);
        List<String> expected = new ArrayList<>();
        steps.forEach(step -> expected.add(model.line(step)));
        expected.sort(null);
        Lines.assertSame(
                "lives=" + lives + ", lifeMillis=" + lifeMillis,
                expected,
                Lines.sorted(home.resolve("out.csv"), "id,text"));
    }

    private static EngineConfig config(Path home, int parallelism, long seed) {
        return EngineConfig.of(home.resolve("state"))
                .parallelism(parallelism)
                .store(seed % 2 == 0 ? StoreKind.MAPDB : StoreKind.ROCKSDB)
                .epochInterval(Duration.ofMillis(1));
    }
}
