package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.examples.flights.FlightsPipeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** The results that the demo must have: made by another program, sorted behind their header. */
final class Golden {
    static final List<String> NAMES = List.of(FlightsPipeline.HOURLY, FlightsPipeline.ROUTES, FlightsPipeline.SESSIONS);

    private Golden() {}

    /** Compares files line by line, whatever their order: a line too many or twice is found. */
    static void assertEqualTo(Path outputDirectory, String situation) {
        for (String name : NAMES) {
            List<String> expected = lines(name);
            List<String> found = read(FlightsPipeline.file(outputDirectory, name));
            assertEquals(expected.get(0), found.get(0), () -> "header of " + name + ", " + situation);
            List<String> sorted = found.stream().skip(1).sorted().toList();
            List<String> rest = expected.subList(1, expected.size());
            assertEquals(-1, firstDifference(rest, sorted), () -> describe(name, rest, sorted, situation));
        }
    }

    /** Lines of a golden file, sorted, the header first. */
    static List<String> lines(String name) {
        try (InputStream in = new GZIPInputStream(Objects.requireNonNull(
                        Golden.class.getResourceAsStream("golden-2001-01-" + name + ".csv.gz")));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int firstDifference(List<String> expected, List<String> found) {
        int common = Math.min(expected.size(), found.size());
        for (int i = 0; i < common; i++) {
            if (!expected.get(i).equals(found.get(i))) {
                return i;
            }
        }
        return expected.size() == found.size() ? -1 : common;
    }

    private static String describe(String name, List<String> expected, List<String> found, String situation) {
        int at = firstDifference(expected, found);
        return "file=" + name + ", expectedLines=" + expected.size() + ", foundLines=" + found.size()
                + ", firstDifference=" + at
                + ", expected=" + (at < expected.size() ? expected.get(at) : "end")
                + ", found=" + (at < found.size() ? found.get(at) : "end") + ", " + situation;
    }
}
