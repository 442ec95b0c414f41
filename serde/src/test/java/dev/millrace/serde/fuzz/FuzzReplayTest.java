package dev.millrace.serde.fuzz;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All that fuzzers found worth keeping, and as many programs of chance as there is time for in a build. */
final class FuzzReplayTest {
    private static final Path CORPUS = Path.of("src", "test", "fuzz");
    private static final long MAX_CORPUS_BYTES = 200_000;
    private static final long SEED = 20_261_122L;
    private static final int PROGRAMS = 30_000;
    private static final int MAX_CHANGES = 6;

    @Test
    void flatFramesOfTheCorpusGiveAValueOrTheTypedError() throws IOException {
        try (FlatTarget target = new FlatTarget()) {
            replay("flat", target::run);
            assertTrue(target.accepted() > 0);
        }
    }

    @Test
    void messagesOfTheCorpusGiveAValueOrTheTypedError() throws IOException {
        try (ProtobufTarget target = new ProtobufTarget()) {
            replay("protobuf", target::run);
            assertTrue(target.accepted() > 0);
        }
    }

    @Test
    void damagedFlatFramesGiveAValueOrTheTypedError() {
        try (FlatTarget target = new FlatTarget()) {
            runPrograms(target.shapeCount(), target::run);
            assertTrue(target.accepted() > PROGRAMS / 20, "accepted=" + target.accepted());
        }
    }

    @Test
    void damagedMessagesGiveAValueOrTheTypedError() {
        try (ProtobufTarget target = new ProtobufTarget()) {
            runPrograms(target.shapeCount(), target::run);
            assertTrue(target.accepted() > PROGRAMS / 20, "accepted=" + target.accepted());
        }
    }

    @Test
    void heapBeyondWhatTheFrameExplainsIsNoticed() {
        byte[][] kept = new byte[1][];
        assertThrows(
                AssertionError.class,
                () -> AllocationLimit.check(100, AllocationLimit.PER_FLAT_BYTE, () -> kept[0] = new byte[1 << 20]),
                "1 MiB for 100 bytes");
    }

    private static void replay(String name, Consumer<byte[]> target) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(CORPUS.resolve(name))) {
            files = found.sorted().toList();
        }
        assertTrue(files.size() > 20, "files=" + files.size());
        long bytes = 0;
        for (Path file : files) {
            byte[] input = Files.readAllBytes(file);
            bytes += input.length;
            run(target, input, file.toString());
        }
        assertTrue(bytes < MAX_CORPUS_BYTES, "bytes=" + bytes + "; merge the corpus, docs/testing.md says how");
    }

    private static void runPrograms(int shapeCount, Consumer<byte[]> target) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < PROGRAMS; i++) {
            byte[] input = new byte[2 + 4 * random.nextInt(MAX_CHANGES)];
            random.nextBytes(input);
            input[0] = (byte) random.nextInt(shapeCount);
            run(target, input, "seed=" + SEED + ", program=" + i);
        }
    }

    private static void run(Consumer<byte[]> target, byte[] input, String name) {
        try {
            target.accept(input);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "input=" + name + ", bytes=" + HexFormat.of().formatHex(input), e);
        }
    }
}
