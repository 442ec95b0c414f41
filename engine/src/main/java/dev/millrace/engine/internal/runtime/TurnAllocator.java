package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryPool;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a task, through the handle of whoever steps it: the magazines are those of that worker, the blocks of the
 * node that the task lives on. Between turns, when the task is built or closed, it is a handle for any thread.
 *
 * <p>Used by the thread that has the task.
 */
final class TurnAllocator implements BlockAllocator {
    private final TaskMemory memory;
    private final int home;
    private final @Nullable String operator;
    private final BlockAllocator outside;
    /** By worker; those that stepped the task. */
    private @Nullable BlockAllocator[] handles;

    private BlockAllocator now;

    /** Whether a block could not be counted against the pool of what snapshots see. */
    private boolean refusedToCount;

    /**
     * @param home the worker that the task lives with
     * @param operator whose limits count, too; null for none
     */
    TurnAllocator(TaskMemory memory, int home, @Nullable String operator) {
        this.memory = memory;
        this.home = home;
        this.operator = operator;
        handles = new BlockAllocator[home + 1];
        outside = memory.outside(home, operator);
        now = outside;
    }

    /** Begins a turn. */
    void enter(int worker) {
        BlockAllocator handle = worker < handles.length ? handles[worker] : null;
        now = handle != null ? handle : firstTurnOn(worker);
    }

    /** Ends a turn. */
    void leave() {
        now = outside;
    }

    /** Whether there was no room for what snapshots see since this was asked last. */
    boolean takeRefusal() {
        final boolean refused = refusedToCount;
        refusedToCount = false;
        return refused;
    }

    private BlockAllocator firstTurnOn(int worker) {
        if (worker >= handles.length) {
            handles = java.util.Arrays.copyOf(handles, worker + 1);
        }
        BlockAllocator handle = memory.ofWorker(worker, home, operator);
        handles[worker] = handle;
        return handle;
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        return now.tryAllocate(pool, sizeBytes);
    }

    @Override
    public long allocate(MemoryPool pool, int sizeBytes) {
        return now.allocate(pool, sizeBytes);
    }

    @Override
    public long tryAllocateRun(MemoryPool pool, long sizeBytes) {
        return now.tryAllocateRun(pool, sizeBytes);
    }

    @Override
    public long allocateRun(MemoryPool pool, long sizeBytes) {
        return now.allocateRun(pool, sizeBytes);
    }

    @Override
    public void free(long address) {
        now.free(address);
    }

    @Override
    public boolean tryCountAgainst(long address, MemoryPool pool) {
        final boolean isCounted = now.tryCountAgainst(address, pool);
        refusedToCount |= !isCounted;
        return isCounted;
    }

    @Override
    public void countAgainst(long address, MemoryPool pool) {
        now.countAgainst(address, pool);
    }

    @Override
    public void countAgainstOwnPool(long address, MemoryPool pool) {
        now.countAgainstOwnPool(address, pool);
    }

    @Override
    public int sizeOf(long address) {
        return now.sizeOf(address);
    }

    @Override
    public long sizeOfRun(long address) {
        return now.sizeOfRun(address);
    }

    @Override
    public void flush() {
        now.flush();
    }

    @Override
    public int generationOf(long address) {
        return now.generationOf(address);
    }

    @Override
    public void checkGeneration(long address, int generation) {
        now.checkGeneration(address, generation);
    }
}
