package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.Barrier;

/** What a task may say to its job. Any thread may call any method; none waits. */
public interface JobPort {
    /** Whether sources should not read now: state that is to leave memory must first be in the store. */
    default boolean holdsSources() {
        return false;
    }

    /** Whether sources should end where they are, as if there were no more input. */
    default boolean isDraining() {
        return false;
    }

    /** The epoch that sources should end now: a barrier is due at those that have not sent it yet. */
    long requestedEpoch();

    /** Whether the requested epoch is the last one. */
    boolean isLastRequested();

    /** Says that a source has no more events. */
    void sourceFinished(Task task);

    /** Says that a barrier has gone through a task. The job owns what the barrier collected. */
    void acknowledge(Task task, Barrier barrier);

    /** Whether tasks should wait: what they hand to the log comes faster than it is written. */
    boolean isBacklogged();

    /** Says that a task has failed. The job ends with the first failure. */
    void failed(String task, String place, Throwable cause);

    /** The job's clock, for what happens once an epoch. */
    long nanoTime();

    /** Whether the job has failed. */
    boolean hasFailed();
}
