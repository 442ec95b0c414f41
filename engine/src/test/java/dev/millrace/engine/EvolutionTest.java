package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.serde.Default;
import dev.millrace.serde.IncompatibleSchemaException;
import dev.millrace.serde.Since;
import dev.millrace.serde.Tag;
import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that is started again with other types than it had. */
final class EvolutionTest {
    private static final long SEED = 42;

    /** What the job kept at first. */
    record Totals(int count, String note) {}

    /** And later: wider, renamed, and with one component more. */
    record LaterTotals(@Tag(1) long rides, String note, @Since(2) @Default("7") long bonus) {}

    /** What it can never become. */
    record OtherTotals(String count, String note) {}

    record Line(String station, long count, long bonus) {}

    @TempDir
    Path directory;

    private static KeyedStream<String, Ride> rides(Pipeline pipeline, Path input) {
        return pipeline.source("rides", Life.source(input))
                .eventTime(Ride::time, Duration.ofSeconds(1))
                .keyBy(Ride::station);
    }

    private Pipeline first(Path input) {
        Pipeline pipeline = Pipeline.named("evolving");
        Aggregate<Ride, Totals> totals = Aggregate.of(
                new Totals(0, "n"),
                (sum, ride) -> new Totals(sum.count() + 1, sum.note()),
                (a, b) -> new Totals(a.count() + b.count(), a.note()));
        KeyedStream<String, Ride> rides = rides(pipeline, input);
        rides.aggregate("totals", totals, (key, w, sum) -> new Line(key, sum.count(), 7))
                .sink("totals.csv", Sinks.csvFile(directory.resolve("totals.csv"), Line.class));
        rides.window(Window.session(Duration.ofMinutes(60)))
                .aggregate("stays", totals, (key, w, sum) -> new Line(key, sum.count(), 7))
                .sink("stays.csv", Sinks.csvFile(directory.resolve("stays.csv"), Line.class));
        return pipeline;
    }

    private Pipeline later(Path input) {
        Pipeline pipeline = Pipeline.named("evolving");
        Aggregate<Ride, LaterTotals> totals = Aggregate.of(
                new LaterTotals(0, "n", 7),
                (sum, ride) -> new LaterTotals(sum.rides() + 1, sum.note(), sum.bonus()),
                (a, b) -> new LaterTotals(a.rides() + b.rides(), a.note(), a.bonus()));
        KeyedStream<String, Ride> rides = rides(pipeline, input);
        rides.aggregate("totals", totals, (key, w, sum) -> new Line(key, sum.rides(), sum.bonus()))
                .sink("totals.csv", Sinks.csvFile(directory.resolve("totals.csv"), Line.class));
        rides.window(Window.session(Duration.ofMinutes(60)))
                .aggregate("stays", totals, (key, w, sum) -> new Line(key, sum.rides(), sum.bonus()))
                .sink("stays.csv", Sinks.csvFile(directory.resolve("stays.csv"), Line.class));
        return pipeline;
    }

    private Pipeline other(Path input) {
        Pipeline pipeline = Pipeline.named("evolving");
        Aggregate<Ride, OtherTotals> totals =
                Aggregate.of(new OtherTotals("", ""), (sum, ride) -> sum, (left, right) -> left);
        KeyedStream<String, Ride> rides = rides(pipeline, input);
        rides.aggregate("totals", totals, (key, w, sum) -> new Line(key, 0, 0))
                .sink("totals.csv", Sinks.csvFile(directory.resolve("totals.csv"), Line.class));
        rides.window(Window.session(Duration.ofMinutes(60)))
                .aggregate("stays", totals, (key, w, sum) -> new Line(key, 0, 0))
                .sink("stays.csv", Sinks.csvFile(directory.resolve("stays.csv"), Line.class));
        return pipeline;
    }

    private EngineConfig config(int parallelism, StoreKind store) {
        return EngineConfig.of(directory.resolve("state"))
                .parallelism(parallelism)
                .store(store)
                .epochInterval(Duration.ofMillis(1));
    }

    /**
     * The third life reads what the second has written: also keys that had no event in the second are there as the later
     * type, since an evolved state is written anew as a whole.
     */
    @Test
    void aJobThatIsStartedWithAnAddedFieldKeepsItsState() throws Exception {
        Path home = directory;
        for (StoreKind store : StoreKind.values()) {
            directory = Files.createDirectories(home.resolve(store.name()));
            List<Ride> rides = Ride.random(new Random(SEED), 6000, 300, 500);
            Path input = Ride.write(directory.resolve("in.csv"), rides);
            try (Life life = new Life(config(1, store), first(input))) {
                life.untilEvents(2500);
                life.untilEpochs(2);
            }
            try (Life life = new Life(config(2, store), later(input))) {
                life.untilEpochs(3);
            }
            try (Life life = new Life(config(1, store), later(input))) {
                life.untilDone();
            }
            Map<String, Long> counts = new HashMap<>();
            rides.forEach(ride -> counts.merge(ride.station(), 1L, Long::sum));
            Set<String> wanted = new HashSet<>();
            counts.forEach((station, count) -> wanted.add(station + "," + count + ",7"));
            assertEquals(wanted, lines("totals.csv"), "seed=" + SEED);
            for (String line : lines("stays.csv")) {
                assertTrue(line.endsWith(",7"), line);
            }
        }
    }

    private Set<String> lines(String file) throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve(file));
        return new HashSet<>(lines.subList(1, lines.size()));
    }

    @Test
    void aTypeThatCannotReadWhatIsStoredIsRefusedWithTheDifferenceAndNothingIsTouched() throws Exception {
        Path input = Ride.write(directory.resolve("in.csv"), Ride.random(new Random(SEED), 3000, 50, 500));
        EngineConfig config = config(1, StoreKind.MAPDB);
        try (Life life = new Life(config, first(input))) {
            life.untilEpochs(5);
        }
        IncompatibleSchemaException refusal =
                assertThrows(IncompatibleSchemaException.class, () -> new Life(config, other(input)).close());
        String message = refusal.getMessage();
        assertTrue(message.contains("state=totals, value: component=count has another type"), message);
        assertTrue(message.contains("state=stays, value: component=count has another type"), message);
        assertTrue(message.contains("stored=[int], wanted=[String]"), message);
        try (Life life = new Life(config, first(input))) {
            life.untilDone();
        }
    }
}
