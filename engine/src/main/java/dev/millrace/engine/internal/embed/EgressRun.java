package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** An egress while a job fills it: a lane for each of its tasks. */
public final class EgressRun implements AutoCloseable {
    private final BlockAllocator allocator;
    private final boolean onlyCommitted;
    private final long capacityBytes;
    private final LongSupplier nanoTime;
    private final BooleanSupplier isDropping;
    private final Consumer<EgressRun> whenClosed;
    private final List<EgressLane> lanes = new CopyOnWriteArrayList<>();
    private boolean isClosed;

    /** @param isDropping whether nobody takes results any more */
    EgressRun(
            BlockAllocator allocator,
            boolean onlyCommitted,
            long capacityBytes,
            LongSupplier nanoTime,
            BooleanSupplier isDropping,
            Consumer<EgressRun> whenClosed) {
        this.allocator = allocator;
        this.onlyCommitted = onlyCommitted;
        this.capacityBytes = capacityBytes;
        this.nanoTime = nanoTime;
        this.isDropping = isDropping;
        this.whenClosed = whenClosed;
    }

    EgressLane newLane() {
        EgressLane lane = new EgressLane(allocator, onlyCommitted);
        lanes.add(lane);
        return lane;
    }

    List<EgressLane> lanes() {
        return lanes;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** Whether sources should read no further. Any thread may ask. */
    public boolean isFull() {
        long waiting = 0;
        for (EgressLane lane : lanes) {
            waiting += lane.waitingBytes();
        }
        return waiting > capacityBytes && !isDropping.getAsBoolean();
    }

    /** Shows results of epochs up to this one. Called by the epoch thread. */
    public void commit(long epoch) {
        lanes.forEach(lane -> lane.commit(epoch));
    }

    /** Gives what waits to the egress, and the memory back. When no task runs any more. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            whenClosed.accept(this);
            lanes.forEach(EgressLane::free);
        }
    }
}
