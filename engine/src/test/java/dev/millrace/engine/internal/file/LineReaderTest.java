package dev.millrace.engine.internal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.operator.BadInputException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class LineReaderTest {
    @TempDir
    Path directory;

    private Path file(String text) {
        return TextFiles.write(directory.resolve("in.txt"), text);
    }

    private static void refuses(String message, Executable action) {
        String told = assertThrows(BadInputException.class, action).getMessage();
        assertTrue(told.contains(message), () -> "says not " + message + ": " + told);
    }

    @Test
    void endsLinesWithLineFeedsAndCarriageReturns() {
        assertEquals(List.of(), TextFiles.lines(file("")));
        assertEquals(List.of("a", "b"), TextFiles.lines(file("a\nb\n")));
        assertEquals(List.of("a", "b"), TextFiles.lines(file("a\r\nb\r\n")));
        assertEquals(List.of("a", "b"), TextFiles.lines(file("a\nb")));
        assertEquals(List.of("", "a", "", "", "b", ""), TextFiles.lines(file("\na\n\n\r\nb\r\n\n")));
        assertEquals(List.of("a\rb", "\r", "ä€😀"), TextFiles.lines(file("a\rb\n\r\r\nä€😀")));
    }

    @Test
    void saysWhereEachLineIs() {
        Path file = file("a\n\nccc\nd");
        try (LineReader reader = TextFiles.open(file)) {
            for (long number = 1; reader.next(); number++) {
                assertEquals(number, reader.lineNumber());
            }
            assertEquals(4, reader.lineNumber());
            assertFalse(reader.next());
            assertEquals(4, reader.lineNumber());
            assertEquals(1.0, reader.progress());
            assertEquals(file, reader.file());
        }
    }

    @Test
    void readsLinesAcrossBuffersAsTheyWere() {
        for (long seed = 1; seed <= 5; seed++) {
            List<String> lines = randomLines(new Random(seed));
            String text = String.join("\n", lines) + "\n";
            assertEquals(lines, TextFiles.lines(file(text)), "seed=" + seed);
            assertEquals(lines, TextFiles.lines(file(text.replace("\n", "\r\n"))), "crlf, seed=" + seed);
            Path gzip = TextFiles.write(directory.resolve("in.txt.gz"), TextFiles.gzip(text));
            assertEquals(lines, TextFiles.lines(gzip), "gzip, seed=" + seed);
        }
    }

    /** More than two buffers' worth, with lines that are longer than one. */
    private static List<String> randomLines(Random random) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            lines.add("x".repeat(random.nextInt(i % 10 == 0 ? 400_000 : 20_000)) + i);
            if (random.nextInt(4) == 0) {
                lines.add("");
            }
        }
        return lines;
    }

    @Test
    void readsALineUpToTheLimitAndRefusesALongerOne() {
        String longest = "x".repeat(LineReader.MAX_LINE_BYTES - 1);
        assertEquals(List.of("first", longest, "last"), TextFiles.lines(file("first\n" + longest + "\nlast")));
        Path tooLong = file("first\n" + longest + "xx\nlast");
        refuses("line is too long: file=" + tooLong + ", line=2", () -> TextFiles.lines(tooLong));
        Path endless = file("x".repeat(3 * LineReader.MAX_LINE_BYTES));
        refuses("limitBytes=" + LineReader.MAX_LINE_BYTES, () -> TextFiles.lines(endless));
    }

    @Test
    void readsAllMembersOfAGzip() {
        Path gzip = TextFiles.write(directory.resolve("in.gz"), TextFiles.gzip("a\nb", "", "c\n", "d\n"));
        assertEquals(List.of("a", "bc", "d"), TextFiles.lines(gzip));
    }

    @Test
    void refusesAGzipThatIsCutAnywhere() {
        String text = String.join("\n", Collections.nCopies(20, "some line"));
        byte[] one = TextFiles.gzip(text);
        byte[] two = TextFiles.gzip(text, text + "!");
        Path gzip = directory.resolve("in.gz");
        for (int bytes = 0; bytes < one.length; bytes++) {
            TextFiles.write(gzip, Arrays.copyOf(one, bytes));
            refuses("gzip is cut off: file=" + gzip, () -> TextFiles.lines(gzip));
            refuses("gzip is cut off", () -> check(gzip));
        }
        // The JDK takes up to 18 bytes behind a member, less than any member has, for padding.
        for (int bytes = one.length + 19; bytes < two.length; bytes++) {
            TextFiles.write(gzip, Arrays.copyOf(two, bytes));
            refuses("gzip is cut off", () -> TextFiles.lines(gzip));
            refuses("gzip is cut off", () -> check(gzip));
        }
    }

    private static void check(Path file) {
        try (LineReader reader = TextFiles.open(file)) {
            reader.checkIntact();
        }
    }

    @Test
    void refusesAGzipThatIsDamagedOrNone() {
        byte[] damaged = TextFiles.gzip("a\nb\n");
        damaged[damaged.length - 8] ^= 1; // of its checksum
        Path gzip = TextFiles.write(directory.resolve("in.gz"), damaged);
        refuses("gzip is damaged, or is none", () -> TextFiles.lines(gzip));
        refuses("gzip is damaged, or is none", () -> check(gzip));
        Path text = TextFiles.write(directory.resolve("text.gz"), "plain text, not a gzip");
        refuses("gzip is damaged, or is none", () -> TextFiles.lines(text));
        check(file("anything that is no gzip is intact"));
    }

    @Test
    void readsTheSameLinesAgainFromAnyPosition() {
        List<String> lines = randomLines(new Random(7));
        String text = String.join("\r\n", lines);
        rereads(file(text), lines);
        rereads(
                TextFiles.write(
                        directory.resolve("in.gz"),
                        TextFiles.gzip(text.substring(0, 100_000), text.substring(100_000))),
                lines);
    }

    private static void rereads(Path file, List<String> lines) {
        try (LineReader reader = TextFiles.open(file);
                LineReader again = TextFiles.open(file)) {
            for (int read = 0; read <= lines.size(); read++) {
                assertEquals(read + 100, again.seek(reader.position(read + 100)));
                assertEquals(read, again.lineNumber());
                if (read % 8 == 0 || read > lines.size() - 3) {
                    assertEquals(lines.subList(read, lines.size()), TextFiles.rest(again), "line=" + read);
                } else {
                    assertTrue(again.next());
                    assertEquals(lines.get(read), TextFiles.line(again));
                }
                assertEquals(read < lines.size(), reader.next());
            }
        }
    }

    @Test
    void takesTheSamePositionAfterASeek() {
        Path file = file("a\nbb\nccc\n");
        try (LineReader reader = TextFiles.open(file);
                LineReader again = TextFiles.open(file)) {
            reader.next();
            reader.next();
            byte[] position = reader.position(5);
            again.seek(position);
            assertEquals(ByteBuffer.wrap(position), ByteBuffer.wrap(again.position(5)));
            assertEquals(5, again.seek(position));
            assertEquals(List.of("ccc"), TextFiles.rest(again));
        }
    }

    @Test
    void refusesPositionsOfAnotherFile() {
        byte[] position;
        try (LineReader reader = TextFiles.open(file("a\nb\n"))) {
            reader.next();
            position = reader.position(0);
        }
        String message = "input is not the one that the state was made from: file=";
        for (String other : new String[] {"x\nb\n", "\na\nb", "ab\n"}) {
            try (LineReader reader = TextFiles.open(file(other))) {
                refuses(message, () -> reader.seek(position));
            }
        }
        try (LineReader reader = TextFiles.open(file("a\nb\n"))) {
            refuses(message, () -> reader.seek(new byte[0]));
            refuses(message, () -> reader.seek(Arrays.copyOf(position, position.length + 1)));
            byte[] laterVersion = position.clone();
            laterVersion[0]++;
            refuses(message, () -> reader.seek(laterVersion));
            reader.seek(position);
            assertEquals(List.of("b"), TextFiles.rest(reader));
        }
    }

    @Test
    void goesOnInAFileThatWasMendedOrGrewBehindThePosition() {
        byte[] position;
        try (LineReader reader = TextFiles.open(file("a\nbad\n"))) {
            reader.next();
            position = reader.position(0);
        }
        try (LineReader reader = TextFiles.open(file("a\ngood\nmore\n"))) {
            reader.seek(position);
            assertEquals(List.of("good", "more"), TextFiles.rest(reader));
        }
    }

    @Test
    void refusesAPositionBehindTheEnd() {
        try (LineReader reader = TextFiles.open(file("a\nb\n"))) {
            byte[] position = reader.position(0);
            ByteBuffer.wrap(position).putLong(1 + Integer.BYTES, 6);
            refuses("missingBytes=2", () -> reader.seek(position));
        }
    }

    @Test
    void refusesWhatIsNoFile() {
        Path absent = directory.resolve("absent");
        refuses("input is missing: file=" + absent, () -> TextFiles.open(absent));
        refuses("input is no file: file=" + directory, () -> TextFiles.open(directory));
    }

    @Test
    void closesTwice() {
        LineReader reader = TextFiles.open(file("a\n"));
        reader.close();
        reader.close();
        LineReader gzip = TextFiles.open(TextFiles.write(directory.resolve("in.gz"), TextFiles.gzip("a\n")));
        gzip.close();
        gzip.close();
    }
}
