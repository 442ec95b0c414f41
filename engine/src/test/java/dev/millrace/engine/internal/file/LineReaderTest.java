package dev.millrace.engine.internal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.state.file.FileOps;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LineReaderTest {
    /** What the gzip stream reads at a time. */
    private static final int GZIP_BUFFER_BYTES = 64 * 1024;

    @TempDir
    Path directory;

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(directory.resolve(name), bytes);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static String line(LineReader lines) {
        return new String(
                lines.buffer(), lines.lineStart(), lines.lineEnd() - lines.lineStart(), StandardCharsets.UTF_8);
    }

    private static List<String> rest(LineReader lines) {
        List<String> rest = new ArrayList<>();
        while (lines.next()) {
            rest.add(line(lines));
        }
        assertFalse(lines.next(), "the end stays the end");
        return rest;
    }

    private List<String> linesOf(Path file) {
        try (LineReader lines = new LineReader(FileOps.real(), file)) {
            return rest(lines);
        }
    }

    @Test
    void aLineEndsWithLfOrCrLfAndTheLastOneWithTheFile() throws IOException {
        assertEquals(List.of("a", "b", "", "c"), linesOf(file("mixed", text("a\nb\r\n\nc"))));
        assertEquals(List.of("a"), linesOf(file("ended", text("a\n"))));
        assertEquals(List.of("", "x"), linesOf(file("blank", text("\r\nx"))));
        assertEquals(List.of(), linesOf(file("empty", new byte[0])));
    }

    @Test
    void readsEveryMemberOfAGzipFile() throws IOException {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(gzip(text("one\ntw")));
        both.writeBytes(gzip(text("o\nthree")));
        assertEquals(List.of("one", "two", "three"), linesOf(file("two.gz", both.toByteArray())));
    }

    @Test
    void readsAGzipMemberThatBeginsAtAnEdgeOfTheBuffer() throws IOException {
        // Random text hardly shrinks; the length is tuned until the first member ends exactly with a buffer.
        byte[] noise = new byte[GZIP_BUFFER_BYTES];
        new Random(1).nextBytes(noise);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = noise[i] == '\n' ? 0 : noise[i];
        }
        int length = noise.length;
        byte[] first = gzip(Arrays.copyOf(noise, length));
        while (first.length > GZIP_BUFFER_BYTES) {
            length -= Math.max(1, (first.length - GZIP_BUFFER_BYTES) / 2);
            first = gzip(Arrays.copyOf(noise, length));
        }
        assertEquals(GZIP_BUFFER_BYTES, first.length);
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(gzip(text("\nbehind")));
        List<String> lines = linesOf(file("edge.gz", both.toByteArray()));
        assertEquals("behind", lines.get(lines.size() - 1));
    }

    @Test
    void saysThatAGzipIsCutOffOrNone() throws IOException {
        byte[] whole = gzip(text("a line\n".repeat(50_000)));
        for (int length : new int[] {0, 5, whole.length / 2, whole.length - 1}) {
            Path cut = file("cut-" + length + ".gz", Arrays.copyOf(whole, length));
            BadInputException problem = assertThrows(BadInputException.class, () -> linesOf(cut));
            assertTrue(problem.getMessage().startsWith("gzip is cut off: file=" + cut), problem.getMessage());
        }
        Path none = file("none.gz", text("plain text"));
        assertTrue(assertThrows(BadInputException.class, () -> linesOf(none))
                .getMessage()
                .startsWith("gzip is damaged, or is none: file=" + none));
        Path cut = file("checked.gz", Arrays.copyOf(whole, whole.length - 1));
        try (LineReader lines = new LineReader(FileOps.real(), cut)) {
            assertThrows(BadInputException.class, lines::checkIntact);
        }
    }

    @Test
    void longLinesAreFineUpToTheLimit() throws IOException {
        String longest = "x".repeat(LineReader.MAX_LINE_BYTES - 1);
        assertEquals(List.of("a", longest, "b"), linesOf(file("long", text("a\n" + longest + "\nb"))));
        Path tooLong = file("too-long", text("a\n" + longest + "xx\nb"));
        assertEquals(
                "line is too long: file=" + tooLong + ", line=2, limitBytes=" + LineReader.MAX_LINE_BYTES,
                assertThrows(BadInputException.class, () -> linesOf(tooLong)).getMessage());
    }

    @Test
    void givesTheSameLinesAgainFromEveryPosition() throws IOException {
        for (long seed = 1; seed <= 6; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                text.append("y".repeat(random.nextInt(4000))).append(random.nextBoolean() ? "\n" : "\r\n");
            }
            byte[] bytes = text(text.toString());
            Path file = file("replay-" + seed + (seed % 2 == 0 ? ".gz" : ""), seed % 2 == 0 ? gzip(bytes) : bytes);
            List<String> all = linesOf(file);
            try (LineReader lines = new LineReader(FileOps.real(), file);
                    LineReader again = new LineReader(FileOps.real(), file)) {
                for (int line = 1; lines.next(); line++) {
                    if (random.nextInt(40) == 0) {
                        assertEquals(line, again.seek(lines.position(line)), "what was skipped comes back");
                        assertEquals(line, again.lineNumber());
                        assertEquals(all.subList(line, all.size()), rest(again), "seed=" + seed + ", line=" + line);
                    }
                }
            }
        }
    }

    @Test
    void refusesAPositionOfAnotherFile() throws IOException {
        Path one = file("one", text("a\nb\n"));
        Path other = file("other", text("a\nc\n"));
        try (LineReader lines = new LineReader(FileOps.real(), one);
                LineReader wrong = new LineReader(FileOps.real(), other)) {
            lines.next();
            byte[] position = lines.position(0);
            assertTrue(assertThrows(BadInputException.class, () -> wrong.seek(position))
                    .getMessage()
                    .contains("not the one that the state was made from"));
            assertThrows(BadInputException.class, () -> lines.seek(new byte[3]));
        }
    }

    @Test
    void saysWhatIsWrongWithAFileThatCannotBeRead() {
        assertTrue(assertThrows(BadInputException.class, () -> linesOf(directory.resolve("missing")))
                .getMessage()
                .startsWith("input is missing: file="));
        assertTrue(assertThrows(BadInputException.class, () -> linesOf(directory))
                .getMessage()
                .startsWith("input is no file: file="));
    }
}
