package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectTest {
    @TempDir
    private Path directory;

    @Test
    void showsTheStateOfTheDemoAndSaysWhatIsDamaged() throws IOException {
        Path state = directory.resolve("state");
        Invocation demo = Invocation.of("demo", "--state", state, "--out", directory.resolve("out"));
        assertEquals(0, demo.exitCode(), demo::toString);
        Invocation whole = Invocation.of("inspect", state);
        assertEquals(0, whole.exitCode(), whole::toString);
        assertEquals("job:         flights", whole.line("job:"));
        assertTrue(whole.line("committed:").endsWith("the job has ended"), whole::toString);
        assertTrue(whole.out().contains("  * none"), whole::toString);

        Files.delete(state.resolve("FORMAT"));
        Invocation damaged = Invocation.of("inspect", state, "--epochs", 0);
        assertEquals(Main.REFUSED, damaged.exitCode(), damaged::toString);
        assertEquals(1, damaged.err().size(), damaged::toString);
        assertTrue(damaged.err().get(0).startsWith("millrace: state directory has problems: "), damaged::toString);
        assertTrue(damaged.line("  * FORMAT file is missing").contains(state.toString()), damaged::toString);
        assertEquals(whole.line("committed:"), damaged.line("committed:"));
    }
}
