package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Emitter;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.SideOutput;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Split;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.Ride;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that part, meet and spread give what a plain program gives, at any parallelism and over recovery. */
final class StreamShapesTest {
    private static final int SEEDS = 8;
    private static final int LAG_MILLIS = 400;
    private static final long WINDOW_MILLIS = 1000;
    private static final int WAYS = 3;

    record Count(String station, long start, long count, long weight) {}

    record Note(long number, String text) {}

    record Sum(long count, long weight) {
        Sum plus(Ride ride) {
            return new Sum(count + 1, weight + ride.weight());
        }

        Sum plus(Sum other) {
            return new Sum(count + other.count, weight + other.weight);
        }
    }

    @TempDir
    private Path directory;

    private static Ride heavier(Ride ride) {
        return new Ride(ride.number(), ride.station(), ride.line(), ride.at(), ride.weight() + 1000);
    }

    private static boolean isHeavy(Ride ride) {
        return ride.weight() > 20;
    }

    /** Rides of weight 0 to 9 once for each kilogram; what weighs less is noted. */
    private static List<Ride> copies(Ride ride) {
        List<Ride> copies = new ArrayList<>();
        for (int i = 0; i < Math.min(WAYS, ride.weight()); i++) {
            copies.add(ride);
        }
        return copies;
    }

    private static Pipeline pipeline(Path home, AtomicLong seen, AtomicLong peeked) {
        Pipeline pipeline = Pipeline.named("shapes");
        Stream<Ride> left = pipeline.source("left", Life.source(home.resolve("left.csv")))
                .eventTime(Ride::time, Duration.ofMillis(LAG_MILLIS));
        Stream<Ride> right = pipeline.source("right", Life.source(home.resolve("right.csv")))
                .eventTime(Ride::time, Duration.ofMillis(LAG_MILLIS));
        Split<Ride> split = left.split(StreamShapesTest::isHeavy);
        SideOutput<Note> negative = SideOutput.of(Note.class);
        SideOutput<String> unread = SideOutput.of(String.class);
        Stream<Ride> copied = right.rebalance().<Ride>flatMap((ride, out) -> copy(ride, out, negative, unread));
        copied.sideOutput(negative).sink("notes", Sinks.csvFile(home.resolve("notes"), Note.class));
        Stream<Ride> all = split.matching()
                .map(StreamShapesTest::heavier)
                .union(split.rest(), copied)
                .peek(ride -> peeked.incrementAndGet());
        all.sink("all", Sinks.csvFile(home.resolve("all"), Ride.class));
        all.forEach("seen", ride -> seen.incrementAndGet());
        all.rebalance()
                .filter(ride -> ride.weight() != 7)
                .keyBy(Ride::station)
                .window(Window.tumbling(Duration.ofMillis(WINDOW_MILLIS)))
                .aggregate(
                        "counts",
                        Aggregate.<Ride, Sum>of(new Sum(0, 0), Sum::plus),
                        (station, window, sum) ->
                                new Count(station, window.start().toEpochMilli(), sum.count(), sum.weight()))
                .sink("counts", Sinks.csvFile(home.resolve("counts"), Count.class));
        return pipeline;
    }

    private static void copy(Ride ride, Emitter<Ride> out, SideOutput<Note> negative, SideOutput<String> unread) {
        if (ride.weight() < 0) {
            out.emit(negative, new Note(ride.number(), ride.station()));
            out.emit(unread, "nobody reads this");
        }
        copies(ride).forEach(out::emit);
    }

    /** The sorted lines of all outputs, by a plain program. */
    private static Map<String, List<String>> expected(List<Ride> left, List<Ride> right) {
        List<Ride> all = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        left.forEach(ride -> all.add(isHeavy(ride) ? heavier(ride) : ride));
        for (Ride ride : right) {
            all.addAll(copies(ride));
            if (ride.weight() < 0) {
                notes.add(ride.number() + "," + ride.station());
            }
        }
        Map<String, Sum> sums = new TreeMap<>();
        for (Ride ride : all) {
            if (ride.weight() != 7) {
                long start = Math.floorDiv(ride.at(), WINDOW_MILLIS) * WINDOW_MILLIS;
                sums.merge(ride.station() + "," + start, new Sum(0, 0).plus(ride), Sum::plus);
            }
        }
        List<String> counts = new ArrayList<>();
        sums.forEach((key, sum) -> counts.add(key + "," + sum.count() + "," + sum.weight()));
        List<String> lines = new ArrayList<>();
        all.forEach(ride -> lines.add(
                ride.number() + "," + ride.station() + "," + ride.line() + "," + ride.at() + "," + ride.weight()));
        lines.sort(null);
        notes.sort(null);
        counts.sort(null);
        return Map.of("all", lines, "notes", notes, "counts", counts);
    }

    @Test
    void giveWhatAPlainProgramGivesAlsoWhenTheyAreStoppedAndGoOn() throws InterruptedException {
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
        List<Ride> left = Ride.random(random, 500 + random.nextInt(2000), 20, LAG_MILLIS);
        List<Ride> right = Ride.random(random, 500 + random.nextInt(2000), 20, LAG_MILLIS);
        Path home = directory.resolve("seed-" + seed);
        Ride.write(home.resolve("left.csv"), left);
        Ride.write(home.resolve("right.csv"), right);
        EngineConfig config = EngineConfig.of(home.resolve("state"))
                .memory("256MiB")
                .parallelism(1 + (int) (seed % 3))
                .epochInterval(Duration.ofMillis(1));
        AtomicLong seen = new AtomicLong();
        AtomicLong peeked = new AtomicLong();
        int kills = (int) (seed % 3);
        for (int i = 0; i < kills; i++) {
            try (Life life = new Life(config.parallelism(1 + random.nextInt(3)), pipeline(home, seen, peeked))) {
                life.untilEpochs(1 + random.nextInt(4));
            }
        }
        JobReport report;
        try (Life life = new Life(config, pipeline(home, seen, peeked))) {
            report = life.untilDone();
        }
        Map<String, List<String>> expected = expected(left, right);
        Lines.assertSame("notes", expected.get("notes"), Lines.sorted(home.resolve("notes"), "number,text"));
        Lines.assertSame("all", expected.get("all"), Lines.sorted(home.resolve("all"), Ride.HEADER));
        Lines.assertSame(
                "counts", expected.get("counts"), Lines.sorted(home.resolve("counts"), "station,start,count,weight"));
        assertEquals(0, report.lateEvents());
        assertEquals(expected.get("all").size(), report.rows().get("seen"), "counted with the epochs");
        assertTrue(seen.get() >= expected.get("all").size(), "at least once: seen=" + seen);
        if (kills == 0) {
            assertEquals(expected.get("all").size(), seen.get());
            assertEquals(seen.get(), peeked.get());
        }
    }

    @Test
    void refuseWhatCannotMeet() {
        Pipeline pipeline = Pipeline.named("p");
        Path file = directory.resolve("in.csv");
        Stream<Ride> left = pipeline.source("left", Life.source(file));
        Stream<Ride> right = pipeline.source("right", Life.source(file));
        Stream<Ride> foreign = Pipeline.named("q").source("left", Life.source(file));
        Stream<Ride> timed = right.eventTime(Ride::time, Duration.ZERO);
        assertThrows(IllegalArgumentException.class, () -> left.union(foreign));
        assertThrows(IllegalArgumentException.class, () -> left.union(left));
        assertThrows(IllegalArgumentException.class, () -> left.union(timed));
        Stream<Ride> both = left.union(right);
        assertThrows(IllegalArgumentException.class, () -> both.eventTime(Ride::time, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> left.rebalance().eventTime(Ride::time, Duration.ZERO));
        left.forEach("same", ride -> {});
        assertThrows(IllegalArgumentException.class, () -> right.forEach("same", ride -> {}));
    }

    @Test
    void refuseSideOutputsThatAreNotThere() {
        Stream<Ride> rides = Pipeline.named("p").source("in", Life.source(directory.resolve("in.csv")));
        SideOutput<Note> notes = SideOutput.of(Note.class);
        assertThrows(IllegalArgumentException.class, () -> rides.sideOutput(notes));
        Stream<Ride> copied = rides.<Ride>flatMap((ride, out) -> out.emit(ride));
        copied.sideOutput(notes);
        assertThrows(IllegalArgumentException.class, () -> copied.sideOutput(notes));
        assertThrows(IllegalArgumentException.class, () -> rides.flatMap((ride, out) -> {}), "its type is unknown");
    }

    @Test
    void anEmitterIsOnlyThereInsideItsCall() throws InterruptedException {
        Path input = Ride.write(directory.resolve("in.csv"), Ride.random(new Random(1), 10, 3, 0));
        List<Emitter<Ride>> kept = new ArrayList<>();
        Pipeline pipeline = Pipeline.named("kept");
        pipeline.source("in", Life.source(input))
                .<Ride>flatMap((ride, out) -> kept.add(out))
                .forEach("end", ride -> {});
        try (Life life = new Life(EngineConfig.of(directory.resolve("state")), pipeline)) {
            life.untilDone();
        }
        Ride ride = Ride.random(new Random(1), 1, 1, 0).get(0);
        assertThrows(IllegalStateException.class, () -> kept.get(0).emit(ride));
    }

    @Test
    void explainsOperatorsTasksAndEdges() {
        Path home = directory;
        String one = pipeline(home, new AtomicLong(), new AtomicLong()).explain();
        assertTrue(one.contains("split -> Ride"), one);
        assertTrue(one.contains("into the union of 3 below"), one);
        assertTrue(one.contains("for each, at least once \"seen\""), one);
        assertTrue(one.contains("  left x 1: source \"left\" + event time, disorder up to PT0.4S + split"), one);
        assertTrue(one.contains("    from left by forward: channels=1, event=Ride, rowsPerPage="), one);
        assertTrue(
                one.contains("    state \"counts\": key=String (8 bytes and what is variable), value=Sum (16 bytes)"),
                one);
        String three = pipeline(home, new AtomicLong(), new AtomicLong()).explain(3);
        assertTrue(three.contains("  rebalanced-1 x 3: rebalance + flat map + side output + sink \"notes\""), three);
        assertTrue(three.contains("    from right by rebalance: channels=3"), three);
        assertTrue(three.contains("    from rebalanced-2 by key: channels=9"), three);
    }
}
