package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.stream.Egress;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.RecordLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An egress over an {@link EgressLane} for each task. Threads that take are one at a time behind a lock; tasks never see it. */
public final class LaneEgress<T> implements Egress<T> {
    /** Between two looks of a thread that waits: from the first to the second, doubling. */
    private static final long MIN_RETRY_NANOS = 20_000;

    private static final long MAX_RETRY_NANOS = 1_000_000;

    private final Class<T> type;
    private final int capacityBytes;
    private final boolean onlyCommitted;
    private final ReentrantLock lock = new ReentrantLock();
    /** Touched under the lock, as is everything here. */
    private final FlatCodec<T> codec;
    /** What waited when the job ended. */
    private final ArrayDeque<T> rest = new ArrayDeque<>();

    private int nextLane;
    private @Nullable EgressRun run;
    private boolean wasFilled;
    private volatile boolean isClosed;

    public LaneEgress(Class<T> type, int capacityBytes, boolean onlyCommitted) {
        if (capacityBytes < MIN_CAPACITY_BYTES || capacityBytes > MAX_CAPACITY_BYTES) {
            throw new IllegalArgumentException("capacity of an egress must be from " + MIN_CAPACITY_BYTES + " to "
                    + MAX_CAPACITY_BYTES + " bytes: capacityBytes=" + capacityBytes);
        }
        this.type = type;
        this.capacityBytes = capacityBytes;
        this.onlyCommitted = onlyCommitted;
        RecordLayout.of(type);
        codec = FlatCodec.of(type);
    }

    public Class<T> type() {
        return type;
    }

    public int capacityBytes() {
        return capacityBytes;
    }

    public boolean isOnlyCommitted() {
        return onlyCommitted;
    }

    /** Lets a job fill it. */
    public EgressRun begin(BlockAllocator memory, LongSupplier nanoTime) {
        lock.lock();
        try {
            if (run != null) {
                throw new IllegalStateException("egress is filled by a job already: type=" + type.getName()
                        + "; give each running job its own");
            }
            EgressRun now = new EgressRun(memory, onlyCommitted, capacityBytes, nanoTime, this::isClosed, this::ended);
            run = now;
            wasFilled = true;
            return now;
        } finally {
            lock.unlock();
        }
    }

    /** Says that the job that was to fill it had ended in an earlier life. */
    public void nothingComes() {
        lock.lock();
        try {
            wasFilled = true;
        } finally {
            lock.unlock();
        }
    }

    private void ended(EgressRun over) {
        lock.lock();
        try {
            for (T result = next(over); result != null; result = next(over)) {
                if (!isClosed) {
                    rest.add(result);
                }
            }
            run = null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable T next(EgressRun from) {
        List<EgressLane> lanes = from.lanes();
        for (int i = 0; i < lanes.size(); i++) {
            EgressLane lane = lanes.get((nextLane + i) % lanes.size());
            long blob = lane.peek();
            if (blob != 0) {
                T result = codec.readBlob(blob);
                lane.take();
                nextLane = (nextLane + i + 1) % lanes.size();
                return result;
            }
        }
        return null;
    }

    @Override
    public @Nullable T poll() {
        lock.lock();
        try {
            T result = rest.poll();
            EgressRun from = run;
            return result != null || from == null || isClosed ? result : next(from);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable T poll(Duration atMost) throws InterruptedException {
        T result = poll();
        EgressRun from = running();
        if (result != null || from == null) {
            return result != null ? result : poll();
        }
        long startNanos = from.nanoTime();
        long waitNanos = MIN_RETRY_NANOS;
        while (result == null && !isFinished() && from.nanoTime() - startNanos < atMost.toNanos()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while an egress was empty");
            }
            LockSupport.parkNanos(waitNanos);
            waitNanos = Math.min(MAX_RETRY_NANOS, 2 * waitNanos);
            result = poll();
        }
        return result;
    }

    private @Nullable EgressRun running() {
        lock.lock();
        try {
            return run;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isFinished() {
        lock.lock();
        try {
            return isClosed || (wasFilled && run == null && rest.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    /** Whether results are dropped. */
    boolean isClosed() {
        return isClosed;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            rest.clear();
            EgressRun from = run;
            while (from != null && next(from) != null) {
                // Dropped: so that a job that waits for room goes on.
            }
        } finally {
            lock.unlock();
        }
    }
}
