package dev.millrace.engine.internal.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Runs tasks on the test's thread, one turn of a task that chance picks at a time. */
final class SteppedScheduler implements Scheduler {
    private final List<Task> ready = new ArrayList<>();
    private final Random random;
    private String slowTask = "";
    private int slower;

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

    /** Gives a task one turn where it would have had so many. */
    void slowDown(String task, int times) {
        slowTask = task;
        slower = times;
    }

    /** A slow task is put off as long as others have something to do. */
    private int pick() {
        int at = random.nextInt(ready.size());
        while (ready.size() > 1 && ready.get(at).name().equals(slowTask) && random.nextInt(slower) != 0) {
            at = random.nextInt(ready.size());
        }
        return at;
    }

    boolean isIdle() {
        return ready.isEmpty();
    }

    /** One turn of one task; what it came to. */
    Progress turn() {
        Task task = ready.remove(pick());
        Progress progress = task.turn();
        if (progress == Progress.MADE || progress == Progress.WAITING) {
            schedule(task);
        }
        return progress;
    }
}
