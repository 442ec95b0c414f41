package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only shows between processes. */
class ProcessTest {
    private static final int EXIT_CODE_OF_SIGTERM = 143;

    @TempDir
    private Path directory;

    @Test
    void aSecondProcessOnTheSameStateIsRefusedAndTakesNothingAway() throws Exception {
        Path state = directory.resolve("state");
        Path out = directory.resolve("out");
        Process first = ChildProcess.startAndAwaitRunning(directory, "--state", state, "--out", out, "--rate", 1_000);
        try {
            Invocation second = Invocation.of("demo", "--state", state, "--out", directory.resolve("out-2"));
            assertEquals(Main.REFUSED, second.exitCode(), second::toString);
            assertEquals(1, second.err().size(), second::toString);
            assertTrue(second.err().get(0).contains("pid=" + first.pid()), second::toString);
            assertTrue(Files.notExists(directory.resolve("out-2")));
        } finally {
            first.destroyForcibly().waitFor();
        }
        Invocation third = Invocation.of("demo", "--state", state, "--out", out);
        assertEquals(0, third.exitCode(), third::toString);
        Golden.assertEqualTo(out, "after a second process was refused");
    }

    @Test
    void anInterruptedDemoStopsAndRemovesItsTemporaryState() throws Exception {
        Process process =
                ChildProcess.startAndAwaitRunning(directory, "--out", directory.resolve("out"), "--rate", 1_000);
        process.toHandle().destroy(); // not Process.destroy, which closes our end of its output
        List<String> said = process.inputReader().lines().toList();
        assertEquals(EXIT_CODE_OF_SIGTERM, process.waitFor(), said::toString);
        assertTrue(said.stream().anyMatch(line -> line.startsWith("interrupted: ")), said::toString);
        assertTrue(said.stream().noneMatch(line -> line.contains("Exception")), said::toString);
        assertEquals(List.of(), temporaryStates());
    }

    @Test
    void anInterruptedDemoGoesOnWhereItWas() throws Exception {
        Path state = directory.resolve("state");
        Path out = directory.resolve("out");
        Process process =
                ChildProcess.startAndAwaitRunning(directory, "--state", state, "--out", out, "--rate", 100_000);
        String line = process.inputReader().readLine(); // a second later
        process.toHandle().destroy(); // not Process.destroy, which closes our end of its output
        assertEquals(EXIT_CODE_OF_SIGTERM, process.waitFor(), line);
        Invocation next = Invocation.of("demo", "--state", state, "--out", out);
        assertEquals(0, next.exitCode(), next::toString);
        assertTrue(next.line("flights: ").contains("went on from epoch"), next::toString);
        Golden.assertEqualTo(out, "after an interrupt");
    }

    private List<Path> temporaryStates() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> path.getFileName().toString().startsWith("millrace-state-"))
                    .toList();
        }
    }
}
