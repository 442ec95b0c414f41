package dev.millrace.bench.tune;

import dev.millrace.bench.run.Run;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * How good the runs of a variant were: events per second, or the 99th percentile of latencies where those are the question.
 *
 * @param median of all runs
 * @param min of them
 * @param max of them
 * @param isLatency microseconds, of which fewer are better; else events per second
 */
record Score(double median, double min, double max, boolean isLatency) {
    private static final double PERCENTILE = 99;

    static Score of(List<Run> runs, long events) {
        boolean isLatency = runs.get(0).outcome().latencyNanos() != null;
        double[] sorted = runs.stream()
                .mapToDouble(run -> isLatency ? latencyMicros(run) : run.eventsPerSecond(events))
                .sorted()
                .toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Score(median, sorted[0], sorted[sorted.length - 1], isLatency);
    }

    private static double latencyMicros(Run run) {
        Histogram latencies = run.outcome().latencyNanos();
        return latencies == null ? 0 : latencies.getValueAtPercentile(PERCENTILE) / 1e3;
    }

    /** How many times as good as another: above 1 is better. */
    double ratioTo(Score other) {
        return isLatency ? other.median / median : median / other.median;
    }

    /** Whether the worst run was better than the best one of another: anything less may be noise. */
    boolean isBetterThan(Score other) {
        return isLatency ? max < other.min : min > other.max;
    }

    /** What it counts. */
    String unit() {
        return isLatency ? "p99, us" : "events/s";
    }

    /** The median, and the range. */
    String text() {
        return String.format(Locale.ROOT, "%,.0f | %,.0f - %,.0f", median, min, max);
    }
}
