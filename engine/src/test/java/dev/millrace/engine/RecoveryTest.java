package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.operator.OutputException;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.Oracle;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.engine.testkit.Workload;
import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that is stopped at any place and started again gives what an undisturbed one gives. */
final class RecoveryTest {
    private static final int SEEDS = 10;

    record LineCount(Ride.Line line, long start, long count) {}

    @TempDir
    Path directory;

    @Test
    void goesOnWhereItStopped() throws InterruptedException {
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
        int lagMillis = 1 + random.nextInt(3000);
        List<Ride> rides = Ride.random(random, 1000 + random.nextInt(4000), 1 + random.nextInt(50), lagMillis);
        Workload workload = Workload.random(random, lagMillis);
        Path home = directory.resolve("seed-" + seed);
        Path input = Ride.write(home.resolve(random.nextBoolean() ? "in.csv" : "in.csv.gz"), rides);
        Pipeline pipeline = workload.pipeline(Life.source(input), home);
        int lives = 1 + random.nextInt(4);
        for (int i = 0; i < lives; i++) {
            int parallelism = 1 + random.nextInt(4);
            try (Life life = new Life(config(home, parallelism, seed), pipeline)) {
                life.untilEpochs(random.nextInt(8));
                life.untilEvents(random.nextInt(rides.size()));
            }
        }
        try (Life life = new Life(config(home, 1 + random.nextInt(4), seed), pipeline)) {
            JobReport report = life.untilDone();
            workload.check("lives=" + lives, home, rides);
            assertCounts(rides, new Oracle(workload, rides), report);
        }
    }

    private static EngineConfig config(Path home, int parallelism, long seed) {
        return EngineConfig.of(home.resolve("state"))
                .parallelism(parallelism)
                .store(seed % 2 == 0 ? StoreKind.MAPDB : StoreKind.ROCKSDB)
                .epochInterval(Duration.ofMillis(1));
    }

    private static void assertCounts(List<Ride> rides, Oracle oracle, JobReport report) {
        assertEquals(rides.size(), report.events());
        assertEquals(oracle.lateLetters(), report.lateEvents());
        Workload.HEADERS
                .keySet()
                .forEach(sink ->
                        assertEquals(oracle.lines(sink).size(), report.rows().get(sink), "rows of sink=" + sink));
    }

    @Test
    void findsTheSameEventsLateWhenItStopsBeforeTheFirstWatermark() throws InterruptedException {
        List<Ride> rides = Ride.random(new Random(7), 3000, 5, 2000);
        Workload workload = new Workload(50, 20, 0);
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        Pipeline pipeline = workload.pipeline(Life.source(input), directory);
        EngineConfig config = config(directory, 1, 0);
        try (Life life = new Life(config, pipeline)) {
            life.untilEpochs(3);
        }
        try (Life life = new Life(config, pipeline)) {
            life.untilDone();
        }
        workload.check("", directory, rides);
    }

    @Test
    void keepsChainsOfGroupingsAlignedOverManyEpochs() throws InterruptedException {
        Random random = new Random(11);
        List<Ride> rides = Ride.random(random, 10_000, 300, 2000);
        Workload workload = new Workload(40, 15, 2000);
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        Pipeline pipeline = workload.pipeline(Life.source(input), directory);
        for (int i = 0; i < 3; i++) {
            try (Life life = new Life(config(directory, 3, 0), pipeline)) {
                life.untilEpochs(30);
            }
        }
        try (Life life = new Life(config(directory, 3, 0), pipeline)) {
            JobReport report = life.untilDone();
            assertTrue(report.resumedFromEpoch() >= 60, () -> "epochs=" + report.resumedFromEpoch());
            assertCounts(rides, new Oracle(workload, rides), report);
        }
        workload.check("", directory, rides);
    }

    @Test
    void closesAWindowOnceBehindTwoGroupings() throws InterruptedException {
        List<Ride> rides = Ride.random(new Random(3), 6000, 40, 3000);
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        Path windows = directory.resolve("windows");
        Path late = directory.resolve("late");
        Pipeline pipeline = Pipeline.named("two-groupings");
        pipeline.source("in", Life.source(input))
                .eventTime(Ride::time, Duration.ofMillis(100))
                .keyBy(Ride::station)
                .stateful(
                        "pass",
                        State.value("seen", boolean.class),
                        (Ride ride, ValueState<Boolean> seen, Output<Ride> out) -> {
                            seen.set(true);
                            out.emit(ride);
                        })
                .keyBy(Ride::line)
                .window(Window.tumbling(Duration.ofMillis(50)))
                .onLate(rest -> rest.sink("late", Sinks.csvFile(late, Ride.class)))
                .aggregate(
                        "count",
                        Aggregate.counting(),
                        (line, window, count) ->
                                new LineCount(line, window.start().toEpochMilli(), count))
                .sink("windows", Sinks.csvFile(windows, LineCount.class));
        for (int i = 0; i < 20; i++) {
            try (Life life = new Life(config(directory, 3, 0), pipeline)) {
                life.untilEpochs(2);
            }
        }
        try (Life life = new Life(config(directory, 3, 0), pipeline)) {
            life.untilDone();
        }
        Set<String> seen = new HashSet<>();
        long onTime = 0;
        for (String line : Lines.sorted(windows, "line,start,count")) {
            assertTrue(seen.add(line.substring(0, line.lastIndexOf(','))), () -> "window closed twice: " + line);
            onTime += Long.parseLong(line.substring(line.lastIndexOf(',') + 1));
        }
        List<String> lateLines = Lines.sorted(late, Ride.HEADER);
        assertEquals(lateLines.size(), new HashSet<>(lateLines).size(), "rides are late once");
        assertTrue(lateLines.size() > 100, () -> "late=" + lateLines.size());
        assertEquals(rides.size(), onTime + lateLines.size());
    }

    @Test
    void leavesAFinishedJobAsItIs() throws InterruptedException, IOException {
        List<Ride> rides = Ride.random(new Random(5), 3000, 20, 500);
        Workload workload = new Workload(100, 50, 20);
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        Pipeline pipeline = workload.pipeline(Life.source(input), directory);
        JobReport first;
        try (Life life = new Life(config(directory, 2, 0), pipeline)) {
            first = life.untilDone();
        }
        byte[] runs = Files.readAllBytes(directory.resolve("runs"));
        try (Life life = new Life(config(directory, 1, 0), pipeline)) {
            JobReport again = life.untilDone();
            assertEquals(first.events(), again.events());
            assertEquals(first.rows(), again.rows());
            assertEquals(first.late(), again.late());
            assertEquals(first.lastEpoch(), again.lastEpoch());
            assertEquals(first.lastEpoch(), again.resumedFromEpoch());
            assertEquals(0, again.commits());
            assertEquals(0, again.leakedOffHeapBytes());
        }
        assertArrayEquals(runs, Files.readAllBytes(directory.resolve("runs")));
        workload.check("", directory, rides);
    }

    @Test
    void writesALostOutputAgainWhileTheLogHasIt() throws InterruptedException, IOException {
        List<Ride> rides = Ride.random(new Random(6), 2000, 20, 500);
        Workload workload = new Workload(100, 50, 500);
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        Pipeline pipeline = workload.pipeline(Life.source(input), directory);
        try (Life life = new Life(config(directory, 1, 0), pipeline)) {
            life.untilEpochs(5);
        }
        Files.delete(directory.resolve("runs"));
        Files.writeString(directory.resolve("names"), "sta");
        try (Life life = new Life(config(directory, 1, 0), pipeline)) {
            life.untilDone();
        }
        workload.check("", directory, rides);
        Files.delete(directory.resolve("totals"));
        try (Life life = new Life(config(directory, 1, 0), pipeline)) {
            life.untilDone();
        }
        workload.check("again", directory, rides);
    }

    @Test
    void refusesAnOutputThatLostWhatTheLogHasForgotten() throws InterruptedException, IOException {
        List<Ride> rides = Ride.random(new Random(8), 9000, 20, 500);
        Workload workload = new Workload(100, 50, 500);
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        Pipeline pipeline = workload.pipeline(Life.source(input), directory);
        try (Life life = new Life(config(directory, 1, 0), pipeline)) {
            life.untilEpochs(40);
        }
        Path runs = directory.resolve("runs");
        byte[] good = Files.readAllBytes(runs);
        Files.write(runs, java.util.Arrays.copyOf(good, 100));
        OutputException shorter =
                assertThrows(OutputException.class, () -> new Life(config(directory, 1, 0), pipeline));
        assertTrue(shorter.getMessage().contains("sink=runs"), shorter.getMessage());
        assertTrue(shorter.getMessage().contains("sizeBytes=100"), shorter.getMessage());
        assertEquals(100, Files.size(runs));
        Files.delete(runs);
        assertThrows(OutputException.class, () -> new Life(config(directory, 1, 0), pipeline));
        assertFalse(Files.exists(runs), "a refused output was begun");
        Files.write(runs, good);
        try (Life life = new Life(config(directory, 1, 0), pipeline)) {
            life.untilDone();
        }
        workload.check("", directory, rides);
    }
}
