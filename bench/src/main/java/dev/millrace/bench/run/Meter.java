package dev.millrace.bench.run;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/** Measures what happens between {@link #start} and {@link #stop}. Used by one thread. */
final class Meter implements AutoCloseable {
    private final HeapMeter heap = new HeapMeter();
    private final MemorySampler memory = new MemorySampler();
    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private long wallNanos;
    private long cpuNanos;
    private long gcCount;
    private long gcMillis;
    private OptionalLong machineNanos = OptionalLong.empty();

    /** Collects garbage first, so that a run does not pay for the one before. */
    void start() {
        System.gc();
        ProcFiles.resetPeakResident();
        gcCount = gcCount();
        gcMillis = gcMillis();
        machineNanos = ProcFiles.busyNanosOfMachine();
        cpuNanos = process.getProcessCpuTime();
        heap.start();
        memory.start();
        wallNanos = System.nanoTime();
    }

    Usage stop() {
        long wall = System.nanoTime() - wallNanos;
        long cpu = process.getProcessCpuTime() - cpuNanos;
        return new Usage(
                wall,
                cpu,
                heap.allocatedBytes(),
                gcCount() - gcCount,
                gcMillis() - gcMillis,
                ProcFiles.peakResidentBytes().orElse(0),
                othersShare(wall, cpu),
                memory.stop());
    }

    @Override
    public void close() {
        heap.close();
        memory.close();
    }

    private double othersShare(long wall, long cpu) {
        OptionalLong now = ProcFiles.busyNanosOfMachine();
        if (now.isEmpty() || machineNanos.isEmpty()) {
            return -1;
        }
        long others = now.getAsLong() - machineNanos.getAsLong() - cpu;
        double all = (double) wall * Runtime.getRuntime().availableProcessors();
        return Math.min(1, Math.max(0, others / all));
    }

    private static long gcCount() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private static long gcMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
