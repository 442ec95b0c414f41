package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavepointCommandTest {
    @TempDir
    private Path directory;

    @Test
    void takesASavepointOfTheDemoAndRestoresItIntoTheOtherStore() throws IOException {
        Path state = directory.resolve("state");
        Path savepoint = directory.resolve("savepoint");
        Path other = directory.resolve("other");
        Path out = directory.resolve("out");
        Invocation demo = Invocation.of("demo", "--state", state, "--out", out);
        assertEquals(0, demo.exitCode(), demo::toString);
        Invocation taken = Invocation.of("savepoint", state, savepoint);
        assertEquals(0, taken.exitCode(), taken::toString);
        assertTrue(taken.line("savepoint: ").contains("job=flights"), taken::toString);
        assertEquals(
                taken.line("savepoint: "),
                Invocation.of("savepoint", "--verify", savepoint).line("savepoint: "));
        assertEquals(Main.REFUSED, Invocation.of("savepoint", state, savepoint).exitCode(), "not empty");
        assertEquals(Main.REFUSED, Invocation.of("savepoint", state).exitCode(), "no target");
        Invocation restored = Invocation.of("restore", "--from", savepoint, other, "--store", "rocksdb");
        assertEquals(0, restored.exitCode(), restored::toString);
        Invocation again = Invocation.of("demo", "--state", other, "--out", out, "--store", "rocksdb");
        assertEquals(0, again.exitCode(), again::toString);
        Invocation inspected = Invocation.of("inspect", other);
        assertTrue(inspected.line("store:").contains("rocksdb"), inspected::toString);
        assertEquals(
                Main.REFUSED,
                Invocation.of("restore", "--from", state, directory.resolve("x"))
                        .exitCode());
        Path mixed = directory.resolve("mixed");
        Invocation chosen =
                Invocation.of("restore", "--from", savepoint, mixed, "--store-of", "totals-per-route=rocksdb");
        assertEquals(0, chosen.exitCode(), chosen::toString);
        assertTrue(chosen.line("  totals-per-route: ").contains("ROCKSDB"), chosen::toString);
        Invocation refused = Invocation.of("demo", "--state", mixed, "--out", out);
        assertEquals(Main.REFUSED, refused.exitCode(), "the demo wants it in the store of all");
        assertTrue(refused.toString().contains("stored=rocksdb, wanted=mapdb"), refused::toString);
        Invocation places = Invocation.of("inspect", mixed);
        assertTrue(places.line("   1  totals-per-route").endsWith("rocksdb"), places::toString);
        Invocation unknown =
                Invocation.of("restore", "--from", savepoint, directory.resolve("y"), "--store-of", "nobody=rocksdb");
        assertEquals(Main.REFUSED, unknown.exitCode(), unknown::toString);
        assertFalse(Files.exists(directory.resolve("y")), "refused before anything is written");
        Files.write(savepoint.resolve("SAVEPOINT"), new byte[100]);
        assertEquals(
                Main.REFUSED, Invocation.of("savepoint", "--verify", savepoint).exitCode());
    }
}
