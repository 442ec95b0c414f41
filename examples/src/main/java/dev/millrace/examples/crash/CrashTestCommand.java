package dev.millrace.examples.crash;

import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Kills a job and checks its results. */
@Command(
        name = "crash-test",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Starts a job in a process of its own, kills it with kill -9 at random moments and at every named point in the life"
                    + " of an epoch, and starts it again. In the end its windows, sessions and running totals are compared with"
                    + " those that a simple program computes: nothing may be lost, doubled or torn.",
            ""
        },
        footer = {
            "",
            "The exit code is 0 if nothing is wrong, and 1 if something is; what the last jobs left on the disk stays then.",
            "",
            "Examples:",
            "  millrace crash-test",
            "  millrace crash-test --kills 1000 --store rocksdb",
            "  millrace crash-test --seed 42               kills and inputs as before; moments differ a little"
        })
public final class CrashTestCommand implements Callable<Integer> {
    private static final int MAX_KILLS = 1_000_000;
    private static final int KILLS_PER_LINE = 10;

    /** Which stores are tested. */
    enum Stores {
        MAPDB,
        ROCKSDB,
        BOTH;

        private List<StoreKind> kinds() {
            return switch (this) {
                case MAPDB -> List.of(StoreKind.MAPDB);
                case ROCKSDB -> List.of(StoreKind.ROCKSDB);
                case BOTH -> List.of(StoreKind.values());
            };
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "50",
            description = "How often to kill with each store. Default: ${DEFAULT-VALUE}.")
    private int killCount;

    @Option(
            names = "--store",
            paramLabel = "mapdb|rocksdb|both",
            defaultValue = "both",
            description = "What committed state is folded into. Default: ${DEFAULT-VALUE}.")
    private Stores stores;

    @Option(names = "--seed", paramLabel = "S", description = "Of inputs and kills. Default: by chance, and printed.")
    private @Nullable Long givenSeed;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (killCount < 1 || killCount > MAX_KILLS) {
            throw new IllegalArgumentException(
                    "number of kills must be from 1 to " + MAX_KILLS + ": kills=" + killCount);
        }
        PrintWriter out = spec.commandLine().getOut();
        long seed = givenSeed == null ? new Random().nextLong() : givenSeed;
        out.println("seed " + seed);
        boolean isGood = true;
        for (StoreKind store : stores.kinds()) {
            isGood &= test(store, seed, out);
        }
        return isGood ? 0 : 1;
    }

    private boolean test(StoreKind store, long seed, PrintWriter out) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("millrace-crash-test-");
        int[] lines = {0};
        CrashTest test = new CrashTest(home, store, seed, line -> {
            if (++lines[0] % KILLS_PER_LINE == 0) {
                out.println(line);
            }
        });
        boolean isGood = false;
        try {
            test.run(killCount);
            isGood = test.isGood();
            out.println(test.summary());
            out.println("  "
                    + test.hits().entrySet().stream()
                            .map(entry ->
                                    entry.getKey().name().toLowerCase(java.util.Locale.ROOT) + " " + entry.getValue())
                            .collect(Collectors.joining(", ")));
        } finally {
            if (isGood) {
                delete(home);
            } else {
                out.println("kept: " + home + ", seed " + seed);
            }
        }
        return isGood;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
