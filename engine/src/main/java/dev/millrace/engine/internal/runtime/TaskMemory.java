package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import org.jspecify.annotations.Nullable;

/** Where tasks have their memory from. */
@FunctionalInterface
public interface TaskMemory {
    /** The handle of a worker. */
    BlockAllocator ofWorker(int worker);

    /**
     * The handle through which a worker takes memory where another one lives. Asked by the worker's thread.
     *
     * @param worker who uses it
     * @param home the worker whose node the memory comes from
     * @param operator that state counts against; null for none
     */
    default BlockAllocator ofWorker(int worker, int home, @Nullable String operator) {
        return ofWorker(home);
    }

    /**
     * A handle for any thread, for what comes before the first turn of a task and after its last.
     *
     * @param home the worker whose node the memory comes from, as far as that is possible
     * @param operator that state counts against; null for none
     */
    default BlockAllocator outside(int home, @Nullable String operator) {
        return ofWorker(home);
    }

    /** The handle of what must get its block where others are refused, because memory is given back behind it. */
    default BlockAllocator reserve() {
        return ofWorker(0);
    }
}
