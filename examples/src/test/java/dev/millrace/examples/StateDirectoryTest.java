package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state directory that is not this job's is refused, and neither it nor the results of before are touched. */
class StateDirectoryTest {
    private static final List<String> EARLIER_RESULTS = List.of("results of before");

    @TempDir
    private Path directory;

    private Path out;
    private Path state;
    private Path input;

    @BeforeEach
    void layOut() throws IOException {
        out = Files.createDirectory(directory.resolve("out"));
        state = directory.resolve("state");
        input = Files.write(
                directory.resolve("flights.csv"),
                List.of("scheduled,delay,distance,origin,destination", "2001-01-01 00:03,-20,1946,LAX,ATL"));
        Files.write(out.resolve("hourly.csv"), EARLIER_RESULTS);
    }

    private void assertRefused(String word, Object... more) {
        Object[] all = new Object[7 + more.length];
        System.arraycopy(new Object[] {"demo", "--input", input, "--out", out, "--state", state}, 0, all, 0, 7);
        System.arraycopy(more, 0, all, 7, more.length);
        Invocation invocation = Invocation.of(all);
        assertEquals(Main.REFUSED, invocation.exitCode(), invocation::toString);
        assertEquals(1, invocation.err().size(), invocation::toString);
        assertTrue(invocation.err().get(0).contains(state.toString()), invocation::toString);
        assertTrue(invocation.err().get(0).contains(word), invocation::toString);
        assertEquals(EARLIER_RESULTS, Golden.read(out.resolve("hourly.csv")));
    }

    @Test
    void refusesTheStateOfAnotherJob() throws Exception {
        FirstStream.countFlights(input, directory.resolve("busy.csv"), state);
        assertRefused("first-stream");
    }

    @Test
    void refusesTheStateOfAnotherStore() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        Invocation.of("demo", "--input", input, "--out", elsewhere, "--state", state);
        assertRefused("ROCKSDB", "--store", "rocksdb");
    }

    @Test
    void refusesAFormatThatItDoesNotKnow() throws Exception {
        FirstStream.countFlights(input, directory.resolve("busy.csv"), state);
        Files.write(state.resolve("FORMAT"), "something else".getBytes(StandardCharsets.UTF_8));
        assertRefused("FORMAT");
    }

    @Test
    void refusesADirectoryWithForeignFiles() throws IOException {
        Files.createDirectory(state);
        Path letter = Files.writeString(state.resolve("letter.txt"), "dear reader");
        assertRefused("letter.txt");
        assertEquals("dear reader", Files.readString(letter));
    }

    @Test
    void refusesAFile() throws IOException {
        Files.writeString(state, "no directory");
        assertRefused("file");
        assertEquals("no directory", Files.readString(state));
    }

    @Test
    void aJobThatHasEndedSaysSoAndChangesNothing() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        Object[] command = {"demo", "--input", input, "--out", elsewhere, "--state", state};
        Invocation first = Invocation.of(command);
        assertEquals(0, first.exitCode(), first::toString);
        String hourly = Files.readString(elsewhere.resolve("hourly.csv"));

        Invocation again = Invocation.of(command);
        assertEquals(0, again.exitCode(), again::toString);
        assertTrue(again.line("flights: ").contains("already complete"), again::toString);
        assertEquals(hourly, Files.readString(elsewhere.resolve("hourly.csv")));
    }
}
