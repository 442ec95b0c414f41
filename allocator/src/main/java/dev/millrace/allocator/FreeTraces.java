package dev.millrace.allocator;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where blocks were freed last, for one free in an interval. Any thread may call any method.
 *
 * <p>A fixed number of places: a newer free takes the place of an older one.
 */
final class FreeTraces {
    private static final int SLOTS = 1 << 14;
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private record Trace(long address, Throwable where) {}

    private final AtomicReferenceArray<@Nullable Trace> traces = new AtomicReferenceArray<>(SLOTS);
    private final ReentrantLock lock = new ReentrantLock();
    private final int interval;
    private final SplittableRandom random = new SplittableRandom(0);
    private final SampleRate rate;
    private long untilSample;

    /**
     * With the interval, and the clock that stacks are limited by as those of allocations are.
     *
     * @param interval one free in this many is kept, 0 for none
     */
    FreeTraces(int interval, LongSupplier nanoClock) {
        this.interval = interval;
        rate = new SampleRate(nanoClock);
        untilSample = nextInterval();
    }

    /** Keeps the caller's stack, or not. */
    void note(long address) {
        if (interval == 1 || (isDue() && rate.permits())) {
            Throwable where =
                    new Throwable("freed here: thread=" + Thread.currentThread().getName());
            traces.set(slotOf(address), new Trace(address, where));
        }
    }

    /** Where the block that starts here was freed last, if that was kept. */
    @Nullable
    Throwable of(long address) {
        Trace trace = traces.get(slotOf(address));
        return trace == null || trace.address() != address ? null : trace.where();
    }

    /** A free that finds the lock taken is not counted. */
    private boolean isDue() {
        if (interval == 0 || !lock.tryLock()) {
            return false;
        }
        try {
            final boolean isDue = --untilSample == 0;
            if (isDue) {
                untilSample = nextInterval();
            }
            return isDue;
        } finally {
            lock.unlock();
        }
    }

    private long nextInterval() {
        return interval <= 1 ? 1 : random.nextLong(1, 2L * interval);
    }

    private static int slotOf(long address) {
        return (int) ((address * SPREAD) >>> 32) & (SLOTS - 1);
    }
}
