package dev.millrace.engine.internal.runtime;

/**
 * The seam that decides which task runs when, and on which thread. A task is stepped by one thread at a time; handing it
 * to another thread publishes everything the first one wrote.
 */
public interface Scheduler extends AutoCloseable {
    /** Makes schedulers. */
    @FunctionalInterface
    interface Maker {
        /** Makes a scheduler for the jobs of an engine. */
        Scheduler make(Crew crew);
    }

    /**
     * Says that a job is about to bring so many tasks.
     *
     * @throws IllegalStateException if they would be too many, with those of other jobs
     */
    default void admit(int taskCount) {}

    /** Says that tasks are gone which no queue has. Those that a queue has are counted when it comes to them. */
    default void dismiss(int taskCount) {}

    /** Puts a task among those that may have something to do. Any thread may call it; a task is there at most once. */
    void schedule(Task task);

    /** Says that what a task is asked about again and again has happened: whoever asks it should not sleep. Any thread. */
    default void nudge(Task task) {}

    /** Begins to run what is scheduled. A second call does nothing. */
    void start();

    /** Stops, and returns when no task is being stepped any more. */
    @Override
    void close();
}
