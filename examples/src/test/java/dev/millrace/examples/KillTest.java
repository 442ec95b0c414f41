package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills the demo at random moments of its life, as {@code kill -9} does, and starts it again until it ends. */
class KillTest {
    private static final int KILLS = 25;

    /** A job that was killed this often may run to its end, so that the test ends on any machine. */
    private static final int KILLS_PER_JOB = 5;

    @TempDir
    private Path directory;

    private int kills;
    private int livesThatWentOn;

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void aJobThatIsKilledAtAnyMomentEndsWithTheResultsOfAnUndisturbedOne(StoreKind store) throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        long start = System.nanoTime();
        runToTheEnd(directory.resolve("undisturbed"), store, 1, "undisturbed");
        long wholeLifeNanos = System.nanoTime() - start;

        for (int job = 0; kills < KILLS; job++) {
            String situation = "store=" + store + ", seed=" + seed + ", job=" + job + ", kills=" + kills;
            int parallelism = 1 + random.nextInt(2);
            Path home = directory.resolve("job-" + job);
            for (int life = 0; life < KILLS_PER_JOB && kills < KILLS; life++) {
                if (endsBefore((long) (random.nextDouble() * wholeLifeNanos), home, store, parallelism)) {
                    break;
                }
            }
            runToTheEnd(home, store, parallelism, situation);
        }
        assertTrue(livesThatWentOn > 0, "no kill came between the first commit and the end: seed=" + seed);
    }

    /** One life: says whether the job ended before it was killed. */
    private boolean endsBefore(long nanos, Path home, StoreKind store, int parallelism) throws Exception {
        Process process = start(home, store, parallelism);
        if (process.waitFor(nanos, TimeUnit.NANOSECONDS)) {
            assertEquals(0, process.exitValue(), () -> "job failed: " + Golden.read(log(home)));
            return true;
        }
        process.destroyForcibly().waitFor();
        kills++;
        return false;
    }

    /** The last life; a job that has ended before says so and changes nothing. */
    private void runToTheEnd(Path home, StoreKind store, int parallelism, String situation) throws Exception {
        Process process = start(home, store, parallelism);
        assertEquals(0, process.waitFor(), () -> situation + ": " + Golden.read(log(home)));
        Golden.assertEqualTo(home.resolve("out"), situation);
        if (Golden.read(log(home)).stream().anyMatch(line -> line.contains("went on from epoch"))) {
            livesThatWentOn++;
        }
    }

    private static Process start(Path home, StoreKind store, int parallelism) throws IOException {
        Files.createDirectories(home);
        return ChildProcess.start(
                log(home),
                "--state",
                home.resolve("state"),
                "--out",
                home.resolve("out"),
                "--store",
                store.name(),
                "--parallelism",
                parallelism,
                "--epoch-interval",
                "20ms");
    }

    private static Path log(Path home) {
        return home.resolve("log");
    }
}
