package dev.millrace.bench.run;

/**
 * What a run used.
 *
 * @param wallNanos by the clock on the wall
 * @param cpuNanos of all threads of the process
 * @param heapBytes allocated on the heap
 * @param gcCount collections
 * @param gcMillis time in them
 * @param peakResidentBytes the most memory of the process, 0 if unknown
 * @param othersShare of all processors, used by other processes, from 0 to 1; negative if unknown
 * @param memory over time
 */
public record Usage(
        long wallNanos,
        long cpuNanos,
        long heapBytes,
        long gcCount,
        long gcMillis,
        long peakResidentBytes,
        double othersShare,
        MemoryCurve memory) {}
