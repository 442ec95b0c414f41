package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.plan.Node.SinkNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.operator.OutputException;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.FileOps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SinkFilesTest {
    record Line(long number) {}

    @TempDir
    Path directory;

    private Path output;
    private List<SinkNode> nodes;

    @BeforeEach
    void declare() {
        output = directory.resolve("out").resolve("lines.csv");
        SourceNode source = new SourceNode("in", Sources.csvFile(directory.resolve("in.csv"), Line.class));
        nodes = List.of(new SinkNode(source, "lines", Sinks.csvFile(output, Line.class)));
    }

    private DurableState open() {
        return DurableState.open(
                FileOps.real(), directory.resolve("state"), DurableStateConfig.of("job", "v1", StoreKind.MAPDB));
    }

    private static void commit(DurableState state, SinkFiles sinks, long epoch, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        state.appendSink(epoch, 0, ByteBuffer.wrap(bytes));
        Map<String, Long> counters = new HashMap<>();
        sinks.noteDurable(counters);
        state.commit(new CommitRecord(
                epoch, false, Map.of(), sinks.lengthsWith(new long[] {bytes.length}), Map.of(), counters, Map.of()));
        assertEquals(bytes.length, sinks.apply(epoch));
    }

    private String text() throws IOException {
        return Files.readString(output);
    }

    private SinkFiles resume(DurableState state) {
        return SinkFiles.resume(FileOps.real(), state, nodes, state.lastCommit().orElseThrow());
    }

    @Test
    void linesAppearWithTheirEpochBehindTheHeader() throws IOException {
        Files.createDirectories(output.getParent());
        Files.writeString(output, "what another job left here, and more of it");
        try (DurableState state = open();
                SinkFiles sinks = SinkFiles.begin(FileOps.real(), state, nodes)) {
            assertEquals("number\n", text());
            state.appendSink(2, 0, ByteBuffer.wrap("early\n".getBytes(StandardCharsets.UTF_8)));
            commit(state, sinks, 1, "1\n");
            assertEquals("number\n1\n", text(), "the bytes of the next epoch are not committed");
        }
    }

    @Test
    void writesAgainWhatACrashLostAndCutsWhatWasNotCommitted() throws IOException {
        try (DurableState state = open();
                SinkFiles sinks = SinkFiles.begin(FileOps.real(), state, nodes)) {
            commit(state, sinks, 1, "1\n");
            sinks.force();
            commit(state, sinks, 2, "2\n");
            commit(state, sinks, 3, "3\n");
        }
        for (String found : List.of("number\n1\n", "number\n1\n2\n3\ntail\n", "number\n1\n??")) {
            Files.writeString(output, found);
            try (DurableState state = open();
                    SinkFiles sinks = resume(state)) {
                assertEquals("number\n1\n2\n3\n", text(), "found=" + found);
                assertEquals(1, sinks.durableEpoch());
            }
        }
        try (DurableState state = open();
                SinkFiles sinks = resume(state)) {
            commit(state, sinks, 4, "4\n");
            assertEquals("number\n1\n2\n3\n4\n", text());
        }
    }

    @Test
    void writesAllAgainIfNothingWasForced() throws IOException {
        try (DurableState state = open();
                SinkFiles sinks = SinkFiles.begin(FileOps.real(), state, nodes)) {
            commit(state, sinks, 1, "1\n");
        }
        Files.delete(output);
        try (DurableState state = open();
                SinkFiles sinks = resume(state)) {
            assertEquals("number\n1\n", text());
            assertEquals(1, sinks.count());
        }
    }

    @Test
    void refusesAFileThatLostWhatWasForced() throws IOException {
        try (DurableState state = open();
                SinkFiles sinks = SinkFiles.begin(FileOps.real(), state, nodes)) {
            commit(state, sinks, 1, "1\n");
            sinks.force();
            commit(state, sinks, 2, "2\n");
        }
        Files.writeString(output, "num");
        try (DurableState state = open()) {
            String problem =
                    assertThrows(OutputException.class, () -> resume(state)).getMessage();
            assertTrue(problem.contains("sizeBytes=3, committedBytes=9"), problem);
        }
        assertEquals("num", text(), "nothing was written");
    }

    @Test
    void saysEarlyThatAnOutputCannotBeWritten() throws IOException {
        Files.createDirectories(output);
        assertThrows(OutputException.class, () -> SinkFiles.check(FileOps.real(), nodes));
        Files.delete(output);
        Files.delete(output.getParent());
        Files.writeString(output.getParent(), "a file");
        assertThrows(OutputException.class, () -> SinkFiles.check(FileOps.real(), nodes));
    }
}
