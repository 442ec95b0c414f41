package dev.millrace.bench;

import dev.millrace.bench.command.BenchCommand;

/** Starts the suite: {@code millrace bench}. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(BenchCommand.run(args));
    }
}
