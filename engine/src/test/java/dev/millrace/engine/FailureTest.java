package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.operator.OutputException;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.serde.IncompatibleSchemaException;
import dev.millrace.state.StateDirectoryInUseException;
import dev.millrace.state.StateDirectoryMismatchException;
import dev.millrace.state.StateDirectoryUnusableException;
import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is told with its place and its remedy, leaves nothing live, and loses nothing. */
final class FailureTest {
    record Total(String station, long count) {}

    @TempDir
    Path directory;

    private static Pipeline totals(Path input, Path output) {
        return totals("totals", Sources.csvFile(input, Ride.class), output);
    }

    private static Pipeline totals(String name, dev.millrace.engine.operator.Source<Ride> source, Path output) {
        Pipeline pipeline = Pipeline.named(name);
        totals(pipeline.source("in", source), output);
        return pipeline;
    }

    private static void totals(Stream<Ride> rides, Path output) {
        rides.keyBy(Ride::station)
                .aggregate("totals", Aggregate.counting(), (station, window, count) -> new Total(station, count))
                .sink("totals", Sinks.csvFile(output, Total.class));
    }

    private EngineConfig config() {
        return EngineConfig.of(directory.resolve("state"));
    }

    private Path output() {
        return directory.resolve("out").resolve("totals.csv");
    }

    private Path input(List<String> changed) {
        return Lines.write(directory.resolve("in.csv"), changed);
    }

    private static List<String> lines(int count) {
        List<String> lines = new ArrayList<>(List.of(Ride.HEADER));
        for (int i = 0; i < count; i++) {
            lines.add(i + ",s" + i % 10 + ",RED," + i + ",1");
        }
        return lines;
    }

    private JobReport run(EngineConfig config, Pipeline pipeline) throws InterruptedException {
        try (Engine engine = Engine.open(config)) {
            return engine.run(pipeline).await();
        }
    }

    private void assertNothingWritten() {
        assertFalse(Files.exists(directory.resolve("state")), "state was begun");
        assertFalse(Files.exists(directory.resolve("out")), "an output was begun");
    }

    private static void assertTells(Throwable error, String... parts) {
        for (String part : parts) {
            assertTrue(String.valueOf(error.getMessage()).contains(part), () -> "says not " + part + ": " + error);
        }
    }

    @Test
    void namesFileLineColumnAndValueOfAMalformedLine() throws InterruptedException {
        List<String> lines = lines(3000);
        lines.set(2000, "1999,s1,RED,soon,1");
        Path input = input(lines);
        for (int parallelism : new int[] {1, 3}) {
            JobFailedException failed = assertThrows(
                    JobFailedException.class, () -> run(config().parallelism(parallelism), totals(input, output())));
            assertInstanceOf(BadInputException.class, failed.getCause());
            assertTells(failed, "task=in", input.toString(), "line=2001", "column 4 \"at\"", "\"soon\"");
        }
        lines.set(2000, "1999,s1,RED,2,1");
        Lines.write(input, lines);
        assertEquals(3000, run(config().parallelism(2), totals(input, output())).events());
    }

    @Test
    void countsMalformedLinesThatItSkips() throws InterruptedException {
        List<String> lines = lines(100);
        lines.set(10, "");
        lines.set(20, "1,2");
        lines.set(30, "1,s,PINK,1,1");
        lines.set(40, "x,s,RED,1,1");
        Path input = input(lines);
        JobReport report = run(
                config(), totals("totals", Sources.csvFile(input, Ride.class).skipMalformed(), output()));
        assertEquals(4, report.skipped());
        assertEquals(96, report.events());
    }

    @Test
    void refusesATruncatedGzipBeforeAnythingIsWritten() throws IOException {
        Path input = Lines.write(directory.resolve("in.csv.gz"), lines(20_000));
        byte[] whole = Files.readAllBytes(input);
        Files.write(input, Arrays.copyOf(whole, whole.length / 2));
        assertTells(
                assertThrows(BadInputException.class, () -> run(config(), totals(input, output()))),
                "cut off",
                input.toString());
        Files.writeString(input, "no gzip");
        assertTells(
                assertThrows(BadInputException.class, () -> run(config(), totals(input, output()))), "gzip is damaged");
        assertNothingWritten();
    }

    @Test
    void refusesAMissingInputAndAnotherHeader() throws IOException {
        Path input = directory.resolve("in.csv");
        assertTells(
                assertThrows(BadInputException.class, () -> run(config(), totals(input, output()))),
                "missing",
                input.toString());
        Files.createDirectory(input);
        assertThrows(BadInputException.class, () -> run(config(), totals(input, output())));
        Files.delete(input);
        Files.createFile(input);
        assertTells(assertThrows(BadInputException.class, () -> run(config(), totals(input, output()))), "empty");
        Files.writeString(input, "number,station,line,when,weight\n");
        assertTells(
                assertThrows(BadInputException.class, () -> run(config(), totals(input, output()))),
                "found=\"number,station,line,when,weight\"",
                "expected=\"" + Ride.HEADER + "\"");
        assertNothingWritten();
    }

    @Test
    void refusesAnOutputThatCannotBe() throws IOException {
        Path input = input(lines(10));
        Path file = Files.createFile(directory.resolve("file"));
        assertTells(
                assertThrows(OutputException.class, () -> run(config(), totals(input, file.resolve("totals.csv")))),
                "sink=totals",
                file.toString());
        assertTells(
                assertThrows(OutputException.class, () -> run(config(), totals(input, directory))),
                "sink=totals",
                "DIRECTORY");
        assertNothingWritten();
    }

    @Test
    void refusesTwoSinksOverOneFile() {
        Path input = input(lines(10));
        Pipeline pipeline = totals(input, output());
        pipeline.source("again", Sources.csvFile(input, Ride.class))
                .sink("copy", Sinks.csvFile(output().getParent().resolve("x/../totals.csv"), Ride.class));
        assertTells(assertThrows(OutputException.class, () -> run(config(), pipeline)), "sink=totals", "sink=copy");
        assertNothingWritten();
    }

    @Test
    void refusesASinkOverAnInput() throws IOException {
        Path input = input(lines(10));
        byte[] before = Files.readAllBytes(input);
        Pipeline pipeline = totals(input, input.getParent().resolve("y/../" + input.getFileName()));
        assertTells(assertThrows(OutputException.class, () -> run(config(), pipeline)), "source=", "sink=totals");
        assertArrayEquals(before, Files.readAllBytes(input));
    }

    @Test
    void refusesAStateDirectoryThatIsInUse() throws InterruptedException {
        Path input = input(lines(20_000));
        Pipeline pipeline = totals("totals", Life.source(input), output());
        try (Life life = new Life(config().epochInterval(Duration.ofMillis(1)), pipeline)) {
            life.untilEpochs(1);
            assertTells(
                    assertThrows(
                            StateDirectoryInUseException.class,
                            () -> run(config(), totals(input, directory.resolve("other.csv")))),
                    config().stateDirectory().toString());
            assertFalse(Files.exists(directory.resolve("other.csv")));
            assertEquals(20_000, life.untilDone().events());
        }
    }

    @Test
    void refusesTheStateOfAnotherPipelineOrStore() throws InterruptedException, IOException {
        Path input = input(lines(1000));
        run(config(), totals(input, output()));
        String before = Files.readString(output());
        assertThrows(
                StateDirectoryMismatchException.class,
                () -> run(config(), totals("others", Sources.csvFile(input, Ride.class), output())));
        assertThrows(
                StateDirectoryMismatchException.class,
                () -> run(config().store(StoreKind.ROCKSDB), totals(input, output())));
        Pipeline changed = Pipeline.named("totals");
        changed.source("in", Sources.csvFile(input, Ride.class))
                .keyBy(Ride::number)
                .aggregate("totals", Aggregate.counting(), (number, window, count) -> new Total("", count))
                .sink("totals", Sinks.csvFile(output(), Total.class));
        assertThrows(IncompatibleSchemaException.class, () -> run(config(), changed));
        assertThrows(
                StateDirectoryMismatchException.class, () -> run(EngineConfig.of(directory), totals(input, output())));
        assertThrows(StateDirectoryUnusableException.class, () -> run(EngineConfig.of(input), totals(input, output())));
        assertEquals(before, Files.readString(output()));
        assertEquals(1000, run(config(), totals(input, output())).events());
    }

    @Test
    void saysTheLeastMemoryAtOpenAndAtRun() throws InterruptedException {
        Path input = input(lines(1000));
        IllegalArgumentException atOpen =
                assertThrows(IllegalArgumentException.class, () -> Engine.open(config().memoryBytes(1)));
        long minimum = minimumOf(atOpen);
        try (Engine engine = Engine.open(config().memoryBytes(minimum))) {
            IllegalArgumentException atRun =
                    assertThrows(IllegalArgumentException.class, () -> engine.run(totals(input, output())));
            assertTrue(minimumOf(atRun) > minimum);
            minimum = minimumOf(atRun);
        }
        assertNothingWritten();
        assertEquals(
                1000,
                run(config().memoryBytes(minimum), totals(input, output())).events());
    }

    private static long minimumOf(IllegalArgumentException error) {
        assertTells(error, "memoryBytes=");
        return Long.parseLong(error.getMessage().replaceFirst(".*min(?:imum)?Bytes=(\\d+).*", "$1"));
    }

    @Test
    void goesOnWithMoreMemoryAfterItRanOut() throws InterruptedException {
        List<Ride> rides = Ride.random(new Random(9), 250_000, 20, 0);
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        for (int parallelism : new int[] {1, 2}) {
            Path output = directory.resolve("out-" + parallelism);
            EngineConfig small = EngineConfig.of(directory.resolve("state-" + parallelism))
                    .parallelism(parallelism)
                    .epochInterval(Duration.ofMillis(2));
            Pipeline pipeline = Pipeline.named("totals");
            pipeline.source("in", Sources.csvFile(input, Ride.class))
                    .map(ride -> new Ride(0, "number-" + ride.number(), ride.line(), 0, 0))
                    .keyBy(Ride::station)
                    .aggregate("totals", Aggregate.counting(), (station, window, count) -> new Total(station, count))
                    .sink("totals", Sinks.csvFile(output, Total.class));
            JobFailedException failed = assertThrows(
                    JobFailedException.class, () -> run(small.memory(parallelism == 1 ? "4MiB" : "8MiB"), pipeline));
            assertInstanceOf(MemoryLimitException.class, failed.getCause());
            assertEquals(250_000, run(small.memory("256MiB"), pipeline).events());
            assertEquals(250_000, Lines.sorted(output, "station,count").size());
        }
    }

    @Test
    void failsOnceWithTaskAndPlaceWhenAFunctionThrows() throws InterruptedException {
        Path input = input(lines(5000));
        AtomicInteger calls = new AtomicInteger();
        for (int parallelism : new int[] {1, 4}) {
            calls.set(0);
            Pipeline pipeline = Pipeline.named("throwing");
            pipeline.source("in", Sources.csvFile(input, Ride.class))
                    .map(ride -> {
                        if (ride.number() == 777) {
                            calls.incrementAndGet();
                            throw new ArithmeticException("no 777");
                        }
                        return ride;
                    })
                    .sink("rides", Sinks.csvFile(directory.resolve("rides"), Ride.class));
            JobFailedException failed =
                    assertThrows(JobFailedException.class, () -> run(config().parallelism(parallelism), pipeline));
            assertInstanceOf(ArithmeticException.class, failed.getCause());
            assertTells(failed, "task=in", "line=779", "no 777");
            assertEquals(1, calls.get());
        }
    }

    /** Of operators that run as one loop, the message names them and the line of the one that threw. */
    @Test
    void namesTheOperatorsOfTheChainAndTheLineOfTheProgramThatThrew() {
        Path input = input(lines(500));
        for (int parallelism : new int[] {1, 3}) {
            for (int thrower = 0; thrower < 3; thrower++) {
                Pipeline pipeline = chain(input, thrower);
                JobFailedException failed =
                        assertThrows(JobFailedException.class, () -> run(config().parallelism(parallelism), pipeline));
                String method = List.of("keep", "weigh", "total").get(thrower);
                assertTells(failed, "operators=[", "thrownIn=FailureTest." + method + "(FailureTest.java:");
                if (thrower == 2) {
                    assertTells(failed, "\"station-totals\"");
                } else {
                    assertTells(failed, "source \"in\" + filter", "source=in, event=");
                }
            }
        }
    }

    private Pipeline chain(Path input, int thrower) {
        Pipeline pipeline = Pipeline.named("chain");
        pipeline.source("in", Sources.csvFile(input, Ride.class))
                .filter(ride -> keep(ride, thrower))
                .map(ride -> weigh(ride, thrower))
                .keyBy(Ride::station)
                .aggregate(
                        "station-totals",
                        Aggregate.<Ride, Long>of(0L, (count, ride) -> total(count, ride, thrower)),
                        (station, window, count) -> new Total(station, count))
                .sink("totals", Sinks.csvFile(output(), Total.class));
        return pipeline;
    }

    private static boolean keep(Ride ride, int thrower) {
        return ride.number() != 100 || Math.floorDiv(1, thrower) >= 0; // throws inside of Java
    }

    private static Ride weigh(Ride ride, int thrower) {
        if (ride.number() == 200 && thrower == 1) {
            throw new IllegalStateException("no 200");
        }
        return ride;
    }

    private static long total(long count, Ride ride, int thrower) {
        if (ride.number() == 300 && thrower == 2) {
            throw new IllegalStateException("no 300");
        }
        return count + 1;
    }

    @Test
    void failsWhenAFunctionBehindAGroupingThrows() {
        Path input = input(lines(5000));
        for (int parallelism : new int[] {1, 3}) {
            Pipeline pipeline = Pipeline.named("throwing");
            pipeline.source("in", Sources.csvFile(input, Ride.class))
                    .keyBy(Ride::station)
                    .aggregate(
                            "totals",
                            Aggregate.<Ride, Long>of(0L, (count, ride) -> {
                                if (ride.number() == 4000) {
                                    throw new StackOverflowError("too deep");
                                }
                                return count + 1;
                            }),
                            (station, window, count) -> new Total(station, count))
                    .sink("totals", Sinks.csvFile(output(), Total.class));
            JobFailedException failed =
                    assertThrows(JobFailedException.class, () -> run(config().parallelism(parallelism), pipeline));
            assertInstanceOf(StackOverflowError.class, failed.getCause());
            assertTells(failed, "task=" + (parallelism == 1 ? "in" : "keyed-1/"), "too deep");
        }
    }

    @Test
    void givesBackWhatWasSealedWhenABarrierDoesNotComeThrough() {
        Path input = input(lines(5000));
        for (int bad = 0; bad < 4000; bad += 250) {
            int thrower = bad;
            Pipeline pipeline = Pipeline.named("barrier");
            Stream<Ride> rides = pipeline.source("in", Life.source(input));
            totals(rides, output());
            rides.keyBy(Ride::line)
                    .aggregate(
                            "throwing",
                            Aggregate.<Ride, Long>of(
                                    0L, (count, ride) -> Math.floorDiv(count, ride.number() == thrower ? 0 : 1)),
                            (line, window, count) -> new Total(line.name(), count))
                    .sink("throwing", Sinks.csvFile(directory.resolve("throwing"), Total.class));
            EngineConfig config =
                    EngineConfig.of(directory.resolve("state-" + bad)).epochInterval(Duration.ofMillis(1));
            try (Life life = new Life(config, pipeline)) {
                JobFailedException failed = assertThrows(JobFailedException.class, life::untilDone);
                assertInstanceOf(ArithmeticException.class, failed.getCause());
                assertEquals(0, failed.getSuppressed().length, () -> "could not be tidied up, bad=" + thrower);
            }
        }
    }

    @Test
    void runsOneJobAtATimeAndNoneOnceClosed() throws InterruptedException {
        Path input = input(lines(500));
        Pipeline pipeline = totals("totals", Life.source(input).atMostPerSecond(1), output());
        Engine engine = Engine.open(config());
        Job job = engine.run(pipeline);
        assertTells(assertThrows(IllegalStateException.class, () -> engine.run(pipeline)), "busy");
        assertFalse(job.isDone());
        engine.close();
        engine.close();
        assertTrue(job.isDone());
        assertTells(assertThrows(JobFailedException.class, job::await), "stopped");
        assertTells(assertThrows(IllegalStateException.class, () -> engine.run(pipeline)), "closed");
        try (Engine second = Engine.open(config())) {
            assertEquals(500, second.run(totals(input, output())).await().events());
            assertEquals(0, second.run(totals(input, output())).await().commits());
        }
    }
}
