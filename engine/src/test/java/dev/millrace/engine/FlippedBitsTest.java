package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.DurableIngress;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.ManualClock;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.Directories;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole job over a state directory of which a single bit of some file has turned over: it ends with the right outputs, or refuses. By
 * hand with more: {@code -Dmillrace.jobFlips=300}.
 */
final class FlippedBitsTest {
    private static final int FLIPS = Integer.getInteger("millrace.jobFlips", 40);
    private static final int RIDES = 2000;
    private static final int PUSHED = 200;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String HEADER = "station,count";
    private static final List<String> OUTPUTS = List.of("totals", "counts", "pushed");

    record Total(String station, long count) {}

    record Pushed(long number) {}

    @TempDir
    Path directory;

    private static void count(Ride ride, ValueState<Long> count, Output<Total> out) {
        count.update(before -> before + 1);
        out.emit(new Total(ride.station(), count.get()));
    }

    private Pipeline pipeline(Ingress<Pushed> ingress, Path out) {
        Pipeline pipeline = Pipeline.named("job");
        KeyedStream<String, Ride> byStation = pipeline.source(
                        "in",
                        Sources.csvFile(directory.resolve("in.csv"), Ride.class).atMostPerSecond(100_000))
                .keyBy(Ride::station);
        byStation
                .aggregate("totals", Aggregate.counting(), (station, window, count) -> new Total(station, count))
                .sink("totals", Sinks.csvFile(out.resolve("totals"), Total.class));
        byStation
                .stateful("counts", State.value("count", Long.class, 0L), FlippedBitsTest::count)
                .store(StoreKind.ROCKSDB)
                .sink("counts", Sinks.csvFile(out.resolve("counts"), Total.class));
        pipeline.source("pushed", ingress).sink("pushed", Sinks.csvFile(out.resolve("pushed"), Pushed.class));
        return pipeline;
    }

    private static EngineConfig config(Path home) {
        return EngineConfig.of(home.resolve("state")).parallelism(2).epochInterval(Duration.ofMillis(1));
    }

    /** A job that is stopped on its way; its files are all here. */
    private void begin(Path home) throws Exception {
        ManualClock clock = new ManualClock();
        DurableIngress<Pushed> ingress = Ingress.durable(Pushed.class);
        Seams seams = Seams.real().withClock(clock).withSeed(1).withDurability(DurableStateConfig::inMiniature);
        try (Engine engine = Engine.open(config(home), seams)) {
            Job job = engine.run(pipeline(ingress, home.resolve("out")));
            for (int number = 0; number < PUSHED; number++) {
                assertTrue(ingress.offer(new Pushed(number), Duration.ofMinutes(1)));
                if (number % 20 == 0) {
                    ingress.awaitDurable(Duration.ofMinutes(1));
                }
                clock.advance(NANOS_PER_MILLI / 20);
            }
            ingress.awaitDurable(Duration.ofMinutes(1));
            long before = job.progress().lastEpoch();
            while (job.progress().lastEpoch() < before + 3) {
                clock.advance(NANOS_PER_MILLI / 50);
                Thread.onSpinWait();
            }
        }
    }

    private void end(Path home) throws InterruptedException {
        DurableIngress<Pushed> ingress = Ingress.durable(Pushed.class);
        ManualClock clock = new ManualClock();
        Seams seams = Seams.real().withClock(clock).withSeed(1).withDurability(DurableStateConfig::inMiniature);
        try (Engine engine = Engine.open(config(home), seams)) {
            Job job = engine.run(pipeline(ingress, home.resolve("out")));
            ingress.close();
            while (!job.isDone()) {
                clock.advance(NANOS_PER_MILLI);
                Thread.onSpinWait();
            }
            job.await();
        }
    }

    private static List<Path> filesIn(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Map<String, List<String>> outputs(Path home) {
        Map<String, List<String>> outputs = new TreeMap<>();
        for (String sink : OUTPUTS) {
            outputs.put(
                    sink, Lines.sorted(home.resolve("out").resolve(sink), sink.equals("pushed") ? "number" : HEADER));
        }
        return outputs;
    }

    @Test
    void endsWithTheRightOutputsOrRefusesAndSaysWhere() throws Exception {
        Ride.write(directory.resolve("in.csv"), Ride.random(new Random(5), RIDES, 30, 0));
        Path home = directory.resolve("home");
        begin(home);
        Path whole = Directories.copy(home, directory.resolve("whole"));
        end(whole);
        Map<String, List<String>> expected = outputs(whole);
        assertEquals(RIDES, expected.get("counts").size());
        assertEquals(PUSHED, expected.get("pushed").size());
        List<Path> files = filesIn(home.resolve("state"));
        assertTrue(files.stream()
                        .map(Path::toString)
                        .filter(name -> name.contains("store-rocksdb"))
                        .count()
                > 3);
        assertTrue(files.stream().anyMatch(file -> file.toString().contains("ingress")), files::toString);
        int refused = 0;
        for (int i = 0; i < FLIPS; i++) {
            Random random = new Random(i);
            Path file = files.get(i % files.size());
            Path copy = Directories.copy(home, directory.resolve("copy-" + i));
            Path flipped = copy.resolve(home.relativize(file));
            byte[] bytes = Files.readAllBytes(flipped);
            if (bytes.length > 0) {
                int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(flipped, bytes);
                String what = "seed=" + i + ", file=" + file + ", atByte=" + at;
                if (isRefused(copy, what)) {
                    refused++;
                } else {
                    assertEquals(expected, outputs(copy), what);
                }
            }
            Directories.delete(copy);
        }
        assertTrue(refused > FLIPS / 10, "refused=" + refused);
    }

    private boolean isRefused(Path copy, String what) throws InterruptedException {
        try {
            end(copy);
            return false;
        } catch (JobFailedException e) {
            assertTyped(e.getCause(), copy, what);
        } catch (RuntimeException e) {
            assertTyped(e, copy, what);
        }
        return true;
    }

    private static void assertTyped(Throwable error, Path copy, String what) {
        if (!(error instanceof StateFileException) || !error.getMessage().contains(copy.toString())) {
            throw new AssertionError("error has no type of ours, or says not where: " + what, error);
        }
    }
}
