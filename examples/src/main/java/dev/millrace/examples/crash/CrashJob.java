package dev.millrace.examples.crash;

import dev.millrace.engine.CrashPoint;
import dev.millrace.state.StoreKind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A job that lives in one process after the other. Used by one thread. */
final class CrashJob {
    /** How a life ended. */
    enum End {
        KILLED,
        DONE
    }

    private static final long LONGEST_LIFE_SECONDS = 300;
    private static final int KILLED = 137;

    private final Path home;
    private final Path input;
    private final StoreKind store;
    private final int parallelism;

    CrashJob(Path home, Path input, StoreKind store, int parallelism) throws IOException {
        this.home = Files.createDirectories(home);
        this.input = input;
        this.store = store;
        this.parallelism = parallelism;
    }

    Path outputs() {
        return home.resolve("out");
    }

    /** A life that is killed after some time, if it lasts so long. */
    End killAfter(long millis, long eventsPerSecond) throws IOException, InterruptedException {
        Process process = start(eventsPerSecond);
        try {
            if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                return ended(process);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return End.KILLED;
    }

    /** A life that ends itself when it comes to a point, if it does. */
    End crashAt(CrashPoint point, int passes, long eventsPerSecond) throws IOException, InterruptedException {
        return untilEnd(start(eventsPerSecond, "--crash-at", point.name(), "--passes", Integer.toString(passes)));
    }

    /** The last life, as fast as it goes. */
    void runToTheEnd() throws IOException, InterruptedException {
        if (untilEnd(start(0)) != End.DONE) {
            throw new IllegalStateException("last life did not end: " + log());
        }
    }

    private End untilEnd(Process process) throws InterruptedException {
        try {
            if (!process.waitFor(LONGEST_LIFE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "life does not end: limitSeconds=" + LONGEST_LIFE_SECONDS + ", job=" + home);
            }
            return ended(process);
        } finally {
            process.destroyForcibly();
        }
    }

    private End ended(Process process) {
        return switch (process.exitValue()) {
            case 0 -> End.DONE;
            case KILLED -> End.KILLED;
            default ->
                throw new IllegalStateException(
                        "job does not go on: exitCode=" + process.exitValue() + ", job=" + home + ", " + log());
        };
    }

    private String log() {
        try {
            return "output: " + Files.readString(home.resolve("log")).strip();
        } catch (IOException e) {
            return "no output: " + e;
        }
    }

    private Process start(long eventsPerSecond, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                String.join(File.separator, System.getProperty("java.home"), "bin", "java"),
                // A life is short: less is compiled, and both cores are left to it.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.millrace.examples.Main",
                "crash-test-life",
                "--input",
                input.toString(),
                "--job",
                home.toString(),
                "--store",
                store.name(),
                "--parallelism",
                Integer.toString(parallelism),
                "--rate",
                Long.toString(eventsPerSecond)));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile())
                .start();
    }
}
