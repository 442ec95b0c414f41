package dev.millrace.bench.index;

import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What does an operation cost beside other maps, with the same keys, in the same minutes of the same JVM?
 *
 * <p>All maps are filled and stay; then they take turns, a few hundredths of a second each, round by round, so that a busy moment of
 * the machine meets all of them. The median of the rounds counts; the least and the greatest are printed beside it.
 */
final class MapComparison {
    private static final long TURN_NANOS = 40_000_000;
    private static final int WARM_UP_ROUNDS = 3;

    private final IndexCase of;
    private final int rounds;
    private final PrintStream progress;
    private final Map<MapKind, CountingMap> maps = new EnumMap<>(MapKind.class);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** One map, one operation: nanoseconds, and bytes of garbage an operation in the last round. */
    private record Figure(double median, double least, double greatest, double garbageBytes) {}

    MapComparison(IndexCase of, int rounds, PrintStream progress) {
        this.of = of;
        this.rounds = rounds;
        this.progress = progress;
    }

    /** Measures, and prints a table for each operation. */
    void print(PrintStream out) {
        try {
            open();
            for (Operation operation : Operation.values()) {
                out.println(table(operation, measure(operation)));
            }
            check();
        } finally {
            maps.values().forEach(CountingMap::close);
        }
    }

    private void open() {
        for (MapKind kind : MapKind.values()) {
            if (kind.takes(of.valueBytes()) && (of.withStores() || !kind.isSlow())) {
                progress.println("filling " + kind.title());
                CountingMap map = kind.open(of);
                maps.put(kind, map);
                for (long key = 0; key < of.entries(); key++) {
                    map.insert(key);
                }
            }
        }
    }

    private Map<MapKind, Figure> measure(Operation operation) {
        Map<MapKind, double[]> nanos = new EnumMap<>(MapKind.class);
        Map<MapKind, Double> garbage = new EnumMap<>(MapKind.class);
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            progress.printf("%s, round %d of %d%n", operation.title(), round + 1, rounds);
            for (Map.Entry<MapKind, CountingMap> each : maps.entrySet()) {
                Turn turn = turn(operation, each.getValue(), round);
                double[] all = nanos.computeIfAbsent(each.getKey(), kind -> new double[rounds]);
                if (round >= 0) {
                    all[round] = turn.nanos / (double) turn.operations;
                }
                garbage.put(each.getKey(), turn.garbageBytes / (double) turn.operations);
            }
        }
        Map<MapKind, Figure> figures = new EnumMap<>(MapKind.class);
        nanos.forEach((kind, all) -> {
            Arrays.sort(all);
            figures.put(kind, new Figure(all[rounds / 2], all[0], all[rounds - 1], garbage.get(kind)));
        });
        return figures;
    }

    /** What one map did in its turn. */
    private record Turn(long nanos, long operations, long garbageBytes) {}

    private Turn turn(Operation operation, CountingMap map, int round) {
        KeyDraw draw = new KeyDraw(of.entries(), round);
        Operation.Clock clock = new Operation.Clock();
        long before = threads.getCurrentThreadAllocatedBytes();
        long operations = 0;
        while (clock.nanos() < TURN_NANOS) {
            operations += operation.run(map, draw, clock);
        }
        return new Turn(clock.nanos(), operations, threads.getCurrentThreadAllocatedBytes() - before);
    }

    private String table(Operation operation, Map<MapKind, Figure> figures) {
        double fastutil = figures.get(MapKind.FASTUTIL).median();
        double bound = figures.get(MapKind.RANDOM_LINES).median();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "### %s: %,d entries, %d-byte values%n",
                operation.title(),
                of.entries(),
                of.valueBytes()));
        lines.add("| | ns, median | min | max | times as fast as fastutil | of the bound | garbage |");
        lines.add("|---|---:|---:|---:|---:|---:|---:|");
        figures.forEach((kind, figure) -> lines.add(String.format(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f | %.2f | %.2f | %.1f B |",
                kind.title(),
                figure.median,
                figure.least,
                figure.greatest,
                fastutil / figure.median,
                figure.median / bound,
                figure.garbageBytes)));
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    /** A map that lost a key on the way was not measured. */
    private void check() {
        maps.forEach((kind, map) -> {
            if (map.size() != of.entries()) {
                throw new IllegalStateException("a map does not hold what was put into it: map=" + kind + ", entries="
                        + map.size() + ", expected=" + of.entries());
            }
        });
    }
}
