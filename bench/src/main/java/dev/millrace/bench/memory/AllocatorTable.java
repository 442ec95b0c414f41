package dev.millrace.bench.memory;

import dev.millrace.allocator.Memory;
import dev.millrace.bench.memory.Probe.Subject;
import dev.millrace.bench.peer.PeerKind;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The engine's allocator beside its peers, all measurements in one table of one run.
 *
 * <p>Peers take turns, size by size and round by round, each in a new JVM every time, so that a busy minute of the machine meets
 * all of them. The best of the rounds counts. Progress goes to standard error, the table to standard output.
 */
public final class AllocatorTable {
    private static final int ROUNDS = 3;

    private final boolean isQuick;
    private final List<PeerKind> peers = PeerKind.available();

    /** What was measured of one peer. */
    private record Cell(double value, double garbageBytes) {
        private Cell best(Cell other) {
            return other.value < value || Double.isNaN(value) ? other : this;
        }
    }

    /** One measurement of one peer. */
    @FunctionalInterface
    private interface Measurement {
        Cell of(PeerKind peer, int sizeBytes) throws IOException, InterruptedException, RunnerException;
    }

    private AllocatorTable(boolean isQuick) {
        this.isQuick = isQuick;
    }

    /** Measures everything and prints the table. */
    public static void print(boolean isQuick) throws IOException, InterruptedException, RunnerException {
        new AllocatorTable(isQuick).print();
    }

    private void print() throws IOException, InterruptedException, RunnerException {
        System.out.printf(
                "Java %s, %s %s, %d processors, memory by %s; best of %d rounds%n%n",
                System.getProperty("java.version"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Memory.mechanism(),
                rounds());
        StringBuilder head = new StringBuilder("| measurement | size |");
        StringBuilder line = new StringBuilder("|---|---:|");
        for (PeerKind peer : peers) {
            head.append(' ').append(peer.title()).append(" |");
            line.append("---:|");
        }
        System.out.println(head.append(" ratio to the best peer |"));
        System.out.println(line.append("---:|"));
        rows(
                "pair, ns",
                List.of(64, 256, 4096, 32768, 1 << 20),
                (peer, size) -> jmh(AllocFreePair.class, peer, size, 1));
        List<Integer> batchSizes = isQuick ? List.of(256) : List.of(64, 256, 4096, 32768);
        rows("batch of 1000, ns a block", batchSizes, (peer, size) -> jmh(AllocBatch.class, peer, size, 1));
        rows("batch of 1000, 2 threads, ns a block", batchSizes, (peer, size) -> jmh(AllocBatch.class, peer, size, 2));
        rows("handed over, CPU ns a block", List.of(64, 4096, 32768), (peer, size) -> handOver(peer, size));
        if (FootprintPerBlock.isAvailable()) {
            rows("bytes over the payload", List.of(64, 256, 4096, 5000, 32768), (peer, size) -> footprint(peer, size));
        }
        System.out.println();
        System.out.println("In brackets: bytes of garbage for each block, where there are any.");
    }

    private void rows(String name, List<Integer> sizes, Measurement measurement)
            throws IOException, InterruptedException, RunnerException {
        for (int sizeBytes : sizes) {
            Map<PeerKind, Cell> row = new EnumMap<>(PeerKind.class);
            for (int round = 0; round < rounds(); round++) {
                for (PeerKind peer : peers) {
                    System.err.printf("%s, %d bytes, round %d: %s%n", name, sizeBytes, round + 1, peer.title());
                    row.merge(peer, measurement.of(peer, sizeBytes), Cell::best);
                }
            }
            System.out.println(row(name, sizeBytes, row));
        }
    }

    private String row(String name, int sizeBytes, Map<PeerKind, Cell> row) {
        StringBuilder line = new StringBuilder("| " + name + " | " + sizeBytes + " |");
        double bestPeer = Double.MAX_VALUE;
        for (PeerKind peer : peers) {
            Cell cell = row.get(peer);
            line.append(' ').append(text(cell)).append(" |");
            if (peer != PeerKind.MILLRACE && !Double.isNaN(cell.value)) {
                bestPeer = Math.min(bestPeer, cell.value);
            }
        }
        double ours = row.get(PeerKind.MILLRACE).value;
        return line + (ours > 0 && bestPeer > 0 ? String.format(Locale.ROOT, " %.2f |", ours / bestPeer) : " – |");
    }

    private static String text(Cell cell) {
        if (Double.isNaN(cell.value)) {
            return "n/a";
        }
        String value = String.format(Locale.ROOT, "%,.1f", cell.value);
        return cell.garbageBytes < 0.5 ? value : value + String.format(Locale.ROOT, " (%,.0f)", cell.garbageBytes);
    }

    /** The fastest iteration: others on the machine make a run slower, never faster. */
    private Cell jmh(Class<?> benchmark, PeerKind peer, int sizeBytes, int threads) throws RunnerException {
        int millis = isQuick ? 200 : 500;
        Options options = new OptionsBuilder()
                .include("\\." + benchmark.getSimpleName() + "\\.")
                .param("peer", peer.name())
                .param("sizeBytes", "" + sizeBytes)
                .threads(threads)
                .forks(1)
                .warmupIterations(isQuick ? 2 : 4)
                .warmupTime(TimeValue.milliseconds(millis))
                .measurementIterations(isQuick ? 3 : 5)
                .measurementTime(TimeValue.milliseconds(millis))
                .jvmArgsPrepend(PeerFlags.forJmh().toArray(String[]::new))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(false)
                .verbosity(VerboseMode.SILENT)
                .build();
        Cell best = new Cell(Double.NaN, 0);
        for (RunResult result : new Runner(options).run()) {
            for (var fork : result.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    best = best.best(new Cell(iteration.getPrimaryResult().getScore(), garbageBytes(iteration)));
                }
            }
        }
        return best;
    }

    @SuppressWarnings("rawtypes") // JMH's own signature.
    private static double garbageBytes(IterationResult iteration) {
        for (var each : iteration.getSecondaryResults().entrySet()) {
            if (each.getKey().contains("gc.alloc.rate.norm")) {
                return each.getValue().getScore();
            }
        }
        return 0;
    }

    private Cell handOver(PeerKind peer, int sizeBytes) throws IOException, InterruptedException {
        return new Cell(peer.handsOver() ? Probe.ask(Subject.HAND_OVER, peer, sizeBytes, isQuick) : Double.NaN, 0);
    }

    private Cell footprint(PeerKind peer, int sizeBytes) throws IOException, InterruptedException {
        return new Cell(Probe.ask(Subject.FOOTPRINT, peer, sizeBytes, isQuick), 0);
    }

    private int rounds() {
        return isQuick ? 1 : ROUNDS;
    }
}
