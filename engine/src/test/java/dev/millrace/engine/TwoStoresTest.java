package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.engine.testkit.Workload;
import dev.millrace.state.StateDirectoryMismatchException;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job of which some operators have their state in one store and some in another. */
final class TwoStoresTest {
    record Total(String station, long count) {}

    @TempDir
    Path directory;

    private static EngineConfig config(Path state, StoreKind store, int parallelism) {
        return EngineConfig.of(state).store(store).parallelism(parallelism).epochInterval(Duration.ofMillis(1));
    }

    private static void placeAtRandom(Pipeline pipeline, long seed) {
        Random random = new Random(seed);
        LogicalPlan plan = LogicalPlan.of(pipeline);
        for (Node node : plan.nodes()) {
            if (!LogicalPlan.storedBy(node).isEmpty() && random.nextInt(3) > 0) {
                plan.stores().set(node, StoreKind.values()[random.nextInt(2)]);
            }
        }
    }

    @Test
    void goesOnFromWhatIsOnTheDiskAtAnyMomentAndThroughASavepointIntoOtherStores()
            throws InterruptedException, IOException {
        for (long seed = 0; seed < 4; seed++) {
            try {
                crash(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private void crash(long seed) throws InterruptedException, IOException {
        Random random = new Random(seed);
        List<Ride> rides = Ride.random(random, 5000, 30, 1000);
        Workload workload = Workload.random(random, 1000);
        Path home = directory.resolve("seed-" + seed);
        Path input = Ride.write(home.resolve("in.csv"), rides);
        Path out = Files.createDirectories(home.resolve("out"));
        StoreKind own = StoreKind.values()[(int) seed % 2];
        Pipeline pipeline = workload.pipeline(Life.source(input), out);
        placeAtRandom(pipeline, seed);
        try (Life life = new Life(config(home.resolve("state"), own, 1 + random.nextInt(3)), pipeline)) {
            for (int i = 0; i < 2; i++) {
                life.untilEpochs(1 + random.nextInt(30));
                life.passMillis(5);
                Directories.copy(home.resolve("state"), home.resolve("image-" + i));
            }
            life.savepoint(home.resolve("savepoint"));
        }
        for (int i = 0; i < 2; i++) {
            Pipeline again = workload.pipeline(Life.source(input), Files.createDirectories(home.resolve("out-" + i)));
            placeAtRandom(again, seed);
            EngineConfig config = config(home.resolve("image-" + i), own, 1 + random.nextInt(3));
            for (String sink : Workload.HEADERS.keySet()) {
                Files.copy(out.resolve(sink), home.resolve("out-" + i).resolve(sink));
            }
            try (Life life = new Life(config, again)) {
                life.untilDone();
            }
            workload.check("image=" + i, home.resolve("out-" + i), rides);
        }
        Pipeline moved = workload.pipeline(Life.source(input), out);
        placeAtRandom(moved, seed + 100);
        EngineConfig config = config(home.resolve("moved"), StoreKind.values()[random.nextInt(2)], 2);
        Savepoints.restore(home.resolve("savepoint"), config, moved, Changes.none());
        assertTrue(Engine.check(config, moved, Changes.none()).fits());
        try (Life life = new Life(config, moved)) {
            life.untilDone();
        }
        workload.check("moved", out, rides);
        assertEquals(List.of(), StateReport.of(home.resolve("moved")).problems());
    }

    private static void count(Ride ride, ValueState<Long> count, Output<Total> out) {
        count.update(before -> before + 1);
        if (ride.number() % 100 == 0) {
            out.emit(new Total(ride.station(), count.get()));
        }
    }

    private Path input() {
        Path input = directory.resolve("in.csv");
        return Files.exists(input) ? input : Ride.write(input, Ride.random(new Random(3), 5000, 30, 0));
    }

    /** @param counts where the second operator has its state; null for the engine's store */
    private Pipeline pipeline(@Nullable StoreKind counts, boolean hasCounts) {
        Pipeline pipeline = Pipeline.named("job");
        KeyedStream<String, Ride> byStation =
                pipeline.source("in", Life.source(input())).keyBy(Ride::station);
        byStation
                .aggregate("totals", Aggregate.counting(), (station, window, count) -> new Total(station, count))
                .sink("out", Sinks.csvFile(directory.resolve("out.csv"), Total.class));
        if (hasCounts) {
            Stream<Total> counted =
                    byStation.stateful("counts", State.value("count", Long.class, 0L), TwoStoresTest::count);
            if (counts != null) {
                counted.store(counts);
            }
            counted.sink("counted", Sinks.csvFile(directory.resolve("counted.csv"), Total.class));
        }
        return pipeline;
    }

    private List<String> expected() throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        for (String line : Files.readAllLines(input())) {
            String[] fields = line.split(",", -1);
            if (!line.equals(Ride.HEADER)) {
                counts.merge(fields[1], 1L, Long::sum);
            }
        }
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + "," + entry.getValue())
                .sorted()
                .toList();
    }

    @Test
    void refusesAnotherStoreOfAnOperatorAndMovesItThroughASavepoint() throws InterruptedException, IOException {
        EngineConfig config = config(directory.resolve("a"), StoreKind.MAPDB, 2);
        try (Life life = new Life(config, pipeline(StoreKind.ROCKSDB, true))) {
            life.untilEpochs(8);
        }
        assertTrue(Engine.check(config, pipeline(StoreKind.ROCKSDB, true), Changes.none())
                .fits());
        CheckReport report = Engine.check(config, pipeline(null, true), Changes.none());
        assertFalse(report.fits());
        assertTrue(report.toString().contains("stored=rocksdb, wanted=mapdb"), report.toString());
        StateDirectoryMismatchException refused = assertThrows(
                StateDirectoryMismatchException.class, () -> new Life(config, pipeline(StoreKind.MAPDB, true)));
        assertTrue(refused.getMessage().contains("take a savepoint"), refused.getMessage());

        String text = StateReport.of(directory.resolve("a")).toString();
        assertTrue(text.lines().anyMatch(line -> line.matches(".*\\bcount\\b.* rocksdb")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches(".*\\btotals\\b.* mapdb")), text);
        assertTrue(text.contains("store: mapdb, equals epoch") && text.contains("store: rocksdb, equals epoch"), text);

        Savepoints.take(directory.resolve("a"), directory.resolve("s"));
        EngineConfig other = config(directory.resolve("b"), StoreKind.MAPDB, 1);
        Savepoints.restore(directory.resolve("s"), other, pipeline(null, true), Changes.none());
        assertFalse(Files.exists(directory.resolve("b/store-rocksdb")));
        try (Life life = new Life(other, pipeline(null, true))) {
            assertEquals(5000, life.untilDone().events());
        }
        Lines.assertSame("moved", expected(), Lines.sorted(directory.resolve("out.csv"), "station,count"));
    }

    @Test
    void aSavepointThatIsRestoredWithoutAPipelineHasTheStoresThatItHad() throws InterruptedException {
        EngineConfig config = config(directory.resolve("a"), StoreKind.MAPDB, 2);
        try (Life life = new Life(config, pipeline(StoreKind.ROCKSDB, true))) {
            life.untilEpochs(8);
        }
        Savepoints.take(directory.resolve("a"), directory.resolve("s"));
        EngineConfig other = config(directory.resolve("b"), StoreKind.MAPDB, 1);
        Savepoints.restore(directory.resolve("s"), other);
        assertTrue(Engine.check(other, pipeline(StoreKind.ROCKSDB, true), Changes.none())
                .fits());
    }

    /** What is given up is deleted where it was, and a new state may have its number then, in another store. */
    @Test
    void aStateThatIsGivenUpIsDeletedInItsOwnStore() throws InterruptedException, IOException {
        EngineConfig config = config(directory.resolve("a"), StoreKind.MAPDB, 2);
        try (Life life = new Life(config, pipeline(StoreKind.ROCKSDB, true))) {
            life.untilEpochs(8);
        }
        Changes changes = Changes.none().allowDropped("count").allowDropped("counted");
        try (Life life = new Life(config, pipeline(null, false), changes)) {
            life.untilEpochs(8);
        }
        try (Life life = new Life(config, pipeline(StoreKind.MAPDB, true))) {
            assertEquals(5000, life.untilDone().events());
        }
        Lines.assertSame("totals", expected(), Lines.sorted(directory.resolve("out.csv"), "station,count"));
        Savepoints.take(directory.resolve("a"), directory.resolve("s"));
        EngineConfig other = config(directory.resolve("b"), StoreKind.ROCKSDB, 1);
        Savepoints.restore(directory.resolve("s"), other);
        String text = StateReport.of(directory.resolve("b")).toString();
        assertTrue(text.contains("read 0 entries") || text.contains("end at once"), text);
    }

    @Test
    void refusesAStoreForWhatHasNoStateAndAnotherOneForWhatHasOne() {
        Pipeline pipeline = Pipeline.named("job");
        Stream<Ride> rides = pipeline.source("in", Life.source(input()));
        IllegalArgumentException stateless =
                assertThrows(IllegalArgumentException.class, () -> rides.store(StoreKind.ROCKSDB));
        assertTrue(stateless.getMessage().contains("operator has no state"), stateless.getMessage());
        Stream<Ride> first = rides.keyBy(Ride::station).distinct("first").store(StoreKind.ROCKSDB);
        assertThrows(IllegalStateException.class, () -> first.store(StoreKind.MAPDB));
        assertTrue(pipeline.explain().contains("store: rocksdb"), pipeline.explain());
    }

    @Test
    void twoEnginesShareTheMemoryOfRocksDb() throws InterruptedException {
        EngineConfig config =
                config(directory.resolve("a"), StoreKind.ROCKSDB, 1).rocksDbMemory("8MiB");
        EngineConfig other = config(directory.resolve("b"), StoreKind.MAPDB, 1).rocksDbMemory("16MiB");
        try (Engine first = Engine.open(config);
                Engine second = Engine.open(other)) {
            Ingress<Ride> held = Ingress.of(Ride.class);
            Job one = first.run(ingress(held, "one"));
            Ingress<Ride> alsoHeld = Ingress.of(Ride.class);
            Job two = second.run(ingress(alsoHeld, "two"));
            assertEquals(2, two.epochs().rocksDb().storeCount());
            assertEquals(8 << 20, two.epochs().rocksDb().limitBytes());
            assertEquals(2, two.epochs().storeEpochs().size());
            held.close();
            alsoHeld.close();
            one.await();
            two.await();
        }
    }

    private Pipeline ingress(Ingress<Ride> ingress, String name) {
        Pipeline pipeline = Pipeline.named(name);
        pipeline.source("in", ingress)
                .keyBy(Ride::station)
                .stateful("counts", State.value("count", Long.class, 0L), TwoStoresTest::count)
                .store(StoreKind.ROCKSDB)
                .sink("counted", Sinks.csvFile(directory.resolve(name + ".csv"), Total.class));
        return pipeline;
    }
}
