package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.Ride;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What a pipeline may say, what it is refused for when it is said, and the types that the compiler fills in. */
final class PipelineTest {
    private record Seen(String what, long count) {
        static Seen of(Object key, Window window, long count) {
            return new Seen(key.toString(), count);
        }
    }

    private record Key(Ride.Line line, Inner inner) {
        private record Inner(long number, String station) {}
    }

    @TempDir
    Path directory;

    private Stream<Ride> rides(Pipeline pipeline) {
        return pipeline.source("in", Sources.csvFile(directory.resolve("in.csv"), Ride.class));
    }

    private static void refuses(String message, Executable action) {
        String told = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(told.contains(message), () -> "says not " + message + ": " + told);
    }

    private static void count(KeyedStream<?, Ride> keyed, String name) {
        keyed.aggregate(name, Aggregate.counting(), (key, window, count) -> new Seen(key.toString(), count));
    }

    private static void pass(KeyedStream<?, Ride> keyed, String name, String state) {
        keyed.stateful(
                name, State.value(state, boolean.class), (Ride ride, ValueState<Boolean> seen, Output<Ride> out) -> {});
    }

    @Test
    void refusesNamesThatAreNone() {
        for (String name : new String[] {"", " ", "a b", "-a", "ä", "a/b", "a".repeat(65)}) {
            refuses("not a name", () -> Pipeline.named(name));
            refuses("not a name", () -> count(rides(Pipeline.named("p")).keyBy(Ride::station), name));
        }
        assertEquals("a".repeat(64), Pipeline.named("a".repeat(64)).name());
    }

    @Test
    void refusesNamesThatAreTaken() {
        Pipeline pipeline = Pipeline.named("p");
        KeyedStream<String, Ride> keyed = rides(pipeline).keyBy(Ride::station);
        refuses("source=in", () -> rides(pipeline));
        count(keyed, "one");
        refuses("state=one", () -> count(keyed, "one"));
        pass(keyed, "two", "state");
        refuses("state=state", () -> pass(keyed, "three", "state"));
        refuses("state=one", () -> pass(keyed, "four", "one"));
        refuses("state=state", () -> count(keyed, "state"));
    }

    @Test
    void namesBothPlacesThatGiveOneName() {
        KeyedStream<String, Ride> keyed = rides(Pipeline.named("p")).keyBy(Ride::station);
        pass(keyed, "two", "state");
        String told = assertThrows(IllegalArgumentException.class, () -> pass(keyed, "three", "state"))
                .getMessage();
        assertTrue(told.contains("first=[stateful over \"state\" \"two\" at PipelineTest.java:"), told);
        assertTrue(told.contains("second=[stateful over \"state\" \"three\" at PipelineTest.java:"), told);
    }

    @Test
    void refusesAStateThatIsDeclaredTwiceInOneOperator() {
        KeyedStream<String, Ride> keyed = rides(Pipeline.named("p")).keyBy(Ride::station);
        refuses(
                "state=same",
                () -> keyed.stateful(
                        "op",
                        State.all(State.value("same", Long.class), State.list("same", Long.class), List::of),
                        (Ride ride, List<?> states, Output<Ride> out) -> {}));
    }

    @Test
    void refusesStateThatExpiresByATimeThatEventsDoNotHave() {
        Stream<Ride> rides = rides(Pipeline.named("p"));
        State.Value<Long> expiring = State.value("last", Long.class).expiresAfter(Duration.ofDays(1), TimeKind.EVENT);
        refuses("state=last; call eventTime(..)", () -> rides.keyBy(Ride::station)
                .stateful("op", expiring, (Ride ride, ValueState<Long> state, Output<Ride> out) -> {}));
        refuses("after=PT0S", () -> expiring.expiresAfter(Duration.ZERO, TimeKind.PROCESSING));
        refuses("after=PT240024H", () -> expiring.expiresAfter(Duration.ofDays(10_001), TimeKind.PROCESSING));
    }

    @Test
    void refusesTypesThatHaveNoLayout() {
        Stream<Ride> rides = rides(Pipeline.named("p"));
        assertThrows(RuntimeException.class, () -> rides.keyBy(ride -> new Object()));
        assertThrows(RuntimeException.class, () -> rides.keyBy(ride -> List.of(ride)));
        assertThrows(RuntimeException.class, () -> rides.keyBy(Ride::station)
                .stateful(
                        "s",
                        State.value("s", Object.class),
                        (Ride ride, ValueState<Object> state, Output<Ride> out) -> {}));
        assertThrows(
                RuntimeException.class, () -> rides.map(ride -> new Object()).keyBy(Object::hashCode));
    }

    @Test
    void refusesWindowsWithoutTime() {
        Pipeline pipeline = Pipeline.named("p");
        Stream<Ride> rides = rides(pipeline);
        Window.Kind second = Window.tumbling(Duration.ofSeconds(1));
        refuses("eventTime(..)", () -> rides.keyBy(Ride::station)
                .window(second)
                .aggregate("w", Aggregate.counting(), (key, window, count) -> count));
        Stream<Ride> timed = rides.eventTime(Ride::time, Duration.ZERO);
        refuses("already", () -> timed.eventTime(Ride::time, Duration.ZERO));
        Stream<Long> totals =
                timed.keyBy(Ride::station).aggregate("totals", Aggregate.counting(), (station, window, count) -> count);
        refuses("no time", () -> totals.keyBy(count -> count)
                .window(second)
                .aggregate("w2", Aggregate.counting(), (key, window, count) -> count));
        refuses("before keyBy", () -> totals.eventTime(count -> java.time.Instant.EPOCH, Duration.ZERO));
        refuses("maxDisorder", () -> rides.eventTime(Ride::time, Duration.ofMillis(-1)));
        refuses("Aggregate.of(initial, add, merge)", () -> timed.keyBy(Ride::station)
                .window(Window.session(Duration.ofSeconds(1)))
                .aggregate("s", Aggregate.of(0L, (count, ride) -> count), (key, window, count) -> count));
        refuses("window size", () -> Window.tumbling(Duration.ZERO));
        refuses("session gap", () -> Window.session(Duration.ofDays(10_001)));
    }

    @Test
    void refusesPipelinesThatSayTooLittle() {
        try (Engine engine = Engine.open(EngineConfig.of(directory.resolve("state")))) {
            refuses("no source", () -> engine.run(Pipeline.named("p")));
            Pipeline loose = Pipeline.named("p");
            rides(loose).keyBy(Ride::station);
            refuses("nothing follows", () -> engine.run(loose));
        }
    }

    @Test
    void findsTheTypesOfKeysAndResultsByItself() throws InterruptedException {
        record Local(String station, double half) {}
        List<Ride> rides = Ride.random(new Random(1), 2000, 3, 0);
        Ride.write(directory.resolve("in.csv"), rides);
        Pipeline pipeline = Pipeline.named("types");
        Stream<Ride> stream = rides(pipeline);
        BiConsumer<KeyedStream<?, ?>, String> total = (keyed, name) -> keyed.aggregate(
                        name, Aggregate.counting(), (key, window, count) -> new Seen("k", count))
                .sink(name, Sinks.csvFile(directory.resolve(name), Seen.class));
        total.accept(stream.keyBy(Ride::station), "string");
        total.accept(stream.keyBy(Ride::number), "long");
        total.accept(stream.keyBy(Ride::line), "enum");
        total.accept(stream.keyBy(ride -> ride.weight() % 2 == 0), "boolean");
        total.accept(stream.keyBy(Ride::time), "instant");
        total.accept(stream.keyBy(ride -> new Local(ride.station(), ride.weight() / 2.0)), "local");
        total.accept(
                stream.keyBy(ride -> new Key(ride.line(), new Key.Inner(ride.number() % 5, ride.station()))), "nested");
        total.accept(stream.map(Ride::station).keyBy(text -> text), "mapped");
        total.accept(stream.map(ride -> new Local(ride.station(), 1)).keyBy(Local::station), "record");
        try (Engine engine = Engine.open(
                EngineConfig.of(directory.resolve("state")).parallelism(2).memory("512MiB"))) {
            JobReport report = engine.run(pipeline).await();
            assertEquals(
                    rides.stream().map(Ride::station).distinct().count(),
                    report.rows().get("string"));
            assertEquals(2000, report.rows().get("long"));
            assertEquals(3, report.rows().get("enum"));
            assertEquals(2, report.rows().get("boolean"));
            assertEquals(
                    rides.stream().map(Ride::at).distinct().count(),
                    report.rows().get("instant"));
            assertEquals(
                    rides.stream()
                            .map(ride -> ride.station() + ride.weight())
                            .distinct()
                            .count(),
                    report.rows().get("local"));
            assertEquals(
                    rides.stream()
                            .map(ride -> ride.station() + ride.line() + ride.number() % 5)
                            .distinct()
                            .count(),
                    report.rows().get("nested"));
            assertEquals(report.rows().get("string"), report.rows().get("mapped"));
            assertEquals(report.rows().get("string"), report.rows().get("record"));
        }
    }

    @Test
    void findsItsStateAgainWhenOperatorsWithoutStateCome() throws InterruptedException {
        List<Ride> rides = Ride.random(new Random(2), 4000, 10, 0);
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        EngineConfig config = EngineConfig.of(directory.resolve("state")).epochInterval(Duration.ofMillis(1));
        try (Life life = new Life(config, counts(input, false))) {
            life.untilEpochs(5);
        }
        try (Life life = new Life(config, counts(input, true))) {
            assertTrue(life.untilDone().resumedFromEpoch() >= 4);
        }
        for (String output : new String[] {"stations", "lines"}) {
            assertEquals(
                    4000,
                    Lines.sorted(directory.resolve(output), "what,count").stream()
                            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(',') + 1)))
                            .sum());
        }
    }

    private Pipeline counts(Path input, boolean hasMore) {
        Pipeline pipeline = Pipeline.named("counts");
        Stream<Ride> stream = pipeline.source("in", Life.source(input));
        if (hasMore) {
            stream = stream.filter(ride -> true).map(ride -> ride);
        }
        stream = stream.eventTime(Ride::time, Duration.ZERO);
        stream.keyBy(Ride::station)
                .aggregate("stations", Aggregate.counting(), Seen::of)
                .sink("stations", Sinks.csvFile(directory.resolve("stations"), Seen.class));
        stream.keyBy(Ride::line)
                .aggregate("lines", Aggregate.counting(), Seen::of)
                .sink("lines", Sinks.csvFile(directory.resolve("lines"), Seen.class));
        return pipeline;
    }
}
