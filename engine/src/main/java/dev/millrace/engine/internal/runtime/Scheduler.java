package dev.millrace.engine.internal.runtime;

/**
 * The seam that decides which task runs when, and on which thread. A task is stepped by one thread at a time; handing it
 * to another thread publishes everything the first one wrote.
 */
public interface Scheduler extends AutoCloseable {
    /** Puts a task among those that may have something to do. Any thread may call it; a task is there at most once. */
    void schedule(Task task);

    /** Begins to run what is scheduled. */
    void start();

    /** Stops, and returns when no task is being stepped any more. */
    @Override
    void close();
}
