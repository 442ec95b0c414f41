package dev.millrace.engine.internal.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Runs tasks on the test's thread, one turn of a task that chance picks at a time. */
final class SteppedScheduler implements Scheduler {
    private final List<Task> ready = new ArrayList<>();
    private final Random random;

    SteppedScheduler(long seed) {
        random = new Random(seed);
    }

    @Override
    public void schedule(Task task) {
        if (ready.contains(task)) {
            throw new AssertionError("task is scheduled twice: task=" + task.name());
        }
        ready.add(task);
    }

    @Override
    public void start() {}

    @Override
    public void close() {}

    boolean isIdle() {
        return ready.isEmpty();
    }

    /** One turn of one task; what it came to. */
    Progress turn() {
        Task task = ready.remove(random.nextInt(ready.size()));
        Progress progress = task.turn();
        if (progress == Progress.MADE || progress == Progress.WAITING) {
            schedule(task);
        }
        return progress;
    }
}
