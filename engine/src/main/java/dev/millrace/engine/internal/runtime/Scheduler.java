package dev.millrace.engine.internal.runtime;

import java.util.function.IntConsumer;

/**
 * The seam that decides which task runs when, and on which thread. A task is stepped by one thread at a time; handing it
 * to another thread publishes everything the first one wrote.
 */
public interface Scheduler extends AutoCloseable {
    /** Makes schedulers. */
    @FunctionalInterface
    interface Maker {
        /**
         * Makes a scheduler.
         *
         * @param name what its threads are called after
         * @param workers how many there are; each task says which one is its own
         * @param cpus to run them on, one each; empty for any
         * @param maxTasks that will ever be scheduled at a time
         * @param whenIdle called with a worker's number, on its thread, each time it finds nothing to do
         */
        Scheduler make(String name, int workers, int[] cpus, int maxTasks, IntConsumer whenIdle);
    }

    /** Puts a task among those that may have something to do. Any thread may call it; a task is there at most once. */
    void schedule(Task task);

    /** Begins to run what is scheduled. */
    void start();

    /** Stops, and returns when no task is being stepped any more. */
    @Override
    void close();
}
