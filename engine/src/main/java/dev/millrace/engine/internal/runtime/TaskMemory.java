package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryLimits;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;

/** Where tasks have their memory from. Asked by the thread that starts the job. */
@FunctionalInterface
public interface TaskMemory {
    /** The handle of a worker. */
    BlockAllocator ofWorker(int worker);

    /** A handle of a worker whose state counts against an operator. */
    default BlockAllocator ofOperator(int worker, String operator) {
        return ofWorker(worker);
    }

    /** The handle of what must get its block where others are refused, because memory is given back behind it. */
    default BlockAllocator reserve() {
        return ofWorker(0);
    }

    /** The memory of an engine, with limits for each operator. */
    static TaskMemory of(SlabAllocator allocator, MemoryLimits ofOperators) {
        return new TaskMemory() {
            @Override
            public BlockAllocator ofWorker(int worker) {
                return allocator.worker(worker);
            }

            @Override
            public BlockAllocator ofOperator(int worker, String operator) {
                return allocator.forOperator(worker, operator, MemoryPool.INDEX, ofOperators);
            }

            @Override
            public BlockAllocator reserve() {
                return allocator.reserve();
            }
        };
    }
}
