package dev.millrace.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

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

    /** Says where event time stands, and what holds it back: why a window does not fire. Costs the job nothing. */
    TimeReport timeReport();

    /**
     * Says why the oldest open window of an operator does not give its result yet, in a line for each task that has part of it.
     *
     * @param name of the windows' aggregate
     * @throws IllegalArgumentException if the running job has no windows of that name
     */
    default String whyWaiting(String name) {
        List<TimeReport.Windows> windows = timeReport().windows();
        String why = windows.stream()
                .filter(each -> each.name().equals(name))
                .map(each -> each.task() + ": " + each.why())
                .collect(Collectors.joining("\n"));
        if (why.isEmpty()) {
            throw new IllegalArgumentException("the running job has no such windows: name=" + name + ", windows="
                    + windows.stream().map(TimeReport.Windows::name).distinct().toList());
        }
        return why;
    }

    /**
     * How the epochs of the job are, and what holds them up. Costs the job nothing.
     *
     * @throws IllegalStateException if the job was started with state of a job that had ended
     */
    EpochStatistics epochs();

    /**
     * Copies what the job knows at one committed epoch into a directory: a savepoint, from which a job can be started with another
     * store, parallelism or graph, see {@link Savepoints#restore}. The job goes on meanwhile; this thread waits. Only that the store is
     * brought after what is committed waits until the copy is there.
     *
     * @param target a directory that is not there, or empty
     * @throws IllegalStateException if the job has ended, or ends before the savepoint is there
     * @throws dev.millrace.state.file.StateFileException if the directory cannot be written or is not empty; there is no savepoint
     *     then, and the job goes on
     */
    SavepointReport savepoint(Path target) throws InterruptedException;

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
