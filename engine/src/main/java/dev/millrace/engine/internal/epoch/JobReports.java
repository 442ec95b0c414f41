package dev.millrace.engine.internal.epoch;

import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.ColdStateReport;
import dev.millrace.engine.JobReport;
import dev.millrace.engine.internal.miss.Gate;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.runtime.SnapshotWait;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Makes the report of a job that has ended. */
final class JobReports {
    private static final String SOURCE = "source.";
    private static final String LATE = "late.";
    private static final String SINK = "sink.";

    private JobReports() {}

    static JobReport of(
            LogicalPlan plan,
            Map<String, Long> counters,
            long resumedFromEpoch,
            @Nullable EpochService service,
            long startNanos,
            long endNanos,
            SlabAllocator allocator,
            long leakedBytes) {
        Histogram commits = service == null ? new Histogram(3) : service.commitMicros();
        Histogram stalls = service == null ? new Histogram(3) : service.stallMicros();
        long firstResult = service == null ? -1 : service.firstResultNanos();
        return new JobReport(
                plan.name(),
                resumedFromEpoch,
                service == null ? resumedFromEpoch : service.committedEpoch(),
                named(counters, SOURCE, ".events").values().stream()
                        .mapToLong(Long::longValue)
                        .sum(),
                named(counters, SOURCE, ".skipped").values().stream()
                        .mapToLong(Long::longValue)
                        .sum(),
                named(counters, LATE, ""),
                named(counters, SINK, ".rows"),
                Duration.ofNanos(endNanos - startNanos),
                commits.getTotalCount(),
                micros(commits.getValueAtPercentile(50)),
                micros(commits.getValueAtPercentile(99)),
                micros(stalls.getValueAtPercentile(50)),
                micros(stalls.getValueAtPercentile(99)),
                micros(stalls.getMaxValue()),
                firstResult < 0 ? Duration.ZERO : Duration.ofNanos(firstResult - startNanos),
                allocator.statistics().peakLiveBytes(),
                leakedBytes,
                new ColdStateReport(
                        counters.getOrDefault(Gate.EVICTED, 0L),
                        counters.getOrDefault(Gate.KEYS_READ, 0L),
                        counters.getOrDefault(Gate.KEYS_FOUND, 0L),
                        counters.getOrDefault(Gate.PAGES_PARKED, 0L),
                        counters.getOrDefault(SnapshotWait.WAITS, 0L),
                        micros(counters.getOrDefault(SnapshotWait.WAITED_MICROS, 0L))));
    }

    private static Duration micros(long count) {
        return Duration.of(count, ChronoUnit.MICROS);
    }

    /** The counters with this beginning and end, without them. */
    private static Map<String, Long> named(Map<String, Long> counters, String beginning, String end) {
        Map<String, Long> found = new TreeMap<>();
        counters.forEach((name, value) -> {
            if (name.startsWith(beginning) && name.endsWith(end)) {
                found.put(name.substring(beginning.length(), name.length() - end.length()), value);
            }
        });
        return found;
    }
}
