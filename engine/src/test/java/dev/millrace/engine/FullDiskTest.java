package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A job on a device of 8 MiB that is full: it waits for room or ends with a typed error, and ends right once there is room. */
final class FullDiskTest {
    private static final long EVENTS = 20_000;
    private static final int KEYS = 500;
    private static final int BALLAST_BYTES = 6 << 20;
    private static final String PADDING = "x".repeat(150);

    record Item(long number, long key) {}

    record Row(long key, long count, String padding) {}

    @TempDir
    Path directory;

    private Path device;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        device = Files.createDirectory(directory.resolve("device"));
        String problem = run("mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", device.toString());
        Assumptions.assumeTrue(problem.isEmpty(), () -> "a small device cannot be mounted here: " + problem);
        Files.write(device.resolve("ballast"), new byte[BALLAST_BYTES]);
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        run("umount", "--lazy", device.toString()); // an image stays mapped until the collector finds it
    }

    /** What it said if it failed; empty if it did not. */
    private static String run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : command[0] + " failed: " + said;
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void makeRoom() throws IOException {
        Files.delete(device.resolve("ballast"));
    }

    private static void count(Item item, ValueState<Long> count, Output<Row> out) {
        count.update(before -> before + 1);
        out.emit(new Row(item.key(), count.get(), PADDING));
    }

    private static Pipeline pipeline(Path out) {
        Pipeline pipeline = Pipeline.named("rows");
        pipeline.source(
                        "in",
                        Sources.generator(Item.class, number -> new Item(number, number % KEYS))
                                .limit(EVENTS))
                .keyBy(Item::key)
                .stateful("counts", State.value("count", Long.class, 0L), FullDiskTest::count)
                .sink("out", Sinks.csvFile(out, Row.class));
        return pipeline;
    }

    private static Engine open(Path state, StoreKind store, UnaryOperator<DurableStateConfig> durability) {
        EngineConfig config =
                EngineConfig.of(state).memory("64MiB").store(store).epochInterval(Duration.ofMillis(5));
        return Engine.open(config, Seams.real().withDurability(durability));
    }

    private static void assertExact(Path out) throws IOException {
        List<String> expected = LongStream.range(0, EVENTS)
                .mapToObj(number -> number % KEYS + "," + (number / KEYS + 1) + "," + PADDING)
                .sorted()
                .toList();
        List<String> lines = Files.readAllLines(out);
        assertEquals(expected, lines.subList(1, lines.size()).stream().sorted().toList());
    }

    private static void untilFullOrDone(Job job) {
        while (!job.epochs().isDiskFull() && !job.isDone()) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void waitsWhereTheLogIsAndGoesOnWhenThereIsRoom(StoreKind store) throws Exception {
        Path out = directory.resolve("out.csv");
        try (Engine engine = open(device.resolve("state"), store, UnaryOperator.identity())) {
            Job job = engine.run(pipeline(out));
            untilFullOrDone(job);
            assertTrue(job.epochs().isDiskFull(), "the device is never full");
            long rows = Files.readAllLines(out).size();
            assertTrue(rows < EVENTS, "rows=" + rows);
            makeRoom();
            job.await();
            assertTrue(job.epochs().diskFullCount() > 0);
        }
        assertExact(out);
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void waitsOrEndsWithATypedErrorWhereTheStoreIs(StoreKind store) throws Exception {
        Path out = directory.resolve("out.csv");
        // The store writes often, so that it is the one that finds no room as well as the log.
        UnaryOperator<DurableStateConfig> often = DurableStateConfig::inMiniature;
        fillBut(100_000);
        boolean isFailed;
        try (Engine engine = open(device.resolve("state"), store, often)) {
            Job job = engine.run(pipeline(out));
            untilFullOrDone(job);
            isFailed = job.isDone();
            if (isFailed) {
                JobFailedException e = assertThrows(JobFailedException.class, job::await);
                assertInstanceOf(StateFileException.class, e.getCause(), e::toString);
                makeRoom();
            } else {
                makeRoom();
                job.await();
            }
        } catch (StateFileException e) {
            isFailed = true; // even to begin needs some room
            Files.deleteIfExists(device.resolve("ballast"));
        }
        if (isFailed) {
            try (Engine engine = open(device.resolve("state"), store, often)) {
                engine.run(pipeline(out)).await();
            }
        }
        assertExact(out);
    }

    private void fillBut(long leftBytes) throws IOException {
        long more = Files.getFileStore(device).getUsableSpace() - leftBytes;
        Files.write(device.resolve("ballast"), new byte[(int) (BALLAST_BYTES + more)]);
    }

    @Test
    void waitsWhereAnOutputIsAndGoesOnWhenThereIsRoom() throws Exception {
        Path out = device.resolve("out.csv");
        try (Engine engine = open(directory.resolve("state"), StoreKind.MAPDB, UnaryOperator.identity())) {
            Job job = engine.run(pipeline(out));
            untilFullOrDone(job);
            assertTrue(job.epochs().isDiskFull(), "the device is never full");
            makeRoom();
            job.await();
        }
        assertExact(out);
    }

    @Test
    void isExactAfterARestartIfItIsStoppedWhileAnOutputHasNoRoom() throws Exception {
        Path out = device.resolve("out.csv");
        try (Engine engine = open(directory.resolve("state"), StoreKind.MAPDB, UnaryOperator.identity())) {
            Job job = engine.run(pipeline(out));
            untilFullOrDone(job);
            job.cancel();
            JobFailedException e = assertThrows(JobFailedException.class, job::await);
            assertTrue(String.valueOf(e.getMessage()).contains(out.toString()), e::toString);
        }
        makeRoom();
        try (Engine engine = open(directory.resolve("state"), StoreKind.MAPDB, UnaryOperator.identity())) {
            engine.run(pipeline(out)).await();
        }
        assertExact(out);
    }
}
