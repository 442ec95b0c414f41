package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.operator.OutputException;
import dev.millrace.state.file.FaultyFileOps;
import dev.millrace.state.file.FileOps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class SinkFileTest {
    private static final FileOps FILES = FileOps.real();

    @TempDir
    Path directory;

    private static void refuses(String message, Executable action) {
        String told = assertThrows(OutputException.class, action).getMessage();
        assertTrue(told.contains(message), () -> "says not " + message + ": " + told);
    }

    @Test
    void beginReplacesWhatTheFileHeld() {
        Path path = directory.resolve("out");
        TestSink.write(path, "what an earlier job wrote, longer than the head");
        try (SinkFile file = SinkFile.begin(FILES, "s", new TestSink(path))) {
            assertEquals(TestSink.HEAD, TestSink.text(path));
            assertEquals(TestSink.HEAD.length(), file.lengthBytes());
            assertEquals(0, file.durableBytes(), "the head was not forced yet");
            file.append(TestSink.bytes("a\n"));
            assertEquals(TestSink.HEAD + "a\n", TestSink.text(path));
            assertEquals(0, file.durableBytes());
            file.force();
            assertEquals(file.lengthBytes(), file.durableBytes());
            assertEquals("s", file.name());
        }
    }

    @Test
    void beginMakesTheDirectoriesOfTheFile() {
        Path path = directory.resolve("a/b/out");
        SinkFile.check(FILES, "s", path);
        assertFalse(Files.exists(directory.resolve("a")), "a check changes nothing");
        SinkFile.begin(FILES, "s", new TestSink(path)).close();
        assertEquals(TestSink.HEAD, TestSink.text(path));
    }

    @Test
    void resumeWritesBehindWhatIsDurableAndCutsTheTail() {
        Path path = directory.resolve("out");
        TestSink.write(path, TestSink.HEAD + "a\nthis was written and not committed");
        try (SinkFile file = SinkFile.resume(FILES, "s", new TestSink(path), TestSink.HEAD.length() + 2)) {
            file.append(TestSink.bytes("b\n"));
            file.cutTail();
            assertEquals(TestSink.HEAD + "a\nb\n", TestSink.text(path));
            assertEquals(TestSink.HEAD.length() + 4, file.lengthBytes());
            assertEquals(TestSink.HEAD.length() + 2, file.durableBytes());
        }
    }

    @Test
    void resumeWritesTheHeadAgainIfNothingIsDurable() {
        Path path = directory.resolve("out");
        for (String found : new String[] {null, "", "he", "other and longer than the head"}) {
            if (found != null) {
                TestSink.write(path, found);
            }
            try (SinkFile file = SinkFile.resume(FILES, "s", new TestSink(path), 0)) {
                file.cutTail();
                assertEquals(TestSink.HEAD, TestSink.text(path));
            }
        }
    }

    @Test
    void resumeRefusesAFileThatIsShorterThanWhatWasCommitted() {
        Path path = directory.resolve("out");
        TestSink sink = new TestSink(path);
        refuses("sizeBytes=0, committedBytes=7", () -> SinkFile.resume(FILES, "s", sink, 7));
        assertFalse(Files.exists(path));
        TestSink.write(path, "123456");
        refuses("sink=s, file=" + path + ", sizeBytes=6, committedBytes=7", () -> SinkFile.resume(FILES, "s", sink, 7));
        assertEquals("123456", TestSink.text(path));
        SinkFile.resume(FILES, "s", sink, 6).close();
    }

    @Test
    void aCrashAnywhereIsRepairedFromWhatIsDurable() {
        long operations = Long.MAX_VALUE;
        for (long dyingAt = 0; dyingAt <= operations; dyingAt++) {
            Path path = directory.resolve("out-" + dyingAt);
            TestSink.write(path, "of an earlier job, and longer than all that is written here");
            FaultyFileOps files = FaultyFileOps.dyingAt(FILES, dyingAt);
            long durableBytes = 0;
            String[] chunks = {"first\n", "second\n", "third\n", "fourth\n"};
            try (SinkFile file = SinkFile.begin(files, "s", new TestSink(path))) {
                for (int i = 0; i < chunks.length; i++) {
                    file.append(TestSink.bytes(chunks[i]));
                    if (i % 2 == 1) {
                        file.force();
                        durableBytes = file.durableBytes();
                    }
                }
                operations = files.operationCount();
            } catch (OutputException e) {
                assertTrue(e.getMessage().contains("sink=s, file=" + path), e.getMessage());
                assertTrue(e.getMessage().contains("injected fault"), e.getMessage());
            }
            String all = TestSink.HEAD + String.join("", chunks);
            try (SinkFile file = SinkFile.resume(FILES, "s", new TestSink(path), durableBytes)) {
                file.append(TestSink.bytes(all.substring((int) file.lengthBytes())));
                file.cutTail();
            }
            assertEquals(all, TestSink.text(path), "dyingAt=" + dyingAt);
        }
    }

    @Test
    void saysWhichFileFailedAndWhere() {
        Path path = directory.resolve("out");
        FaultyFileOps files = FaultyFileOps.counting(FILES);
        try (SinkFile file = SinkFile.begin(files, "s", new TestSink(path))) {
            files.failNext();
            refuses(
                    "output failed: while writing it, sink=s, file=" + path + ", atByte=5",
                    () -> file.append(TestSink.bytes("ab")));
            files.failNext();
            refuses("while forcing it", file::force);
            files.failNext();
            refuses("while cutting it", file::cutTail);
            assertEquals(TestSink.HEAD.length(), file.lengthBytes());
            assertEquals(0, file.durableBytes());
        }
    }

    @Test
    void checkRefusesWhatCannotBeWritten() throws IOException {
        Path file = directory.resolve("file");
        TestSink.write(file, "kept");
        SinkFile.check(FILES, "s", file);
        assertEquals("kept", TestSink.text(file));
        refuses("output is no file: sink=s, file=" + directory, () -> SinkFile.check(FILES, "s", directory));
        refuses("cannot be written: sink=s", () -> SinkFile.check(FILES, "s", file.resolve("below/out")));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        refuses("found=LINK", () -> SinkFile.check(FILES, "s", link));
        refuses("output cannot be opened", () -> SinkFile.begin(FILES, "s", new TestSink(file.resolve("out"))));
    }
}
