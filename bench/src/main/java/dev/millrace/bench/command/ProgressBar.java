package dev.millrace.bench.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A line for each step of something long: how far it is, and how long the rest will take if the steps are alike. */
final class ProgressBar {
    private static final int CELLS = 24;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final PrintWriter out;
    private final int steps;
    private final LongSupplier clock;
    private final long startNanos;
    private int done;

    /** @param clock in nanoseconds, such as {@code System::nanoTime} */
    ProgressBar(PrintWriter out, int steps, LongSupplier clock) {
        this.out = out;
        this.steps = steps;
        this.clock = clock;
        startNanos = clock.getAsLong();
    }

    /** The next step begins; those before it are done. */
    void begin(String step) {
        out.println(line() + " " + step);
        done++;
    }

    private String line() {
        int shown = Math.min(done, steps);
        int filled = CELLS * shown / steps;
        return "[" + "#".repeat(filled) + ".".repeat(CELLS - filled) + "] " + 100 * shown / steps + " %, left "
                + left(shown) + ":";
    }

    private String left(int shown) {
        if (shown == 0) {
            return "?";
        }
        long seconds = (clock.getAsLong() - startNanos) / shown * (steps - shown) / NANOS_PER_SECOND;
        return Duration.ofSeconds(seconds).toString().substring(2);
    }
}
