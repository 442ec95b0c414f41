package dev.millrace.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one handle did beside its magazines.
 *
 * <p>Written by the thread that uses the handle, read by any. Counters keep a cache line's distance from what another worker
 * writes.
 */
final class HandleCounters {
    private static final VarHandle COUNTER = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int POOLS = MemoryPool.values().length;
    private static final int PAD = 16;

    private static final int REFILLS = PAD;
    private static final int DRAINS = REFILLS + 1;
    private static final int SPILLS = DRAINS + 1;
    private static final int RUN_BYTES = SPILLS + 1;
    private static final int REFUSALS = RUN_BYTES + POOLS;
    private static final int LENGTH = REFUSALS + POOLS + PAD;

    private final long[] counters = new long[LENGTH];

    void noteRefill() {
        add(REFILLS, 1);
    }

    /** Magazines filled from slabs. */
    long refills() {
        return counter(REFILLS);
    }

    void noteDrain() {
        add(DRAINS, 1);
    }

    /** Magazines emptied into slabs. */
    long drains() {
        return counter(DRAINS);
    }

    void noteSpill() {
        add(SPILLS, 1);
    }

    /** Blocks and runs handed out that lie on another node than the handle's own. */
    long spills() {
        return counter(SPILLS);
    }

    /** Counts a run that is handed out, or with a negative number one that came back. */
    void noteRun(MemoryPool pool, long bytes) {
        add(RUN_BYTES + pool.ordinal(), bytes);
    }

    /** Counts bytes of one pool in another. */
    void noteMoved(MemoryPool from, MemoryPool to, long bytes) {
        add(RUN_BYTES + from.ordinal(), -bytes);
        add(RUN_BYTES + to.ordinal(), bytes);
    }

    /** Bytes of the runs that this handle handed out, less those it took back, and of blocks that count here and are of another pool. */
    long runBytes(MemoryPool pool) {
        return counter(RUN_BYTES + pool.ordinal());
    }

    /** Counts a refusal, or with a negative number takes one back. */
    void noteRefusals(MemoryPool pool, int count) {
        add(REFUSALS + pool.ordinal(), count);
    }

    long refusals(MemoryPool pool) {
        return counter(REFUSALS + pool.ordinal());
    }

    private long counter(int slot) {
        return (long) COUNTER.getOpaque(counters, slot);
    }

    private void add(int slot, long delta) {
        COUNTER.setOpaque(counters, slot, counters[slot] + delta);
    }
}
