package dev.millrace.engine;

import java.time.Duration;
import java.util.Map;

/**
 * What a finished job did. Counts are over all lives of the job; times and memory over the last.
 *
 * @param pipeline its name
 * @param resumedFromEpoch the committed epoch that this life started from, 0 if from the beginning
 * @param lastEpoch the last committed epoch
 * @param events that the sources read
 * @param skipped malformed input that was skipped
 * @param late events that came after their window had closed and that no {@code onLate} took, by aggregate
 * @param rows that each sink wrote
 * @param elapsed from start to end of this life
 * @param commits how many epochs this life committed
 * @param commitP50 median time from asking for an epoch to its commit being durable
 * @param commitP99 the same at the 99th percentile
 * @param stallP50 median time that a barrier held a task up: what lay in its pages, then the seal of its state; without
 *     the wait for other inputs, in which the task reads those
 * @param stallP99 the same at the 99th percentile
 * @param stallMax the longest
 * @param firstResult from start until the first output of this life was visible; zero if there was none
 * @param peakOffHeapBytes the most memory that was live at once, of all jobs of the engine
 * @param leakedOffHeapBytes what was still live after everything was closed: 0. While other jobs of the engine run nobody can
 *     tell, and it is 0 too
 * @param coldState what became of state that did not fit its part of memory
 */
public record JobReport(
        String pipeline,
        long resumedFromEpoch,
        long lastEpoch,
        long events,
        long skipped,
        Map<String, Long> late,
        Map<String, Long> rows,
        Duration elapsed,
        long commits,
        Duration commitP50,
        Duration commitP99,
        Duration stallP50,
        Duration stallP99,
        Duration stallMax,
        Duration firstResult,
        long peakOffHeapBytes,
        long leakedOffHeapBytes,
        ColdStateReport coldState) {
    public JobReport {
        late = Map.copyOf(late);
        rows = Map.copyOf(rows);
    }

    /** Late events of all aggregates. */
    public long lateEvents() {
        return late.values().stream().mapToLong(Long::longValue).sum();
    }
}
