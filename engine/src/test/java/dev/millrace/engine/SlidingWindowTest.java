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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sliding windows give what a loop over all events and windows gives, at any parallelism and over recovery. */
final class SlidingWindowTest {
    private static final int SEEDS = 10;
    private static final int EVENTS_PER_WATERMARK = 1024;

    record Count(String station, long start, long end, long count, long weight) {}

    record Names(String station, long start, String letters) {}

    record Sum(long count, long weight) {
        Sum plus(Ride ride) {
            return new Sum(count + 1, weight + ride.weight());
        }

        Sum plus(Sum other) {
            return new Sum(count + other.count, weight + other.weight);
        }
    }

    /** One test: windows, and how long events may be late. */
    private record Sliding(long sizeMillis, long slideMillis, long disorderMillis) {
        Window.Kind kind() {
            return Window.sliding(Duration.ofMillis(sizeMillis), Duration.ofMillis(slideMillis));
        }

        long lastMillis(long at) {
            return Math.floorDiv(at, slideMillis) * slideMillis + sizeMillis - 1;
        }
    }

    @TempDir
    private Path directory;

    @Test
    void giveWhatALoopOverAllEventsAndWindowsGives() throws InterruptedException {
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
        List<Ride> rides = Ride.random(random, 1000 + random.nextInt(4000), 1 + random.nextInt(30), lagMillis);
        long slice = 1L + random.nextInt(700);
        long slide = slice * (1 + random.nextInt(6));
        long size = slide + slice * random.nextInt(8);
        // Less than events lag: some are late.
        Sliding sliding = new Sliding(size, slide, lagMillis / 3);
        Path home = directory.resolve("seed-" + seed);
        Path input = Ride.write(home.resolve("in.csv"), rides);
        EngineConfig config = EngineConfig.of(home.resolve("state")).epochInterval(Duration.ofMillis(1));
        for (int kill = random.nextInt(4); kill > 0; kill--) {
            try (Life life = new Life(config.parallelism(1 + random.nextInt(3)), pipeline(home, input, sliding))) {
                life.untilEpochs(1 + random.nextInt(5));
            }
        }
        try (Life life = new Life(config.parallelism(1 + random.nextInt(3)), pipeline(home, input, sliding))) {
            assertEquals(0, life.untilDone().leakedOffHeapBytes());
        }
        String what = "seed=" + seed + ", " + sliding;
        Map<String, List<String>> expected = expected(rides, sliding);
        Lines.assertSame(what, expected.get("late"), Lines.sorted(home.resolve("late"), Ride.HEADER));
        Lines.assertSame(
                what, expected.get("counts"), Lines.sorted(home.resolve("counts"), "station,start,end,count,weight"));
        Lines.assertSame(what, expected.get("names"), Lines.sorted(home.resolve("names"), "station,start,letters"));
    }

    private static Pipeline pipeline(Path home, Path input, Sliding sliding) {
        Pipeline pipeline = Pipeline.named("sliding");
        KeyedStream<String, Ride> byStation = pipeline.source("in", Life.source(input))
                .eventTime(Ride::time, Duration.ofMillis(sliding.disorderMillis()))
                .keyBy(Ride::station);
        byStation
                .window(sliding.kind())
                .onLate(late -> late.sink("late", Sinks.csvFile(home.resolve("late"), Ride.class)))
                .aggregate(
                        "counts",
                        Aggregate.<Ride, Sum>of(new Sum(0, 0), Sum::plus, Sum::plus),
                        (station, window, sum) -> new Count(
                                station, millis(window.start()), millis(window.end()), sum.count(), sum.weight()))
                .sink("counts", Sinks.csvFile(home.resolve("counts"), Count.class));
        byStation
                .window(sliding.kind())
                .aggregate(
                        "letters",
                        Aggregate.<Ride, String>of("", SlidingWindowTest::with, SlidingWindowTest::both),
                        (station, window, letters) -> new Names(station, millis(window.start()), letters))
                .sink("names", Sinks.csvFile(home.resolve("names"), Names.class));
        return pipeline;
    }

    private static long millis(Instant instant) {
        return instant.toEpochMilli();
    }

    /** The lines seen, each once, in order: values that grow. */
    private static String with(String letters, Ride ride) {
        return both(letters, ride.line().name().toLowerCase(java.util.Locale.ROOT));
    }

    private static String both(String left, String right) {
        return (left + right)
                .chars()
                .distinct()
                .sorted()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static Map<String, List<String>> expected(List<Ride> rides, Sliding sliding) {
        Map<String, List<Ride>> windows = new TreeMap<>();
        List<String> late = new ArrayList<>();
        long latest = Long.MIN_VALUE;
        long watermark = Long.MIN_VALUE;
        int number = 0;
        for (Ride ride : rides) {
            latest = Math.max(latest, ride.at());
            if (sliding.lastMillis(ride.at()) <= watermark) {
                late.add(ride.number() + "," + ride.station() + "," + ride.line() + "," + ride.at() + ","
                        + ride.weight());
            }
            long last = Math.floorDiv(ride.at(), sliding.slideMillis()) * sliding.slideMillis();
            for (long start = last; start + sliding.sizeMillis() > ride.at(); start -= sliding.slideMillis()) {
                if (start + sliding.sizeMillis() - 1 > watermark) {
                    windows.computeIfAbsent(ride.station() + "," + start, w -> new ArrayList<>())
                            .add(ride);
                }
            }
            if (++number % EVENTS_PER_WATERMARK == 0) {
                watermark = Math.max(watermark, latest - sliding.disorderMillis() - 1);
            }
        }
        List<String> counts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        windows.forEach((key, inside) -> {
            Sum sum = new Sum(0, 0);
            String letters = "";
            for (Ride ride : inside) {
                sum = sum.plus(ride);
                letters = with(letters, ride);
            }
            long end = Long.parseLong(key.substring(key.indexOf(',') + 1)) + sliding.sizeMillis();
            counts.add(key + "," + end + "," + sum.count() + "," + sum.weight());
            names.add(key + "," + letters);
        });
        late.sort(null);
        counts.sort(null);
        names.sort(null);
        return Map.of("late", late, "counts", counts, "names", names);
    }

    @Test
    void refuseWhatCannotSlide() {
        Duration second = Duration.ofSeconds(1);
        assertThrows(IllegalArgumentException.class, () -> Window.sliding(second, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> Window.sliding(second, Duration.ofMillis(1001)));
        IllegalArgumentException many = assertThrows(
                IllegalArgumentException.class, () -> Window.sliding(Duration.ofMillis(1025), Duration.ofMillis(1)));
        assertTrue(many.getMessage().contains("limit=1024"), many.getMessage());
        assertEquals(250, ((Window.Sliding) Window.sliding(second, Duration.ofMillis(750))).sliceMillis());
        var windows = Pipeline.named("p")
                .source("in", Life.source(directory.resolve("in.csv")))
                .eventTime(Ride::time, Duration.ZERO)
                .keyBy(Ride::station)
                .window(Window.sliding(second, second));
        Aggregate<Ride, Long> withoutMerge = Aggregate.of(0L, (count, ride) -> count + 1);
        assertThrows(
                IllegalArgumentException.class,
                () -> windows.aggregate("counts", withoutMerge, (key, window, count) -> count));
    }
}
