package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The memory of the tasks of all jobs of an engine. Any thread may ask for a handle. */
public final class EngineMemory implements TaskMemory {
    private final SlabAllocator allocator;

    private final HandlePlan plan;
    /** Of those that are no workers: they share handles. */
    private final ReentrantLock lock = new ReentrantLock();

    /** @param allocator open for as many workers as the plan has handles */
    public EngineMemory(SlabAllocator allocator, HandlePlan plan) {
        this.allocator = allocator;
        this.plan = plan;
    }

    @Override
    public BlockAllocator ofWorker(int worker) {
        return allocator.worker(worker);
    }

    @Override
    public BlockAllocator ofWorker(int worker, int home, @Nullable String operator) {
        return handle(plan.handle(worker, home), operator);
    }

    @Override
    public BlockAllocator outside(int home, @Nullable String operator) {
        return new LockedHandle(handle(plan.outside(home), operator), lock);
    }

    private BlockAllocator handle(int index, @Nullable String operator) {
        return operator == null
                ? allocator.worker(index)
                : allocator.forOperator(
                        index, operator, MemoryPool.INDEX, allocator.config().operators());
    }

    @Override
    public BlockAllocator reserve() {
        return allocator.reserve();
    }

    /** Passes on what a worker has no use for. Called by the worker when it has nothing to do. */
    public void flush(int worker) {
        for (int handle : plan.handlesOf(worker)) {
            allocator.worker(handle).flush();
        }
    }

    /** Passes on what was used to build or close tasks. Any thread. */
    public void flushOutside() {
        lock.lock();
        try {
            for (int handle : plan.handlesOutside()) {
                allocator.worker(handle).flush();
            }
        } finally {
            lock.unlock();
        }
    }
}
