package dev.millrace.engine.internal.runtime;

/** Where a task's work comes from. Used by the thread that holds the task. */
interface TaskInput {
    /** Does one bounded piece of work. */
    Progress step(Task task);

    /** Whether some inputs wait for the barrier of others. */
    boolean isAligning();

    /** Where the input is, for people. */
    String place();
}
