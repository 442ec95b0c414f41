package dev.millrace.engine.internal.runtime;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The engine's worker threads, for the tasks of all its jobs. A task is woken on the worker whose memory it lives in, and
 * runs there unless that one is busy and another has nothing to do.
 */
public final class Workers implements Scheduler {
    /** The most tasks of all jobs together; the run queue of each worker has room for all of them. */
    public static final int MAX_TASKS = 8192;

    private final List<Worker> workers;
    private final AtomicBoolean hasStarted = new AtomicBoolean();
    private final AtomicInteger taskCount = new AtomicInteger();

    public Workers(Crew crew) {
        workers = IntStream.range(0, crew.order().workers())
                .mapToObj(i -> new Worker(i, crew, this))
                .toList();
    }

    @Override
    public void admit(int count) {
        int after = taskCount.addAndGet(count);
        if (after > MAX_TASKS) {
            taskCount.addAndGet(-count);
            throw new IllegalStateException("engine has too many tasks: tasks=" + (after - count) + ", ofTheNewJob="
                    + count + ", maxTasks=" + MAX_TASKS + "; use fewer partitions, or another engine");
        }
    }

    @Override
    public void dismiss(int count) {
        taskCount.addAndGet(-count);
    }

    /** How many tasks were admitted and are not gone. */
    int taskCount() {
        return taskCount.get();
    }

    Worker worker(int index) {
        return workers.get(index);
    }

    @Override
    public void schedule(Task task) {
        Worker home = workers.get(task.workerIndex());
        home.add(task);
        if (!home.wake() && home.isInTurn()) {
            wakeOneOf(home.neighbours());
        }
    }

    private void wakeOneOf(List<Worker> others) {
        for (int i = 0; i < others.size(); i++) {
            if (others.get(i).wake()) {
                return;
            }
        }
    }

    @Override
    public void nudge(Task task) {
        workers.get(task.holder()).nudge();
    }

    @Override
    public void start() {
        if (hasStarted.compareAndSet(false, true)) {
            workers.forEach(Worker::start);
        }
    }

    @Override
    public void close() {
        workers.forEach(Worker::stop);
        workers.forEach(Worker::close);
    }
}
