package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.engine.testkit.Workload;
import dev.millrace.state.StateDirectoryMismatchException;
import dev.millrace.state.StateDirectoryUnusableException;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that goes on from a savepoint of its own, with another store, parallelism or graph. */
final class SavepointJobTest {
    private static final int SEEDS = Integer.getInteger("millrace.test.savepoint.seeds", 6);

    @TempDir
    Path directory;

    private static EngineConfig config(Path state, StoreKind store, int parallelism) {
        return EngineConfig.of(state).store(store).parallelism(parallelism).epochInterval(Duration.ofMillis(1));
    }

    /** The first life goes on behind the savepoint, so the outputs are ahead of it and must be cut back. */
    @Test
    void goesOnWithAnotherStoreAndParallelismAndTheOutputsAreRight() throws InterruptedException {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<Ride> rides = Ride.random(random, 2000 + random.nextInt(3000), 30, 1000);
            Workload workload = Workload.random(random, 1000);
            Path home = directory.resolve("seed-" + seed);
            Path input = Ride.write(home.resolve("in.csv"), rides);
            Pipeline pipeline = workload.pipeline(Life.source(input), home);
            StoreKind from = seed % 2 == 0 ? StoreKind.MAPDB : StoreKind.ROCKSDB;
            StoreKind to = seed % 3 == 0 ? from : seed % 2 == 0 ? StoreKind.ROCKSDB : StoreKind.MAPDB;
            SavepointReport taken;
            try (Life life = new Life(config(home.resolve("a"), from, 1 + random.nextInt(3)), pipeline)) {
                life.untilEpochs(1 + random.nextInt(20));
                taken = life.savepoint(home.resolve("s"));
                life.untilEpochs(random.nextInt(20));
            }
            assertEquals(taken, Savepoints.verify(home.resolve("s")), "seed=" + seed);
            EngineConfig other = config(home.resolve("b"), to, 1 + random.nextInt(4));
            Savepoints.restore(home.resolve("s"), other);
            assertTrue(Engine.check(other, pipeline, Changes.none()).fits(), "seed=" + seed);
            try (Life life = new Life(other, pipeline)) {
                JobReport report = life.untilDone();
                assertEquals(taken.epoch(), report.resumedFromEpoch(), "seed=" + seed);
                assertEquals(rides.size(), report.events(), "seed=" + seed);
            }
            workload.check("seed=" + seed, home, rides);
        }
    }

    record Line(String station, long count) {}

    private Pipeline counting(Path input, String name) {
        Pipeline pipeline = Pipeline.named("job");
        pipeline.source("in", Life.source(input))
                .keyBy(Ride::station)
                .aggregate(name, Aggregate.counting(), (station, window, count) -> new Line(station, count))
                .sink("out", Sinks.csvFile(directory.resolve("out.csv"), Line.class));
        return pipeline;
    }

    @Test
    void isTakenOfADirectoryThatNoJobRunsInAndRestoredUnderAChangedGraph() throws InterruptedException, IOException {
        List<Ride> rides = Ride.random(new Random(3), 20_000, 30, 0);
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        EngineConfig config = config(directory.resolve("a"), StoreKind.ROCKSDB, 2);
        try (Life life = new Life(config, counting(input, "totals"))) {
            life.untilEpochs(5);
            assertThrows(
                    StateFileException.class,
                    () -> Savepoints.take(directory.resolve("a"), directory.resolve("s")),
                    "a job runs there");
        }
        SavepointReport taken = Savepoints.take(directory.resolve("a"), directory.resolve("s"));
        assertEquals("job", taken.job());
        assertThrows(
                StateDirectoryUnusableException.class,
                () -> Savepoints.take(directory.resolve("a"), directory.resolve("s")));
        EngineConfig other = config(directory.resolve("b"), StoreKind.MAPDB, 1);
        Changes changes = Changes.none().renamed("totals", "sums");
        assertFalse(Savepoints.check(directory.resolve("s"), other, counting(input, "sums"), Changes.none())
                .fits());
        assertTrue(Savepoints.check(directory.resolve("s"), other, counting(input, "sums"), changes)
                .fits());
        Savepoints.restore(directory.resolve("s"), other);
        assertThrows(StateDirectoryMismatchException.class, () -> Savepoints.restore(directory.resolve("s"), other));
        try (Life life = new Life(other, counting(input, "sums"), changes)) {
            assertEquals(20_000, life.untilDone().events());
        }
        long sum = 0;
        for (String line : Files.readAllLines(directory.resolve("out.csv"))) {
            sum += line.startsWith("station") ? 0 : Long.parseLong(line.substring(line.indexOf(',') + 1));
        }
        assertEquals(20_000, sum);
    }

    @Test
    void aTargetThatIsNotEmptyIsRefusedAndTheJobGoesOn() throws InterruptedException, IOException {
        Path input = Ride.write(directory.resolve("in.csv"), Ride.random(new Random(3), 5000, 30, 0));
        Files.createDirectories(directory.resolve("s"));
        Files.writeString(directory.resolve("s/precious"), "text");
        try (Life life = new Life(config(directory.resolve("a"), StoreKind.MAPDB, 1), counting(input, "totals"))) {
            life.untilEpochs(2);
            assertThrows(StateDirectoryUnusableException.class, () -> life.savepoint(directory.resolve("s")));
            assertEquals(5000, life.untilDone().events());
            assertThrows(IllegalStateException.class, () -> life.savepoint(directory.resolve("t")));
        }
        assertEquals("text", Files.readString(directory.resolve("s/precious")));
    }
}
