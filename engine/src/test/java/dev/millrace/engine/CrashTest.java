package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.operator.OutputException;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.engine.testkit.Workload;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.Directories;
import dev.millrace.state.file.FaultyFileOps;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a crash or a failed file operation leaves behind is enough to end with the right outputs. */
final class CrashTest {
    private static final int SEEDS = 6;

    record Total(String station, long count) {}

    @TempDir
    Path directory;

    @Test
    void goesOnFromWhatIsOnTheDiskAtAnyMoment() throws InterruptedException, IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                crash(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private void crash(long seed) throws InterruptedException, IOException {
        Random random = new Random(seed);
        List<Ride> rides = Ride.random(random, 8000, 30, 1000);
        Workload workload = Workload.random(random, 1000);
        Path home = directory.resolve("seed-" + seed);
        Path input = Ride.write(home.resolve("in.csv"), rides);
        StoreKind store = seed % 2 == 0 ? StoreKind.MAPDB : StoreKind.ROCKSDB;
        Path out = Files.createDirectories(home.resolve("out"));
        Pipeline pipeline = workload.pipeline(Life.source(input), out);
        EngineConfig config = config(home.resolve("state"), 1 + random.nextInt(3), store);
        try (Life life = new Life(config, pipeline)) {
            for (int i = 0; i < 3; i++) {
                life.untilEpochs(1 + random.nextInt(45));
                life.passMillis(5 + random.nextInt(10)); // so that the job is busy while it is copied
                Path image = home.resolve("image-" + i);
                Directories.copy(home.resolve("state"), image.resolve("state"));
                copyOutputs(out, image.resolve("out"));
            }
        }
        for (int i = 0; i < 3; i++) {
            Path image = home.resolve("image-" + i);
            Pipeline again = workload.pipeline(Life.source(input), image.resolve("out"));
            EngineConfig imageConfig = config(image.resolve("state"), 1 + random.nextInt(3), store);
            tear(random, image, durableBytes(again, imageConfig));
            try (Life life = new Life(imageConfig, again)) {
                life.untilDone();
            }
            workload.check("image=" + i, image.resolve("out"), rides);
        }
    }

    private static EngineConfig config(Path state, int parallelism, StoreKind store) {
        return EngineConfig.of(state).parallelism(parallelism).store(store).epochInterval(Duration.ofMillis(1));
    }

    private static void copyOutputs(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String sink : Workload.HEADERS.keySet()) {
            if (Files.exists(from.resolve(sink))) {
                Files.copy(from.resolve(sink), to.resolve(sink));
            }
        }
    }

    /** Up to where the last commit says that each output cannot be lost. */
    private static Map<String, Long> durableBytes(Pipeline pipeline, EngineConfig config) {
        try (DurableState state = DurableState.open(
                FileOps.real(),
                config.stateDirectory(),
                DurableStateConfig.of(pipeline.name(), LogicalPlan.of(pipeline).fingerprint(), config.store()))) {
            return state.lastCommit().map(CommitRecord::counters).orElse(Map.of());
        }
    }

    /** Does to outputs what losing power may do: what was not forced is cut off, or followed or replaced by something else. */
    private static void tear(Random random, Path image, Map<String, Long> counters) throws IOException {
        for (String sink : Workload.HEADERS.keySet()) {
            Path file = image.resolve("out").resolve(sink);
            if (!Files.exists(file)) {
                continue;
            }
            long durable = counters.getOrDefault("sink." + sink + ".durableBytes", 0L);
            byte[] bytes = Files.readAllBytes(file);
            assertTrue(bytes.length >= durable, () -> "forced bytes are missing: sink=" + sink);
            int kept = (int) durable + random.nextInt(bytes.length - (int) durable + 1);
            switch (random.nextInt(4)) {
                case 0 -> {}
                case 1 -> Files.write(file, java.util.Arrays.copyOf(bytes, kept));
                case 2 -> Files.writeString(file, "torn,torn\nto", StandardOpenOption.APPEND);
                default -> {
                    java.util.Arrays.fill(bytes, kept, bytes.length, (byte) 0);
                    Files.write(file, bytes);
                }
            }
        }
    }

    /** Of a job of some epochs: each operation that it does, once and for good. How many there are depends on the clock a little. */
    @Test
    void endsRightAfterAnyFileOperationFailed() throws InterruptedException, IOException {
        List<Ride> rides = Ride.random(new Random(4), 600, 20, 0);
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        for (StoreKind store : StoreKind.values()) {
            FaultyFileOps counting = FaultyFileOps.counting(FileOps.real());
            runWith(counting, input, directory.resolve(store + "-good"), store);
            long operations = counting.operationCount();
            assertTrue(operations > 20, () -> "operations=" + operations);
            for (long failing = 0; failing < operations; failing++) {
                Path home = directory.resolve(store + "-" + failing);
                fail(FaultyFileOps.failingOnce(FileOps.real(), failing), input, home.resolve("once"), store, failing);
                fail(FaultyFileOps.dyingAt(FileOps.real(), failing), input, home.resolve("for-good"), store, failing);
                assertTotals(rides, home.resolve("once"), "once, store=" + store + ", failingOperation=" + failing);
                assertTotals(rides, home.resolve("for-good"), "store=" + store + ", failingOperation=" + failing);
            }
        }
    }

    /** Lets an operation of a job fail, and runs the job once more. */
    private static void fail(FaultyFileOps files, Path input, Path home, StoreKind store, long failing)
            throws InterruptedException {
        try {
            runWith(files, input, home, store);
        } catch (JobFailedException e) {
            assertTyped(e.getCause(), failing, store);
        } catch (RuntimeException e) {
            assertTyped(e, failing, store);
        }
        runWith(FileOps.real(), input, home, store);
    }

    private static void assertTyped(Throwable error, long failing, StoreKind store) {
        if (!(error instanceof OutputException
                || error instanceof BadInputException
                || error instanceof StateFileException)) {
            throw new AssertionError(
                    "error has no type of ours: failingOperation=" + failing + ", store=" + store, error);
        }
    }

    private static void runWith(FileOps files, Path input, Path home, StoreKind store) throws InterruptedException {
        Pipeline pipeline = Pipeline.named("totals");
        pipeline.source("in", Sources.csvFile(input, Ride.class))
                .keyBy(Ride::station)
                .aggregate("totals", Aggregate.counting(), (station, window, count) -> new Total(station, count))
                .sink("totals", Sinks.csvFile(home.resolve("totals"), Total.class));
        EngineConfig config = config(home.resolve("state"), 1, store);
        try (Engine engine = Engine.open(config, Seams.real().withFiles(files).withSeed(1))) {
            engine.run(pipeline).await();
        }
    }

    private static void assertTotals(List<Ride> rides, Path home, String what) {
        Map<String, Long> counts = new java.util.TreeMap<>();
        rides.forEach(ride -> counts.merge(ride.station(), 1L, Long::sum));
        List<String> expected = counts.entrySet().stream()
                .map(entry -> entry.getKey() + "," + entry.getValue())
                .sorted()
                .toList();
        Lines.assertSame(what, expected, Lines.sorted(home.resolve("totals"), "station,count"));
    }
}
