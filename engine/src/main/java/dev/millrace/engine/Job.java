package dev.millrace.engine;

/** A running pipeline. Any thread may call any method. */
public interface Job {
    /**
     * Waits for the end of the input and of the last epoch.
     *
     * @throws JobFailedException if a part of the job failed
     * @throws InterruptedException if this thread was interrupted; the job goes on
     */
    JobReport await() throws InterruptedException;

    /** Says how far the job is. Costs the job nothing. */
    JobProgress progress();

    /** Whether the job has ended, well or not. */
    boolean isDone();
}
