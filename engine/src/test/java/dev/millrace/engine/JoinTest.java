package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.JoinedStreams;
import dev.millrace.engine.stream.KeyedCoProcess;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.Ride;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joins give what a loop over all pairs gives, at any parallelism and over recovery. */
final class JoinTest {
    private static final int SEEDS = 8;
    private static final String HEADER = "station,left,right";

    /** What joins make here. */
    record Pair(String station, long left, long right) {
        static Pair of(Ride left, Ride right) {
            return new Pair(left.station(), left.number(), right == null ? -1 : right.number());
        }

        String csv() {
            return station + "," + left + "," + right;
        }
    }

    /** How many pairs a window has. */
    record Opened(String station, long startMillis, long pairs) {}

    /** Counts both sides of a key, and tells at the end. */
    record Balance(ValueState<Integer> lefts, ValueState<Integer> rights)
            implements KeyedCoProcess<String, Ride, Ride, Pair> {
        static State.Kind<Balance> state() {
            return State.all(
                    State.value("lefts", Integer.class, 0), State.value("rights", Integer.class, 0), Balance::new);
        }

        @Override
        public void onLeft(Ride event, Output<Pair> out) {
            lefts.update(count -> count + 1);
            out.timerAt(Instant.ofEpochMilli(1L << 50));
        }

        @Override
        public void onRight(Ride event, Output<Pair> out) {
            rights.update(count -> count + 1);
            out.timerAt(Instant.ofEpochMilli(1L << 50));
        }

        @Override
        public void onTimer(String station, Timer timer, Output<Pair> out) {
            out.emit(new Pair(station, lefts.get(), rights.get()));
        }
    }

    @TempDir
    private Path directory;

    @Test
    void giveWhatALoopOverAllPairsGives() throws InterruptedException {
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
        int lagMillis = random.nextInt(1500);
        int stations = 1 + random.nextInt(40);
        List<Ride> left = Ride.random(random, random.nextInt(300), stations, lagMillis);
        List<Ride> right = Ride.random(random, random.nextInt(300), stations, lagMillis);
        Path home = directory.resolve("seed-" + seed);
        Path leftFile = Ride.write(home.resolve("left.csv"), left);
        Path rightFile = Ride.write(home.resolve("right.csv"), right);
        long before = random.nextInt(300);
        long after = random.nextInt(300);
        long slide = 1L + random.nextInt(200);
        long size = slide + (random.nextBoolean() ? 0 : random.nextInt(300));
        EngineConfig config = EngineConfig.of(home.resolve("state")).epochInterval(Duration.ofMillis(1));
        for (int kill = random.nextInt(4); kill > 0; kill--) {
            try (Life life = new Life(
                    config.parallelism(1 + random.nextInt(4)),
                    pipeline(home, leftFile, rightFile, lagMillis, before, after, size, slide))) {
                life.untilEpochs(1 + random.nextInt(5));
            }
        }
        try (Life life = new Life(
                config.parallelism(1 + random.nextInt(4)),
                pipeline(home, leftFile, rightFile, lagMillis, before, after, size, slide))) {
            JobReport report = life.untilDone();
            assertEquals(0, report.leakedOffHeapBytes());
            assertEquals(0, report.lateEvents());
        }
        String what =
                "seed=" + seed + ", before=" + before + ", after=" + after + ", size=" + size + ", slide=" + slide;
        assertPairs(
                what,
                home,
                "within",
                pairs(left, right, (l, r) -> r.at() >= l.at() - before && r.at() <= l.at() + after));
        assertPairs(what, home, "every", pairs(left, right, (l, r) -> true));
        assertPairs(what, home, "window", windowPairs(left, right, size, slide));
        assertPairs(what, home, "balance", balance(left, right));
        checkLatest(what, left, right, Lines.sorted(home.resolve("latest"), HEADER));
    }

    private static Pipeline pipeline(
            Path home, Path left, Path right, long lagMillis, long before, long after, long size, long slide) {
        Pipeline pipeline = Pipeline.named("joins");
        JoinedStreams<String, Ride, Ride> joined = joined(pipeline, left, right, lagMillis);
        joined.within("within", Duration.ofMillis(before), Duration.ofMillis(after), Pair::of)
                .sink("within", Sinks.csvFile(home.resolve("within"), Pair.class));
        joined.everyPair("every", Pair::of).sink("every", Sinks.csvFile(home.resolve("every"), Pair.class));
        joined.window("window", Window.sliding(Duration.ofMillis(size), Duration.ofMillis(slide)), Pair::of)
                .sink("window", Sinks.csvFile(home.resolve("window"), Pair.class));
        joined.latestOrNone("latest", Pair::of).sink("latest", Sinks.csvFile(home.resolve("latest"), Pair.class));
        joined.process("balance", Balance.state()).sink("balance", Sinks.csvFile(home.resolve("balance"), Pair.class));
        return pipeline;
    }

    private static JoinedStreams<String, Ride, Ride> joined(Pipeline pipeline, Path left, Path right, long lagMillis) {
        Duration disorder = Duration.ofMillis(lagMillis);
        return pipeline.source("left", Life.source(left))
                .eventTime(Ride::time, disorder)
                .keyBy(Ride::station)
                .join(pipeline.source("right", Life.source(right))
                        .eventTime(Ride::time, disorder)
                        .keyBy(Ride::station));
    }

    private static void assertPairs(String what, Path home, String sink, List<String> expected) {
        expected.sort(null);
        Lines.assertSame(what + ", " + sink, expected, Lines.sorted(home.resolve(sink), HEADER));
    }

    private static List<String> pairs(List<Ride> left, List<Ride> right, BiPredicate<Ride, Ride> meet) {
        List<String> pairs = new ArrayList<>();
        for (Ride l : left) {
            for (Ride r : right) {
                if (l.station().equals(r.station()) && meet.test(l, r)) {
                    pairs.add(Pair.of(l, r).csv());
                }
            }
        }
        return pairs;
    }

    private static List<String> windowPairs(List<Ride> left, List<Ride> right, long size, long slide) {
        List<String> pairs = new ArrayList<>();
        for (Ride l : left) {
            long last = Math.floorDiv(l.at(), slide) * slide;
            for (long start = last; start + size > l.at(); start -= slide) {
                for (Ride r : right) {
                    if (l.station().equals(r.station()) && r.at() >= start && r.at() < start + size) {
                        pairs.add(Pair.of(l, r).csv());
                    }
                }
            }
        }
        return pairs;
    }

    private static List<String> balance(List<Ride> left, List<Ride> right) {
        Map<String, int[]> counts = new TreeMap<>();
        left.forEach(ride -> counts.computeIfAbsent(ride.station(), station -> new int[2])[0]++);
        right.forEach(ride -> counts.computeIfAbsent(ride.station(), station -> new int[2])[1]++);
        List<String> lines = new ArrayList<>();
        counts.forEach((station, count) -> lines.add(station + "," + count[0] + "," + count[1]));
        return lines;
    }

    /** Every left event once, with a right one of its key or none: which one depends on how the streams were mixed. */
    private static void checkLatest(String what, List<Ride> left, List<Ride> right, List<String> lines) {
        assertEquals(left.size(), lines.size(), what);
        List<String> possible = pairs(left, right, (l, r) -> true);
        left.forEach(ride -> possible.add(Pair.of(ride, null).csv()));
        assertTrue(possible.containsAll(lines), what);
        assertEquals(
                left.size(),
                lines.stream()
                        .map(line -> line.substring(line.indexOf(',') + 1, line.lastIndexOf(',')))
                        .distinct()
                        .count(),
                what);
    }

    @Test
    void whatComesTooLateGoesWhereItShouldOrIsCounted() throws InterruptedException {
        Random random = new Random(3);
        List<Ride> left = Ride.random(random, 5000, 20, 3000);
        Path leftFile = Ride.write(directory.resolve("left.csv"), left);
        // Without right events, time is where the left stream says it is.
        Path rightFile = Ride.write(directory.resolve("right.csv"), List.of());
        Pipeline pipeline = Pipeline.named("late");
        joined(pipeline, leftFile, rightFile, 500)
                .onLateLeft(late -> late.sink("late", Sinks.csvFile(directory.resolve("late"), Ride.class)))
                .within("within", Duration.ZERO, Duration.ZERO, Pair::of)
                .sink("pairs", Sinks.csvFile(directory.resolve("pairs"), Pair.class));
        JobReport report;
        try (Life life = new Life(EngineConfig.of(directory.resolve("state")), pipeline)) {
            report = life.untilDone();
        }
        List<String> late = Lines.sorted(directory.resolve("late"), Ride.HEADER);
        assertTrue(late.size() > 100, () -> "late=" + late.size());
        assertEquals(0, report.lateEvents(), "somebody takes them");

        Pipeline counting = Pipeline.named("late");
        joined(counting, leftFile, rightFile, 500)
                .within("within", Duration.ZERO, Duration.ZERO, Pair::of)
                .sink("pairs", Sinks.csvFile(directory.resolve("pairs2"), Pair.class));
        try (Life life = new Life(EngineConfig.of(directory.resolve("state2")), counting)) {
            assertEquals(late.size(), life.untilDone().lateEvents());
        }
    }

    @Test
    void whatAWindowMakesHasItsTimeAlsoWhereTheInputEndsFirst() throws InterruptedException {
        List<Ride> left = Ride.random(new Random(7), 200, 5, 100);
        List<Ride> right = Ride.random(new Random(8), 200, 5, 100);
        Path leftFile = Ride.write(directory.resolve("left.csv"), left);
        Path rightFile = Ride.write(directory.resolve("right.csv"), right);
        Duration size = Duration.ofMillis(50);
        Pipeline pipeline = Pipeline.named("ends");
        // So much disorder is allowed that no window closes before the input ends.
        joined(pipeline, leftFile, rightFile, Duration.ofDays(1).toMillis())
                .window("window", Window.tumbling(size), Pair::of)
                .keyBy(Pair::station)
                .window(Window.tumbling(size))
                .aggregate(
                        "pairs",
                        Aggregate.counting(),
                        (station, window, pairs) ->
                                new Opened(station, window.start().toEpochMilli(), pairs))
                .sink("opened", Sinks.csvFile(directory.resolve("opened"), Opened.class));
        try (Life life = new Life(EngineConfig.of(directory.resolve("state")).parallelism(2), pipeline)) {
            assertEquals(0, life.untilDone().lateEvents());
        }
        Map<String, Integer> expected = new TreeMap<>();
        for (Ride l : left) {
            long start = Math.floorDiv(l.at(), size.toMillis()) * size.toMillis();
            for (Ride r : right) {
                if (l.station().equals(r.station()) && r.at() >= start && r.at() < start + size.toMillis()) {
                    expected.merge(l.station() + "," + start, 1, Integer::sum);
                }
            }
        }
        assertTrue(expected.size() > 10, () -> "windows=" + expected.size());
        List<String> lines = new ArrayList<>();
        expected.forEach((window, pairs) -> lines.add(window + "," + pairs));
        lines.sort(null);
        Lines.assertSame("opened", lines, Lines.sorted(directory.resolve("opened"), "station,start_millis,pairs"));
    }

    @Test
    void aStreamMayBeJoinedWithWhatComesOfIt() throws InterruptedException {
        List<Ride> rides = Ride.random(new Random(5), 200, 10, 100);
        Path file = Ride.write(directory.resolve("in.csv"), rides);
        Pipeline pipeline = Pipeline.named("self");
        var byStation = pipeline.source("in", Life.source(file))
                .eventTime(Ride::time, Duration.ofMillis(100))
                .keyBy(Ride::station);
        var totals = byStation.stateful(
                "running",
                State.value("total", Integer.class, 0),
                (Ride ride, ValueState<Integer> total, Output<Pair> out) -> {
                    total.set(total.get() + 1);
                    out.emit(new Pair(ride.station(), ride.number(), total.get()));
                });
        byStation
                .join(totals.keyBy(Pair::station))
                .everyPair("both", (ride, total) -> new Pair(ride.station(), ride.number(), total.left()))
                .sink("pairs", Sinks.csvFile(directory.resolve("pairs"), Pair.class));
        try (Life life = new Life(EngineConfig.of(directory.resolve("state")).parallelism(2), pipeline)) {
            assertEquals(0, life.untilDone().leakedOffHeapBytes());
        }
        assertPairs("self", directory, "pairs", pairs(rides, rides, (l, r) -> true));
    }

    @Test
    void refuseWhatCannotBeJoined() {
        Pipeline pipeline = Pipeline.named("p");
        var left = pipeline.source("left", Life.source(directory.resolve("left.csv")))
                .eventTime(Ride::time, Duration.ZERO)
                .keyBy(Ride::station);
        var timeless = pipeline.source("right", Life.source(directory.resolve("right.csv")))
                .keyBy(Ride::station);
        refuses("other has not", () -> left.join(timeless).everyPair("a", Pair::of));
        refuses("needs event time", () -> timeless.join(timeless).within("b", Duration.ZERO, Duration.ZERO, Pair::of));
        refuses("no windows to join in", () -> left.join(left)
                .window("c", Window.session(Duration.ofSeconds(1)), Pair::of));
        refuses("before=PT-1S", () -> left.join(left).within("d", Duration.ofSeconds(-1), Duration.ZERO, Pair::of));
        var whole = pipeline.source("whole", Life.source(directory.resolve("whole.csv")))
                .eventTime(Ride::time, Duration.ZERO)
                .keyBy(Ride::station)
                .aggregate("total", Aggregate.counting(), (station, window, total) -> new Pair(station, total, 0))
                .keyBy(Pair::station);
        refuses("have no time", () -> left.join(whole)
                .within("g", Duration.ZERO, Duration.ZERO, (ride, total) -> total));
        refuses("no event is late", () -> left.join(left).onLateLeft(late -> {}).latest("e", Pair::of));
        left.join(left).latest("f", Pair::of);
        refuses("name is taken", () -> left.join(left).latest("f", Pair::of));
        var elsewhere = Pipeline.named("q")
                .source("in", Life.source(directory.resolve("in.csv")))
                .keyBy(Ride::station);
        refuses("two pipelines", () -> left.join(elsewhere));
    }

    private static void refuses(String message, org.junit.jupiter.api.function.Executable action) {
        String told = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(told.contains(message), () -> "says not " + message + ": " + told);
    }

    @Test
    void explainSaysWhereStreamsMeet() {
        Pipeline pipeline = Pipeline.named("joins");
        joined(pipeline, directory.resolve("left.csv"), directory.resolve("right.csv"), 0)
                .latest("latest", Pair::of)
                .forEach("out", pair -> {});
        String text = pipeline.explain(2);
        assertTrue(text.contains("into the join \"latest\" below"), text);
        assertTrue(text.contains("joined-1 x 2: join \"latest\""), text);
        assertTrue(text.contains("from left by key: channels=2"), text);
        assertTrue(text.contains("state \"latest.latest\""), text);
    }
}
