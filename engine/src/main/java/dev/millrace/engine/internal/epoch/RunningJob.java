package dev.millrace.engine.internal.epoch;

import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.Changes;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.EpochStatistics;
import dev.millrace.engine.Job;
import dev.millrace.engine.JobFailedException;
import dev.millrace.engine.JobProgress;
import dev.millrace.engine.JobReport;
import dev.millrace.engine.SavepointReport;
import dev.millrace.engine.TimeReport;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.runtime.JobGraph;
import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.RecoveredStateVisitor;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * One life of a job: from opening its state to giving everything back. A thread of its own steps the epoch service and
 * tidies up; any thread may ask how it is.
 */
public final class RunningJob implements Job {
    private static final long LOOK_AT_MEMORY_NANOS = 1_000_000_000L;

    private final LogicalPlan plan;
    private final Seams seams;
    private final JobPlace place;
    private final SlabAllocator allocator;
    private final CompletableFuture<JobReport> result = new CompletableFuture<>();
    private final long startNanos;
    private final JobResources resources;
    private long lastLookNanos;

    private RunningJob(LogicalPlan plan, Changes changes, EngineConfig config, Seams seams, JobPlace place) {
        this.plan = plan;
        this.seams = seams;
        this.place = place;
        allocator = place.allocator();
        startNanos = seams.clock().nanoTime();
        lastLookNanos = startNanos;
        resources = new JobResources(plan, changes, config, seams, place);
    }

    /**
     * Starts a job.
     *
     * @param changes what became of names on disk that the plan does not have
     */
    public static RunningJob start(
            LogicalPlan plan, Changes changes, EngineConfig config, Seams seams, JobPlace place) {
        RunningJob job = startStepped(plan, changes, config, seams, place);
        Thread thread = new Thread(job::run, plan.name() + "-epochs");
        thread.setDaemon(true);
        thread.start();
        return job;
    }

    /** Starts a job without a thread: the caller makes its {@link #step}s, and those of the scheduler that it is given. */
    public static RunningJob startStepped(
            LogicalPlan plan, Changes changes, EngineConfig config, Seams seams, JobPlace place) {
        RunningJob job = new RunningJob(plan, changes, config, seams, place);
        try {
            job.resources.open();
        } catch (Throwable e) {
            job.resources.release();
            throw e;
        }
        place.jobs().incrementAndGet();
        return job;
    }

    private void run() {
        while (!result.isDone()) {
            step(); // Each waits for something to do.
        }
    }

    /** Whether {@link #step} has something to do and need not wait. For whoever steps it. */
    public boolean hasNews() {
        EpochService epochs = resources.service();
        return !result.isDone() && (epochs == null || epochs.hasNews());
    }

    /** Waits for something to do, does it, and tidies up behind the last epoch or a failure. For one thread. */
    public void step() {
        try {
            EpochService epochs = resources.service();
            if (epochs != null && !epochs.step()) {
                giveBackIdleMemory();
                return;
            }
            resources.release();
        } catch (Throwable e) {
            fail(e);
            return;
        }
        boolean isAlone = place.jobs().decrementAndGet() == 0;
        result.complete(report(isAlone));
    }

    private void fail(Throwable cause) {
        Throwable problem = cause;
        try {
            resources.release();
        } catch (Throwable other) {
            problem.addSuppressed(other);
        }
        place.jobs().decrementAndGet();
        if (!(problem instanceof JobFailedException)) {
            problem = new JobFailedException("job failed: pipeline=" + plan.name() + ": " + cause.getMessage(), cause);
        }
        result.completeExceptionally(problem);
    }

    /** Throws what the job failed with, if it did. */
    public void throwFailure() {
        if (result.isCompletedExceptionally()) {
            try {
                result.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof JobFailedException failed) {
                    throw failed;
                }
                throw e;
            }
        }
    }

    /** The formats of all states; none if the job had ended before. For whoever steps it. */
    public List<StateFormat> formats() {
        JobGraph running = resources.graph();
        return running == null ? List.of() : running.formats();
    }

    /** Shows the state of the last committed epoch. For whoever steps it, while it runs. */
    public void scanCommitted(RecoveredStateVisitor visitor) {
        resources.state().scanRecovered(visitor);
    }

    /** This thread comes by at least once an epoch, also when no worker needs or frees anything. */
    private void giveBackIdleMemory() {
        long nowNanos = seams.clock().nanoTime();
        if (nowNanos - lastLookNanos >= LOOK_AT_MEMORY_NANOS) {
            lastLookNanos = nowNanos;
            allocator.giveBackIdle();
        }
    }

    /** Where its state lives. */
    public Path stateDirectory() {
        return place.stateDirectory();
    }

    /** The least memory that it can run with. */
    public long neededBytes() {
        return place.neededBytes();
    }

    private JobReport report(boolean isAlone) {
        CommitRecord recovered = resources.recovered();
        EpochService epochs = resources.service();
        var counters = epochs == null ? Objects.requireNonNull(recovered).counters() : epochs.counters();
        return JobReports.of(
                plan,
                counters,
                recovered == null ? 0 : recovered.epoch(),
                epochs,
                startNanos,
                seams.clock().nanoTime(),
                allocator,
                isAlone ? allocator.liveBytes() : 0);
    }

    @Override
    public JobReport await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof JobFailedException failed) {
                throw failed;
            }
            throw new JobFailedException("job failed: pipeline=" + plan.name(), e.getCause());
        }
    }

    @Override
    public JobProgress progress() {
        JobGraph running = resources.graph();
        EpochService epochs = resources.service();
        if (running == null || epochs == null) {
            CommitRecord recovered = resources.recovered();
            return new JobProgress(0, 1, recovered == null ? 0 : recovered.epoch());
        }
        return new JobProgress(running.eventCount(), running.progress(), epochs.committedEpoch());
    }

    @Override
    public EpochStatistics epochs() {
        EpochService epochs = resources.service();
        if (epochs == null) {
            throw new IllegalStateException("job had ended before it began: pipeline=" + plan.name());
        }
        return epochs.statistics();
    }

    @Override
    public SavepointReport savepoint(Path target) throws InterruptedException {
        EpochService epochs = resources.service();
        if (epochs == null || isDone()) {
            throw new IllegalStateException(
                    "job has ended: pipeline=" + plan.name() + "; take a savepoint of its state directory");
        }
        CompletableFuture<SavepointReport> report = epochs.savepoint(target);
        // What ends the job between the question and its answer ends the wait as well.
        CompletableFuture<Boolean> end = result.handle((jobReport, problem) -> report.completeExceptionally(
                new IllegalStateException("job ended before the savepoint was taken: pipeline=" + plan.name())));
        try {
            CompletableFuture.anyOf(report, end).get();
            return report.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            throw new IllegalStateException("savepoint failed: target=" + target, e.getCause());
        }
    }

    @Override
    public TimeReport timeReport() {
        JobGraph running = resources.graph();
        return running == null
                ? TimeReport.EMPTY
                : running.timeReport(plan, seams.clock().nanoTime());
    }

    @Override
    public boolean isDone() {
        return result.isDone();
    }

    @Override
    public void stop() {
        EpochService epochs = resources.service();
        if (epochs != null) {
            epochs.stopAfterCommit();
        }
    }

    @Override
    public void drain() {
        EpochService epochs = resources.service();
        if (epochs != null) {
            epochs.drain();
        }
    }

    @Override
    public void cancel() {
        EpochService epochs = resources.service();
        if (epochs != null) {
            epochs.stop();
        }
    }

    /** Cancels the job and waits until everything is given back. */
    public void cancelNow() {
        cancel();
        result.handle((report, problem) -> "ended").join();
    }
}
