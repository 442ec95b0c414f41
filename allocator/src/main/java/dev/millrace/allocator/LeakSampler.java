package dev.millrace.allocator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where live blocks were allocated, for some of them: stack, thread and time.
 *
 * <p>Any thread may call any method. A sample is taken by the thread that allocates and dropped by the one that frees. At
 * most {@link #MAX_LIVE_SAMPLES} are kept, the oldest of them, since what leaked is old. A program that allocates so fast
 * that one in the interval would be more than {@link SampleRate#MAX_SAMPLES_A_SECOND} is sampled less often; an interval of
 * 1 is always obeyed.
 */
final class LeakSampler {
    static final int MAX_LIVE_SAMPLES = 1 << 14;

    private static final LeakSampler OFF = new LeakSampler(0, () -> 0, () -> 0);

    /** Where one block was allocated. The stack is resolved when it is read. */
    record Sample(long address, int kind, int requestedBytes, String thread, Instant time, Throwable stack) {}

    private final int interval;
    private final LongSupplier epochMillisClock;
    private final Map<Long, Sample> live = new ConcurrentHashMap<>();
    private final AtomicLong lost = new AtomicLong();
    private final SampleRate rate;

    /**
     * With the clocks that samples are limited and dated by.
     *
     * @param interval one allocation in this many is sampled, 0 for none
     */
    LeakSampler(int interval, LongSupplier nanoClock, LongSupplier epochMillisClock) {
        this.interval = interval;
        this.epochMillisClock = epochMillisClock;
        rate = new SampleRate(nanoClock);
    }

    /** Samples nothing. */
    static LeakSampler off() {
        return OFF;
    }

    int interval() {
        return interval;
    }

    /**
     * Keeps the caller's stack for a block.
     *
     * @return false if there are too many already
     */
    boolean take(long address, int kind, int requestedBytes) {
        if (interval == 0 || (interval > 1 && !rate.permits())) {
            return false;
        }
        if (live.size() >= MAX_LIVE_SAMPLES) {
            lost.incrementAndGet();
            return false;
        }
        Thread thread = Thread.currentThread();
        Instant time = Instant.ofEpochMilli(epochMillisClock.getAsLong());
        live.put(address, new Sample(address, kind, requestedBytes, thread.getName(), time, new Throwable()));
        return true;
    }

    /** Forgets a block that came back. */
    void drop(long address) {
        live.remove(address);
    }

    /** The sample of a live block, if it has one. */
    @Nullable
    Sample of(long address) {
        return live.get(address);
    }

    /** The samples of blocks that are live now. */
    Collection<Sample> live() {
        List<Sample> samples = new ArrayList<>(live.values());
        samples.sort((left, right) -> left.time().compareTo(right.time()));
        return samples;
    }

    /** How many samples were not kept because there were too many live ones. */
    long lost() {
        return lost.get();
    }
}
