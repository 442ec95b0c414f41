package dev.millrace.engine.testkit;

import dev.millrace.engine.operator.Source;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A pipeline with everything in it, and how its windows are cut. {@link Oracle} computes the same without the engine.
 *
 * <pre>
 *   rides -> time -> filter -> map -+-> station          -> tumbling  -> "windows", late ones -> "lateRides"
 *                                   |                                 -> line -> tumbling -> "lines" -> all -> "grand"
 *                                   +-> (station, line)  -> sessions, fixed size -> "sessions", late -> "lateSessions"
 *                                   +-> station          -> sessions, text       -> "letters", late ones counted
 *                                   |                    -> whole stream         -> "totals"
 *                                   |                    -> state with initial   -> "runs"
 *                                   |                    -> state without        -> "names"
 * </pre>
 */
public record Workload(long windowMillis, long gapMillis, long disorderMillis) {
    /** Where two lines of a network meet: a key with a nested record. */
    public record Place(Platform platform, boolean isHeavy) {}

    public record Platform(String station, Ride.Line line) {}

    public record Sum(long count, long weight, int max) {
        static final Sum NONE = new Sum(0, 0, Integer.MIN_VALUE);

        Sum plus(Ride ride) {
            return new Sum(count + 1, weight + ride.weight(), Math.max(max, ride.weight()));
        }

        Sum plus(Sum other) {
            return new Sum(count + other.count, weight + other.weight, Math.max(max, other.max));
        }
    }

    public record WindowRow(String station, long start, long end, long count, long weight, int max) {}

    public record SessionRow(
            String station, Ride.Line line, boolean heavy, long start, long end, long count, long weight) {}

    public record LettersRow(String station, long start, long end, String letters) {}

    public record TotalRow(String station, long count, long weight, int max) {}

    public record RunRow(String station, long number, boolean present, long before) {}

    public record NameRow(String station, long number, String before) {}

    public record LineRow(int size, long start, long count) {}

    public record GrandRow(boolean odd, long count) {}

    /** The outputs and their headers. */
    public static final Map<String, String> HEADERS = headers();

    private static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("windows", "station,start,end,count,weight,max");
        headers.put("lateRides", Ride.HEADER);
        headers.put("lines", "size,start,count");
        headers.put("grand", "odd,count");
        headers.put("sessions", "station,line,heavy,start,end,count,weight");
        headers.put("lateSessions", Ride.HEADER);
        headers.put("letters", "station,start,end,letters");
        headers.put("totals", "station,count,weight,max");
        headers.put("runs", "station,number,present,before");
        headers.put("names", "station,number,before");
        return headers;
    }

    /** Windows, gaps and a bound on disorder of all sizes that fit a lag. */
    public static Workload random(Random random, int lagMillis) {
        boolean isBoundBroken = random.nextInt(3) == 0;
        return new Workload(
                1 + random.nextInt(2000),
                1 + random.nextInt(600),
                isBoundBroken ? random.nextInt(lagMillis + 1) / 4 : lagMillis);
    }

    static boolean isKept(Ride ride) {
        return ride.weight() % 5 != 0;
    }

    static Ride changed(Ride ride) {
        return new Ride(ride.number(), ride.station(), ride.line(), ride.at(), ride.weight() + 1);
    }

    static Place place(Ride ride) {
        return new Place(new Platform(ride.station(), ride.line()), ride.weight() > 20);
    }

    static String withLetter(String letters, Ride ride) {
        return union(letters, String.valueOf((char) ('A' + ride.weight() + 10)));
    }

    /** The letters of two sorted texts, each once. */
    static String union(String a, String b) {
        return (a + b)
                .chars()
                .sorted()
                .distinct()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A run of rides ends with a light one; what was there before is told. */
    static void run(Ride ride, ValueState<Long> run, Output<RunRow> out) {
        Long before = java.util.Objects.requireNonNull(run.get());
        out.emit(new RunRow(ride.station(), ride.number(), run.isPresent(), before));
        if (ride.weight() % 4 == 0) {
            run.clear();
        } else {
            run.set(before + ride.weight());
        }
    }

    /** Texts that grow, shrink and go; told for every other ride. */
    static void name(Ride ride, ValueState<String> name, Output<NameRow> out) {
        String before = name.get();
        if (ride.number() % 2 == 0) {
            out.emit(new NameRow(ride.station(), ride.number(), before == null ? "nobody" : before));
        }
        String next = (before == null ? "" : before) + ride.line().name().charAt(0);
        if (next.length() > 19) {
            name.clear();
        } else {
            name.set(next);
        }
    }

    /** The pipeline, writing to files named after their sinks. */
    public Pipeline pipeline(Source<Ride> source, Path out) {
        Pipeline pipeline = Pipeline.named("rides");
        Stream<Ride> rides = pipeline.source("in", source)
                .eventTime(Ride::time, Duration.ofMillis(disorderMillis))
                .filter(Workload::isKept)
                .map(Workload::changed);
        KeyedStream<String, Ride> byStation = rides.keyBy(Ride::station);
        windows(byStation, out);
        rides.keyBy(Workload::place)
                .window(Window.session(Duration.ofMillis(gapMillis)))
                .onLate(late -> late.sink("lateSessions", Sinks.csvFile(out.resolve("lateSessions"), Ride.class)))
                .aggregate(
                        "sessions",
                        Aggregate.of(Sum.NONE, Sum::plus, Sum::plus),
                        (place, window, sum) -> new SessionRow(
                                place.platform().station(),
                                place.platform().line(),
                                place.isHeavy(),
                                window.start().toEpochMilli(),
                                window.end().toEpochMilli(),
                                sum.count(),
                                sum.weight()))
                .sink("sessions", Sinks.csvFile(out.resolve("sessions"), SessionRow.class));
        byStation
                .window(Window.session(Duration.ofMillis(gapMillis)))
                .aggregate(
                        "letters",
                        Aggregate.of("", Workload::withLetter, Workload::union),
                        (station, window, letters) -> new LettersRow(
                                station,
                                window.start().toEpochMilli(),
                                window.end().toEpochMilli(),
                                letters))
                .sink("letters", Sinks.csvFile(out.resolve("letters"), LettersRow.class));
        byStation
                .aggregate(
                        "totals",
                        Aggregate.of(Sum.NONE, Sum::plus),
                        (station, window, sum) -> new TotalRow(station, sum.count(), sum.weight(), sum.max()))
                .sink("totals", Sinks.csvFile(out.resolve("totals"), TotalRow.class));
        byStation
                .stateful("runs", State.value("run", Long.class, 1000L), Workload::run)
                .sink("runs", Sinks.csvFile(out.resolve("runs"), RunRow.class));
        byStation
                .stateful("names", State.value("name", String.class), Workload::name)
                .sink("names", Sinks.csvFile(out.resolve("names"), NameRow.class));
        return pipeline;
    }

    private void windows(KeyedStream<String, Ride> byStation, Path out) {
        Stream<WindowRow> windows = byStation
                .window(Window.tumbling(Duration.ofMillis(windowMillis)))
                .onLate(late -> late.sink("lateRides", Sinks.csvFile(out.resolve("lateRides"), Ride.class)))
                .aggregate(
                        "windows",
                        Aggregate.of(Sum.NONE, Sum::plus),
                        (station, window, sum) -> new WindowRow(
                                station,
                                window.start().toEpochMilli(),
                                window.end().toEpochMilli(),
                                sum.count(),
                                sum.weight(),
                                sum.max()));
        windows.sink("windows", Sinks.csvFile(out.resolve("windows"), WindowRow.class));
        Stream<LineRow> lines = windows.keyBy(row -> row.station().length())
                .window(Window.tumbling(Duration.ofMillis(3 * windowMillis)))
                .aggregate(
                        "lines",
                        Aggregate.<WindowRow, Long>of(0L, (count, row) -> count + row.count()),
                        (size, window, count) ->
                                new LineRow(size, window.start().toEpochMilli(), count));
        lines.sink("lines", Sinks.csvFile(out.resolve("lines"), LineRow.class));
        lines.keyBy(row -> row.count() % 2 != 0)
                .aggregate(
                        "grand",
                        Aggregate.<LineRow, Long>of(0L, (count, row) -> count + row.count()),
                        (odd, window, count) -> new GrandRow(odd, count))
                .sink("grand", Sinks.csvFile(out.resolve("grand"), GrandRow.class));
    }

    /** Fails if the outputs are not what the oracle says. */
    public void check(String what, Path out, List<Ride> rides) {
        Oracle oracle = new Oracle(this, rides);
        HEADERS.forEach((sink, header) -> Lines.assertSame(
                what + ", sink=" + sink + ", " + this, oracle.lines(sink), Lines.sorted(out.resolve(sink), header)));
    }
}
