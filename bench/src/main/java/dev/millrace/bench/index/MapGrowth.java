package dev.millrace.bench.index;

import java.io.PrintStream;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * How long does a single insert take at worst while a map grows, and what does an entry take in memory?
 *
 * <p>A map grows twice: once undisturbed, for the mean; once with a look at the clock after every insert, collections of garbage
 * included. Memory is what is reachable on the heap and what the map holds off it.
 */
final class MapGrowth {
    private static final long MAX_NANOS = 100_000_000_000L;
    private static final int DIGITS = 3;

    private MapGrowth() {}

    /** The head of the table. */
    static String head(IndexCase of) {
        return String.format(
                Locale.ROOT,
                "### growth to %,d entries, %d-byte values%n%n| | ns an insert | p99.99, us | worst, us | bytes an entry |%n"
                        + "|---|---:|---:|---:|---:|",
                of.entries(),
                of.valueBytes());
    }

    /** Grows one map and prints its row. Meant for a JVM of its own, so that resident memory is the map's. */
    static void print(MapKind kind, IndexCase of, PrintStream out) {
        warmUp(kind, of);
        double mean = meanNanos(kind, of);
        Histogram nanos = new Histogram(MAX_NANOS, DIGITS);
        long heapBefore = usedHeapBytes();
        try (CountingMap map = kind.open(of)) {
            long last = System.nanoTime();
            for (long key = 0; key < of.entries(); key++) {
                map.insert(key);
                long now = System.nanoTime();
                nanos.recordValue(Math.min(now - last, MAX_NANOS));
                last = now;
            }
            double bytes = Math.max(0, usedHeapBytes() - heapBefore) + map.offHeapBytes();
            out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f | %s |%n",
                    kind.title(),
                    mean,
                    nanos.getValueAtPercentile(99.99) / 1e3,
                    nanos.getMaxValue() / 1e3,
                    map.offHeapBytes() < 0 ? "-" : String.format(Locale.ROOT, "%.1f", bytes / of.entries()));
        }
    }

    private static double meanNanos(MapKind kind, IndexCase of) {
        try (CountingMap map = kind.open(of)) {
            long start = System.nanoTime();
            for (long key = 0; key < of.entries(); key++) {
                map.insert(key);
            }
            return (System.nanoTime() - start) / (double) of.entries();
        }
    }

    private static long usedHeapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void warmUp(MapKind kind, IndexCase of) {
        IndexCase small = new IndexCase(Math.min(of.entries(), 200_000), of.valueBytes(), of.hugePages(), true);
        for (int i = 0; i < 5; i++) {
            try (CountingMap map = kind.open(small)) {
                for (long key = 0; key < small.entries(); key++) {
                    map.insert(key);
                }
            }
        }
        System.gc();
    }
}
