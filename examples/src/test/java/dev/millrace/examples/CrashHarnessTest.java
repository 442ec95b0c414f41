package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The crash test as a user starts it. More kills by hand: {@code ./millrace crash-test --kills 1000}. */
class CrashHarnessTest {
    private static final int KILLS = 50;

    @ParameterizedTest
    @ValueSource(strings = {"mapdb", "rocksdb"})
    void fiftyKillsLoseDoubleAndTearNothing(String store) {
        Invocation run = Invocation.of("crash-test", "--kills", KILLS, "--store", store);
        assertEquals(0, run.exitCode(), run::toString);
        String last = run.out().get(run.out().size() - 2);
        assertTrue(
                last.matches(store + ": 50 kills, \\d+ jobs ended, 0 lost, 0 doubled, 0 torn, seed -?\\d+"),
                run::toString);
    }

    @Test
    void refusesToKillNobody() {
        Invocation refused = Invocation.of("crash-test", "--kills", 0);
        assertEquals(Main.REFUSED, refused.exitCode());
        assertTrue(refused.err().get(0).contains("kills=0"), refused::toString);
    }
}
