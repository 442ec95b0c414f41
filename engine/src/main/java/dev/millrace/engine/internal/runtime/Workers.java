package dev.millrace.engine.internal.runtime;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** The engine's worker threads. A task runs on the worker whose memory it lives in. */
public final class Workers implements Scheduler {
    private final List<Worker> workers;

    /**
     * @param count of threads
     * @param cpus to pin them to, one each; empty for no pinning
     * @param maxTasks that will ever be scheduled at a time
     * @param whenIdle called with a worker's number, on its thread, each time it finds nothing to do
     */
    public Workers(String name, int count, int[] cpus, int maxTasks, IntConsumer whenIdle) {
        workers = IntStream.range(0, count)
                .mapToObj(i -> new Worker(
                        name + "-worker-" + i, i < cpus.length ? cpus[i] : -1, maxTasks, () -> whenIdle.accept(i)))
                .toList();
    }

    @Override
    public void schedule(Task task) {
        workers.get(task.workerIndex()).schedule(task);
    }

    @Override
    public void start() {
        workers.forEach(Worker::start);
    }

    @Override
    public void close() {
        workers.forEach(Worker::close);
    }
}
