package dev.millrace.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Text files of tests: inputs with a header, and outputs as sorted lines. */
public final class Lines {
    private Lines() {}

    /** Writes a file of lines, gzipped if its name says so. */
    public static Path write(Path file, List<String> lines) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (OutputStream raw = Files.newOutputStream(file);
                    OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
                out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of an output without its header, sorted; fails if the header is another or the last line has no end. */
    public static List<String> sorted(Path file, String header) {
        try {
            String text = Files.readString(file);
            assertEquals("\n", text.substring(text.length() - 1), () -> "last line is cut: file=" + file);
            List<String> lines = new ArrayList<>(text.lines().toList());
            assertEquals(header, lines.remove(0));
            lines.sort(null);
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails with the first difference if two sorted lists differ. */
    public static void assertSame(String what, List<String> expected, List<String> actual) {
        int common = Math.min(expected.size(), actual.size());
        for (int i = 0; i < common; i++) {
            if (!expected.get(i).equals(actual.get(i))) {
                throw new AssertionError("output differs: " + what + ", sortedLine=" + i + ", expected="
                        + expected.get(i) + ", actual=" + actual.get(i));
            }
        }
        if (expected.size() != actual.size()) {
            List<String> longer = expected.size() > actual.size() ? expected : actual;
            throw new AssertionError("output has another length: " + what + ", expected=" + expected.size()
                    + ", actual=" + actual.size() + ", firstOfTheRest=" + longer.get(common));
        }
    }
}
