package dev.millrace.bench.workload;

import dev.millrace.engine.ColdStateReport;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What came of one run.
 *
 * @param outputs how many there were
 * @param checksum the wrapping sum of their terms
 * @param offHeapBytes the most off-heap memory that was live at once, 0 where it is not counted
 * @param epochs what was committed, null if nothing was to be
 * @param coldState what became of state that did not fit its budget, null if there was none
 * @param latencyNanos from when an event was due until it was counted, null if that was not the question
 */
public record Outcome(
        long outputs,
        long checksum,
        long offHeapBytes,
        @Nullable Epochs epochs,
        @Nullable ColdStateReport coldState,
        @Nullable Histogram latencyNanos) {
    /**
     * Commits of a run.
     *
     * @param count how many
     * @param commitP50 median time from asking for an epoch to its commit being durable
     * @param commitP99 the same at the 99th percentile
     * @param stallP50 median time that a barrier held a task up
     * @param stallP99 the same at the 99th percentile
     * @param stallMax the longest
     */
    public record Epochs(
            long count,
            Duration commitP50,
            Duration commitP99,
            Duration stallP50,
            Duration stallP99,
            Duration stallMax) {}

    /** Outputs and their sum, nothing else. */
    public static Outcome of(long outputs, long checksum) {
        return new Outcome(outputs, checksum, 0, null, null, null);
    }

    /** The same with latencies. */
    public Outcome withLatency(Histogram nanos) {
        return new Outcome(outputs, checksum, offHeapBytes, epochs, coldState, nanos);
    }
}
