package dev.millrace.bench.run;

import java.util.List;

/**
 * Memory over the time of a run.
 *
 * @param intervalNanos between two points
 * @param residentBytes of the process at each point; empty where it cannot be asked
 * @param heapBytes of the Java heap in use at each point
 */
public record MemoryCurve(long intervalNanos, List<Long> residentBytes, List<Long> heapBytes) {
    public MemoryCurve {
        residentBytes = List.copyOf(residentBytes);
        heapBytes = List.copyOf(heapBytes);
    }
}
