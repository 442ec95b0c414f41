package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.CheckReport.Verdict;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.TimerFunction;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.state.StateDirectoryMismatchException;
import dev.millrace.state.StateInspection;
import dev.millrace.state.StateSizes;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.FileOps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that is started again with operators added, given up or renamed. */
final class ChangedGraphTest {
    private static final int RIDES = 20_000;

    record Line(String station, long count) {}

    @TempDir
    Path directory;

    private List<Ride> rides;
    private Path input;

    @BeforeEach
    void writeInput() {
        rides = Ride.random(new Random(11), RIDES, 20, 500);
        input = Ride.write(directory.resolve("in.csv"), rides);
    }

    private EngineConfig config(StoreKind store, int parallelism) {
        return EngineConfig.of(directory.resolve("state"))
                .store(store)
                .parallelism(parallelism)
                .epochInterval(Duration.ofMillis(1));
    }

    private Pipeline pipeline(String source, String... totals) {
        Pipeline pipeline = Pipeline.named("changing");
        KeyedStream<String, Ride> keyed =
                pipeline.source(source, Life.source(input)).keyBy(Ride::station);
        for (String name : totals) {
            count(keyed, name);
        }
        return pipeline;
    }

    private void count(KeyedStream<String, Ride> keyed, String name) {
        keyed.aggregate(name, Aggregate.counting(), (station, window, count) -> new Line(station, count))
                .sink(name + "-out", Sinks.csvFile(directory.resolve(name + ".csv"), Line.class));
    }

    private Map<String, Long> totals(String name) throws IOException {
        Map<String, Long> totals = new HashMap<>();
        for (String line : Files.readAllLines(directory.resolve(name + ".csv"))) {
            if (!line.startsWith("station")) {
                int comma = line.indexOf(',');
                totals.merge(line.substring(0, comma), Long.parseLong(line.substring(comma + 1)), Long::sum);
            }
        }
        return totals;
    }

    private Map<String, Long> expected() {
        Map<String, Long> totals = new HashMap<>();
        rides.forEach(ride -> totals.merge(ride.station(), 1L, Long::sum));
        return totals;
    }

    private static long sum(Map<String, Long> totals) {
        return totals.values().stream().mapToLong(Long::longValue).sum();
    }

    private void firstLife(StoreKind store, Pipeline pipeline) {
        try (Life life = new Life(config(store, 1), pipeline)) {
            life.untilEpochs(4);
        }
    }

    @Test
    void addsOneOperatorGivesUpAnotherAndRenamesAThirdInBothStores() throws IOException, InterruptedException {
        for (StoreKind store : StoreKind.values()) {
            wipe();
            firstLife(store, pipeline("in", "a", "b"));
            Changes changes = Changes.none()
                    .renamed("in", "rides")
                    .renamed("a", "c")
                    .renamed("a-out", "c-out")
                    .allowDropped("b")
                    .allowDropped("b-out");
            Pipeline changed = pipeline("rides", "new", "c");
            CheckReport report = Engine.check(config(store, 3), changed, changes);
            assertTrue(report.fits(), report.toString());
            assertEquals(
                    List.of("state=b", "sink=b-out"),
                    report.of(Verdict.DROPPED).stream()
                            .map(finding -> finding.what() + "=" + finding.name())
                            .toList());
            assertEquals(3, report.of(Verdict.RENAMED).size(), report.toString());
            assertEquals(2, report.of(Verdict.ADDED).size(), report.toString());
            assertEquals(1, report.of(Verdict.CHANGED).size(), "parallelism: " + report);
            try (Life life = new Life(config(store, 3), changed, changes)) {
                life.untilEpochs(2);
            }
            // With the same changes again, and then without: what was done is done.
            try (Life life = new Life(config(store, 2), changed, changes)) {
                life.untilEpochs(1);
            }
            try (Life life = new Life(config(store, 1), changed)) {
                assertEquals(RIDES, life.untilDone().events());
            }
            assertEquals(expected(), totals("c"), "store=" + store);
            long counted = sum(totals("new"));
            assertTrue(counted < RIDES && counted > 0, "what is new begins in the middle: counted=" + counted);
        }
    }

    @Test
    void leavesNothingBehindOfAStateThatIsGivenUp() {
        for (StoreKind store : StoreKind.values()) {
            wipe();
            firstLife(store, pipeline("in", "a", "b"));
            Changes changes = Changes.none().allowDropped("b").allowDropped("b-out");
            try (Life life = new Life(config(store, 1), pipeline("in", "a"), changes)) {
                life.untilEpochs(2);
            }
            StateInspection inspection =
                    StateInspection.read(FileOps.real(), config(store, 1).stateDirectory(), true);
            assertEquals(List.of(), inspection.problems());
            assertEquals(
                    new TreeSet<>(List.of("a")),
                    new TreeSet<>(inspection.lastCommit().orElseThrow().states().keySet()));
            StateSizes sizes = inspection.sizes().orElseThrow();
            assertEquals(sizes.of(0).entryCount(), sizes.entryCount(), "store=" + store);
        }
    }

    @Test
    void refusesWhatIsGoneAndWasNotSaidToBeAndChangesNothing() throws IOException, InterruptedException {
        firstLife(StoreKind.MAPDB, pipeline("in", "a", "b"));
        CheckReport report = Engine.check(config(StoreKind.MAPDB, 1), pipeline("in", "a"), Changes.none());
        assertFalse(report.fits());
        assertEquals(2, report.of(Verdict.REFUSED).size(), report.toString());
        StateDirectoryMismatchException refused = assertThrows(
                StateDirectoryMismatchException.class, () -> new Life(config(StoreKind.MAPDB, 1), pipeline("in", "a")));
        assertTrue(refused.getMessage().contains("allowDropped(\"b\")"), refused.getMessage());
        assertTrue(refused.getMessage().contains("sink=b-out"), refused.getMessage());
        assertThrows(
                StateDirectoryMismatchException.class,
                () -> new Life(config(StoreKind.MAPDB, 1), pipeline("rides", "a", "b")));
        try (Life life = new Life(config(StoreKind.MAPDB, 1), pipeline("in", "a", "b"))) {
            life.untilDone();
        }
        assertEquals(expected(), totals("a"));
        assertEquals(expected(), totals("b"));
    }

    @Test
    void refusesARenameThatNothingFollows() {
        firstLife(StoreKind.MAPDB, pipeline("in", "a"));
        CheckReport report = Engine.check(
                config(StoreKind.MAPDB, 1), pipeline("in", "a"), Changes.none().renamed("x", "y"));
        assertEquals("rename", report.of(Verdict.REFUSED).get(0).what());
        assertThrows(
                IllegalArgumentException.class,
                () -> Changes.none().renamed("a", "c").renamed("b", "c"));
        assertThrows(
                IllegalArgumentException.class,
                () -> Changes.none().renamed("a", "c").allowDropped("a"));
    }

    @Test
    void movesAMapWithItsKeysAndAnOperatorWithItsTimers() throws InterruptedException {
        firstLife(StoreKind.MAPDB, withTimers("old", "visits"));
        Changes changes = Changes.none().renamed("old", "rule").renamed("visits", "calls");
        CheckReport report = Engine.check(config(StoreKind.MAPDB, 1), withTimers("rule", "calls"), changes);
        assertTrue(report.fits(), report.toString());
        assertEquals(
                List.of("calls", "calls/keys", "rule/timers"),
                report.of(Verdict.RENAMED).stream()
                        .map(CheckReport.Finding::name)
                        .sorted()
                        .toList());
        try (Life life = new Life(config(StoreKind.MAPDB, 1), withTimers("rule", "calls"), changes)) {
            assertEquals(RIDES, life.untilDone().events());
        }
    }

    private Pipeline withTimers(String operator, String map) {
        State.Kind<MapState<String, Long>> visitsByStation = State.map(map, String.class, Long.class);
        TimerFunction<String, MapState<String, Long>, Line> onTimer =
                (station, timer, visits, out) -> out.emit(new Line(station, 1));
        Pipeline pipeline = Pipeline.named("changing");
        pipeline.source("in", Life.source(input))
                .eventTime(Ride::time, Duration.ofSeconds(1))
                .keyBy(Ride::station)
                .statefulWithTimers(
                        operator,
                        visitsByStation,
                        (Ride ride, MapState<String, Long> visits, Output<Line> out) -> {
                            visits.put(ride.station(), 1L);
                            out.timerAfter(Duration.ofSeconds(60));
                        },
                        onTimer)
                .sink("out", Sinks.csvFile(directory.resolve("out.csv"), Line.class));
        return pipeline;
    }

    @Test
    void saysThatTheStoreIsAnotherOne() {
        firstLife(StoreKind.MAPDB, pipeline("in", "a"));
        CheckReport report = Engine.check(config(StoreKind.ROCKSDB, 1), pipeline("in", "a"), Changes.none());
        assertEquals("store", report.of(Verdict.REFUSED).get(0).what());
        assertTrue(report.of(Verdict.REFUSED).get(0).detail().contains("savepoint"), report.toString());
        assertTrue(Engine.check(pipeline("in", "a"), directory.resolve("state")).fits());
        assertTrue(
                Engine.check(pipeline("in", "a"), directory.resolve("nowhere")).fits());
    }

    private void wipe() {
        for (String name : List.of("state", "a.csv", "b.csv", "c.csv", "new.csv")) {
            delete(directory.resolve(name));
        }
    }

    private static void delete(Path path) {
        try (var tree = Files.exists(path) ? Files.walk(path) : java.util.stream.Stream.<Path>empty()) {
            tree.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
                if (!file.toFile().delete()) {
                    throw new IllegalStateException("file cannot be deleted: file=" + file);
                }
            });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
