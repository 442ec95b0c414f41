package dev.millrace.engine.internal.runtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The allocators of a task: one for all that has no other, and one of each operator whose memory is counted by itself. They use
 * the memory of whichever worker steps the task.
 */
final class TaskAllocators {
    private final TaskMemory memory;
    private final int workerIndex;
    private final TurnAllocator first;
    private final List<TurnAllocator> all = new ArrayList<>();

    TaskAllocators(TaskMemory memory, int workerIndex) {
        this.memory = memory;
        this.workerIndex = workerIndex;
        first = add(null);
    }

    private TurnAllocator add(@Nullable String operator) {
        TurnAllocator added = new TurnAllocator(memory, workerIndex, operator);
        all.add(added);
        return added;
    }

    TurnAllocator first() {
        return first;
    }

    TurnAllocator of(String operator) {
        return add(operator);
    }

    /** A view. */
    List<TurnAllocator> all() {
        return all;
    }

    void enter(int worker) {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).enter(worker);
        }
    }

    void leave() {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).leave();
        }
    }
}
