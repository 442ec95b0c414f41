package dev.millrace.bench.epoch;

import dev.millrace.bench.workload.Contender;
import dev.millrace.bench.workload.Keys;
import dev.millrace.bench.workload.Parameters;
import dev.millrace.bench.workload.Workloads;
import dev.millrace.engine.JobReport;
import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The figures of epochs, each a line of text. Used by one thread; leaves nothing behind. */
public final class EpochFigures {
    /** What is measured. */
    public enum Figure {
        /** 100,000 dirty entries of 100 B an epoch: how soon they are durable, how long tasks wait. */
        LARGE,
        /** An epoch every 10 ms with 1,000 dirty entries, beside the device's own time. */
        SMALL,
        /** From the start of a process's second life to its first result, over 1 GiB of state. */
        RECOVERY,
        /** How fast each store takes in what it lacks. */
        CATCH_UP,
        /** Throughput with an epoch a second as a part of that without. */
        COST;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final int ENTRY_BYTES = 100;

    private final StoreKind store;
    private final @Nullable Path scratch;
    private final int divisor;
    private final Consumer<String> out;

    /**
     * @param scratch where state is kept meanwhile; null for a temporary directory
     * @param divisor by which everything is smaller than the figures say
     */
    public EpochFigures(StoreKind store, @Nullable Path scratch, int divisor, Consumer<String> out) {
        this.store = store;
        this.scratch = scratch;
        this.divisor = divisor;
        this.out = out;
    }

    private interface Body {
        void run(Path directory) throws Exception;
    }

    /** Measures and tells one figure. */
    public void measure(Figure figure) throws Exception {
        switch (figure) {
            case LARGE -> inDirectory(this::large);
            case SMALL -> inDirectory(this::small);
            case RECOVERY -> inDirectory(this::recovery);
            case CATCH_UP -> catchUp();
            case COST -> cost();
        }
    }

    private void inDirectory(Body body) throws Exception {
        Path directory = scratch == null
                ? Files.createTempDirectory("millrace-epochs")
                : Files.createTempDirectory(Files.createDirectories(scratch), "millrace-epochs");
        try {
            body.run(directory);
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    private void say(String format, Object... values) {
        out.accept(String.format(Locale.ROOT, format, values));
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    private void large(Path directory) throws Exception {
        DirtyEpochs.run(directory.resolve("warm"), store, 100_000 / divisor, Duration.ofSeconds(1), 5);
        JobReport report =
                DirtyEpochs.run(directory.resolve("state"), store, 100_000 / divisor, Duration.ofSeconds(1), 15);
        say(
                "large: entries=%,d of %d B, epochs=%d, commit p50=%.1f ms p99=%.1f ms, stall p50=%.3f ms p99=%.3f ms max=%.3f ms",
                100_000 / divisor,
                ENTRY_BYTES,
                report.commits(),
                millis(report.commitP50()),
                millis(report.commitP99()),
                millis(report.stallP50()),
                millis(report.stallP99()),
                millis(report.stallMax()));
    }

    private void small(Path directory) throws Exception {
        Histogram forces = new Histogram(3);
        int count = Math.max(20, 500 / divisor);
        DirtyEpochs.run(directory.resolve("warm"), store, 1000, Duration.ofMillis(10), count);
        ForceTimes.measure(directory, 1000 * ENTRY_BYTES, count, forces);
        JobReport report = DirtyEpochs.run(directory.resolve("state"), store, 1000, Duration.ofMillis(10), 4 * count);
        ForceTimes.measure(directory, 1000 * ENTRY_BYTES, count, forces);
        say(
                "small: interval=10 ms, entries=1,000, epochs=%d in %.1f s, commit p50=%.2f ms p99=%.2f ms, fsync p50=%.2f ms p99=%.2f ms,"
                        + " stall p99=%.3f ms",
                report.commits(),
                report.elapsed().toNanos() / 1e9,
                millis(report.commitP50()),
                millis(report.commitP99()),
                forces.getValueAtPercentile(50) / 1e3,
                forces.getValueAtPercentile(99) / 1e3,
                millis(report.stallP99()));
    }

    private void recovery(Path directory) throws Exception {
        long entries = (1L << 20) / divisor;
        long memoryBytes = 3L << 30;
        DirtyEpochs.recover(directory, store, entries, memoryBytes, true);
        for (int i = 1; i <= 3; i++) {
            long nanos = DirtyEpochs.recover(directory, store, entries, memoryBytes, false);
            say(
                    "recovery %d: store=%s, entries=%,d of 1 KiB, first result after %.2f s",
                    i, store.word(), entries, nanos / 1e9);
        }
    }

    private void catchUp() throws Exception {
        for (int round = 1; round <= 2; round++) {
            for (StoreKind kind : StoreKind.values()) {
                inDirectory(directory -> {
                    double rate = StoreCatchUp.entriesPerSecond(
                            directory.resolve("state"), kind, 200, 10_000 / divisor, 1_000_000 / divisor);
                    say("catch-up: store=%s, entries/s=%,.0f, MB/s=%.1f", kind.word(), rate, rate * ENTRY_BYTES / 1e6);
                });
            }
        }
    }

    private void cost() throws Exception {
        Contender engine = Workloads.named("keyed-count").contenders().get(0);
        for (int round = 0; round <= 3; round++) {
            double[] seconds = new double[2];
            for (int i = 0; i < 2; i++) {
                Parameters parameters = new Parameters(
                        40_000_000 / divisor,
                        1_000_000 / divisor,
                        Keys.Distribution.UNIFORM,
                        1,
                        i == 0 ? Duration.ofHours(24) : Duration.ofSeconds(1),
                        store,
                        0,
                        1L << 30,
                        Map.of());
                int at = i;
                inDirectory(directory -> {
                    long startNanos = System.nanoTime();
                    engine.run(parameters, directory);
                    seconds[at] = (System.nanoTime() - startNanos) / 1e9;
                });
            }
            say(
                    "cost%s: store=%s, without epochs %.2f s, with one a second %.2f s, throughput %.1f %%",
                    round == 0 ? " (warm-up)" : "",
                    store.word(),
                    seconds[0],
                    seconds[1],
                    100 * seconds[0] / seconds[1]);
        }
    }
}
