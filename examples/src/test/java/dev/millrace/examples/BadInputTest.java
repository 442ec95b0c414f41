package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user can get wrong: one line, exit code 2, and nothing written or lost. */
class BadInputTest {
    private static final String HEADER = "scheduled,delay,distance,origin,destination";
    private static final String GOOD = "2001-01-01 00:03,-20,1946,LAX,ATL";

    @TempDir
    private Path directory;

    private Path out;
    private Path state;
    private Path input;

    @BeforeEach
    void layOut() throws IOException {
        out = directory.resolve("out");
        state = directory.resolve("state");
        input = write("flights.csv", HEADER, GOOD);
    }

    private Path write(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines));
    }

    private Invocation demo(Object... more) {
        Stream<Object> all = Stream.concat(Stream.of("demo", "--out", out, "--state", state), Arrays.stream(more));
        return Invocation.of(all.toArray());
    }

    private static void assertRefused(Invocation invocation, Object... words) {
        assertEquals(Main.REFUSED, invocation.exitCode(), invocation::toString);
        assertEquals(1, invocation.err().size(), invocation::toString);
        String line = invocation.err().get(0);
        assertTrue(line.startsWith("millrace: "), line);
        for (Object word : words) {
            assertTrue(line.contains(word.toString()), () -> "missing: " + word + " in: " + line);
        }
    }

    private void assertNothingWritten() {
        assertTrue(Files.notExists(out), "output directory was made");
        assertTrue(Files.notExists(state), "state directory was made");
    }

    @Test
    void aMissingInputIsNamed() {
        Path missing = directory.resolve("missing.csv");
        assertRefused(demo("--input", missing), missing);
        assertNothingWritten();
    }

    @Test
    void aDirectoryIsNoInput() {
        assertRefused(demo("--input", directory), directory);
        assertNothingWritten();
    }

    @Test
    void anInputThatIsNoGzipIsNamed() throws IOException {
        Path plain = write("plain.csv.gz", HEADER, GOOD);
        assertRefused(demo("--input", plain), plain, "gzip");
        assertNothingWritten();
    }

    @Test
    void aGzipThatWasCutOffIsFoundBeforeAnythingIsWritten() throws IOException {
        byte[] whole = Files.readAllBytes(Invocation.FLIGHTS);
        Path cut = Files.write(directory.resolve("cut.csv.gz"), Arrays.copyOf(whole, whole.length / 2));
        assertRefused(demo("--input", cut), cut, "gzip", "cut off");
        assertNothingWritten();
    }

    @Test
    void anEmptyInputAndAWrongHeaderAreRefused() throws IOException {
        assertRefused(demo("--input", write("empty.csv")), "empty", HEADER);
        assertRefused(demo("--input", write("other.csv", "a,b,c", "1,2,3")), "a,b,c", HEADER);
        assertNothingWritten();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2001-01-01 00:03,soon,1946,LAX,ATL     | delay     | soon",
                "2001-01-01 00:03,1,99999999999,LAX,ATL | distance  | 99999999999",
                "2001-01-01 00:03,1,,LAX,ATL            | distance  | distance",
                "2001-13-01 00:03,1,1946,LAX,ATL        | scheduled | 2001-13-01 00:03",
                "yesterday,1,1946,LAX,ATL               | scheduled | yesterday",
                "2001-01-01 00:03,1,1946,LAX            | line=3    | columns",
                "2001-01-01 00:03,1,1946,LAX,ATL,X      | line=3    | columns"
            })
    void aMalformedLineIsNamedWithColumnAndValueOrSkipped(String line, String column, String value) throws IOException {
        Path bad = write("bad.csv", HEADER, GOOD, line, GOOD);
        assertRefused(demo("--input", bad), bad, "line=3", column, value);

        Invocation skipping = Invocation.of(
                "demo", "--out", out, "--state", directory.resolve("other"), "--input", bad, "--on-error", "skip");
        assertEquals(0, skipping.exitCode(), skipping::toString);
        assertEquals("skipped: 1 malformed lines", skipping.line("skipped: "));
        assertTrue(skipping.line("flights: ").startsWith("flights: 2 events"), skipping::toString);
        assertEquals(
                List.of("origin,destination,flights,sum_delay,sum_distance", "LAX,ATL,2,-40,3892"),
                Golden.read(out.resolve("routes.csv")));
    }

    @Test
    void anOutputDirectoryThatCannotBeIsRefused() {
        Path underAFile = input.resolve("out");
        Invocation invocation = Invocation.of("demo", "--input", input, "--out", underAFile, "--state", state);
        assertRefused(invocation, "output", underAFile);
        assertNothingWritten();
    }

    @Test
    void anOutputThatIsADirectoryIsRefused() throws IOException {
        Files.createDirectories(out.resolve("routes.csv"));
        assertRefused(demo("--input", input), out.resolve("routes.csv"));
        assertTrue(Files.notExists(state));
    }

    @Test
    void tooLittleMemoryIsRefusedAndTheMinimumThatIsSaidIsEnough() {
        Invocation little = demo("--input", input, "--memory", "1MiB", "--parallelism", 2);
        assertRefused(little, "memoryBytes=1048576", "minimumBytes=");
        assertNothingWritten();
        String minimum = little.err().get(0).replaceAll(".*minimumBytes=(\\d+).*", "$1");
        Invocation enough = demo("--input", input, "--memory", minimum, "--parallelism", 2);
        assertEquals(0, enough.exitCode(), enough::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "--paralelism, 2, --parallelism",
        "--parallelism, 0, parallelism=0",
        "--parallelism, 129, parallelism=129",
        "--parallelism, two, two",
        "--store, leveldb, leveldb",
        "--epoch-interval, 100, 100ms",
        "--epoch-interval, 0ms, from 1 ms",
        "--max-disorder, -1h, -1h",
        "--memory, much, 256MiB",
        "--rate, -1, -1",
        "--on-error, ignore, ignore",
    })
    void aWrongOptionIsRefusedWithWhatWouldBeRight(String option, String value, String word) {
        assertRefused(demo("--input", input, option, value), word);
        assertNothingWritten();
    }
}
