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

    /**
     * Asks the job to end with one more commit, behind which the pipeline goes on when it is run again: no event is read
     * twice. Windows and timers stay as they are. {@link #await} returns the report.
     */
    void stop();

    /**
     * Asks the job to take no more input and to end as if there were none: what is open is closed, windows give their results,
     * and the last commit says that the job has ended for good. {@link #await} returns the report.
     */
    void drain();

    /**
     * Asks the job to end now, without a further commit. What was committed stays, and the pipeline goes on behind it when it is
     * run again. {@link #await} throws then, unless the job had ended before.
     */
    void cancel();

    /** Whether the job has ended, well or not. */
    boolean isDone();
}
