package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.Barrier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Lets a task wait while epochs that are not written yet keep more of its old state than the pool {@code SNAPSHOT} has room for. What one
 * step changes goes past that bound; the next step waits for it.
 *
 * <p>A task waits for its own snapshots only, all of epochs whose barriers it has passed on. So whatever such an epoch lacks comes
 * from tasks that do not wait for it, and the oldest one always gets written.
 *
 * <p>Used by the thread that steps the task. While there was always room, a step costs one look at a flag of each allocator.
 */
public final class SnapshotWait {
    /** The counter of waits. */
    public static final String WAITS = "state.snapshot-waits";

    /** The counter of the time that they took. */
    public static final String WAITED_MICROS = "state.snapshot-waited-micros";

    private static final long NANOS_PER_MICRO = 1_000;

    private final List<TurnAllocator> allocators;
    private final JobPort job;
    private final List<LongSupplier> overdrafts = new ArrayList<>();

    private boolean isOn;
    private long sinceNanos;
    private long waits;
    private long waitedNanos;

    SnapshotWait(List<TurnAllocator> allocators, JobPort job) {
        this.allocators = allocators;
        this.job = job;
    }

    /** Adds something that says how much more it keeps than there is room for. */
    void add(LongSupplier overdrawnBytes) {
        overdrafts.add(overdrawnBytes);
    }

    /** Whether the task should wait; looks again each time. */
    boolean isOn() {
        boolean isRefused = isOn;
        for (int i = 0; i < allocators.size(); i++) {
            isRefused |= allocators.get(i).takeRefusal();
        }
        return isRefused && isOverdrawn();
    }

    private boolean isOverdrawn() {
        long bytes = 0;
        for (int i = 0; i < overdrafts.size(); i++) {
            bytes += overdrafts.get(i).getAsLong();
        }
        boolean wasOn = isOn;
        isOn = bytes > 0;
        if (isOn && !wasOn) {
            waits++;
            sinceNanos = job.nanoTime();
        } else if (wasOn && !isOn) {
            waitedNanos += job.nanoTime() - sinceNanos;
        }
        return isOn;
    }

    /** Tells the job. */
    void count(Barrier barrier) {
        if (waits > 0) {
            barrier.count(WAITS, waits);
            barrier.count(WAITED_MICROS, waitedNanos / NANOS_PER_MICRO);
        }
    }
}
