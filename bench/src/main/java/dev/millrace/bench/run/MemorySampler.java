package dev.millrace.bench.run;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the memory of the process now and then. However long a run is, no more than {@value #MAX_POINTS} points are kept:
 * when there are too many, every second one goes and the interval doubles.
 */
final class MemorySampler implements AutoCloseable {
    static final int MAX_POINTS = 200;

    private static final long FIRST_INTERVAL_NANOS = 20_000_000L;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "memory-sampler");
        thread.setDaemon(true);
        return thread;
    });

    private final List<Long> residentBytes = new ArrayList<>();
    private final List<Long> heapBytes = new ArrayList<>();
    private long intervalNanos;
    private long ticksPerPoint;
    private long ticks;
    private @Nullable ScheduledFuture<?> running;

    synchronized void start() {
        residentBytes.clear();
        heapBytes.clear();
        ticks = 0;
        ticksPerPoint = 1;
        intervalNanos = FIRST_INTERVAL_NANOS;
        running = clock.scheduleAtFixedRate(this::tick, 0, FIRST_INTERVAL_NANOS, TimeUnit.NANOSECONDS);
    }

    synchronized MemoryCurve stop() {
        if (running != null) {
            running.cancel(false);
            running = null;
        }
        return new MemoryCurve(intervalNanos, residentBytes, heapBytes);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    /** Takes a point if it is time for one. */
    synchronized void tick() {
        if (ticks++ % ticksPerPoint != 0) {
            return;
        }
        if (heapBytes.size() == MAX_POINTS) {
            halve(residentBytes);
            halve(heapBytes);
            ticksPerPoint *= 2;
            intervalNanos *= 2;
        }
        heapBytes.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        OptionalLong resident = ProcFiles.residentBytes();
        if (resident.isPresent()) {
            residentBytes.add(resident.getAsLong());
        }
    }

    private static void halve(List<Long> points) {
        List<Long> kept = new ArrayList<>();
        for (int i = 0; i < points.size(); i += 2) {
            kept.add(points.get(i));
        }
        points.clear();
        points.addAll(kept);
    }
}
