package dev.millrace.engine.internal.epoch;

import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.Changes;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.Job;
import dev.millrace.engine.JobFailedException;
import dev.millrace.engine.JobProgress;
import dev.millrace.engine.JobReport;
import dev.millrace.engine.internal.fit.Fit;
import dev.millrace.engine.internal.fit.JobFacts;
import dev.millrace.engine.internal.miss.ColdAccess;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.runtime.JobBuilder;
import dev.millrace.engine.internal.runtime.JobGraph;
import dev.millrace.engine.internal.runtime.Recovery;
import dev.millrace.engine.internal.runtime.Scheduler;
import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.internal.runtime.Task;
import dev.millrace.engine.internal.runtime.TaskMemory;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One life of a job: from opening its state to giving everything back. A thread of its own steps the epoch service and
 * tidies up; any thread may ask how it is.
 */
public final class RunningJob implements Job {
    private static final long LOOK_AT_MEMORY_NANOS = 1_000_000_000L;

    private final LogicalPlan plan;
    private final EngineConfig config;
    private final Seams seams;
    private final SlabAllocator allocator;
    private final Executor io;
    private final CompletableFuture<JobReport> result = new CompletableFuture<>();
    private final long startNanos;
    private long lastLookNanos;

    private DurableState state;
    private final @Nullable Fit fit;
    private final @Nullable CommitRecord recovered;
    private @Nullable SinkFiles sinks;
    private @Nullable JobGraph graph;
    private @Nullable EpochService service;
    private @Nullable Scheduler scheduler;

    private RunningJob(
            LogicalPlan plan, Changes changes, EngineConfig config, Seams seams, SlabAllocator allocator, Executor io) {
        this.plan = plan;
        this.config = config;
        this.seams = seams;
        this.allocator = allocator;
        this.io = io;
        startNanos = seams.clock().nanoTime();
        lastLookNanos = startNanos;
        plan.checkComplete();
        plan.sources().forEach(source -> source.source().check(seams.files()));
        SinkFiles.check(seams.files(), plan.sinks(), plan.sources());
        state = DurableState.open(
                seams.files(),
                config.stateDirectory(),
                seams.durability().apply(DurableStateConfig.of(plan.name(), plan.fingerprint(), config.store())));
        Fit found = null;
        try {
            CommitRecord stored = state.lastCommit().orElse(null);
            if (stored != null) {
                // Before anything of the state is read.
                found = Fit.of(plan, config.parallelism(), changes, stored);
                found.check(config.stateDirectory());
            }
        } catch (Throwable e) {
            state.close();
            throw e;
        }
        fit = found;
        recovered = found == null ? null : found.commit();
    }

    /**
     * Starts a job.
     *
     * @param changes what became of names on disk that the plan does not have
     * @param io runs reads of state that is not in memory
     * @param workers how many threads
     * @param cpus to pin them to; empty for no pinning
     */
    public static RunningJob start(
            LogicalPlan plan,
            Changes changes,
            EngineConfig config,
            Seams seams,
            SlabAllocator allocator,
            Executor io,
            int workers,
            int[] cpus) {
        RunningJob job = new RunningJob(plan, changes, config, seams, allocator, io);
        try {
            job.open(workers, cpus);
        } catch (Throwable e) {
            job.release();
            throw e;
        }
        Thread thread = new Thread(job::run, plan.name() + "-epochs");
        thread.setDaemon(true);
        thread.start();
        return job;
    }

    private void open(int workers, int[] cpus) {
        CommitRecord commit = recovered;
        if (commit == null || !commit.isFinished()) {
            openTasks(workers, commit);
        }
        // The outputs come last: what can go wrong has gone wrong before one of them is touched.
        sinks = commit == null
                ? SinkFiles.begin(seams.files(), state, plan.sinks())
                : SinkFiles.resume(seams.files(), state, plan.sinks(), commit);
        if (service != null && graph != null) {
            service.serve(graph, sinks, JobFacts.of(plan, config.parallelism()));
            startTasks(graph, workers, cpus);
        }
    }

    private void openTasks(int workers, @Nullable CommitRecord commit) {
        EpochService epochs = new EpochService(
                seams.clock(),
                config.epochInterval().toNanos(),
                state,
                commit,
                plan.sinks().size(),
                allocator.shared());
        service = epochs;
        JobBuilder.Surroundings surroundings = new JobBuilder.Surroundings(
                TaskMemory.of(allocator, config.allocator().operators()),
                workers,
                seams.files(),
                seams.clock(),
                seams.transport(),
                epochs,
                epochs,
                seams.seed(),
                new ColdAccess(
                        config.activeStateLimitBytes(),
                        config.activeStateBytes() > 0,
                        new StoreReads(state),
                        io,
                        epochs),
                config.flow(),
                config.stateDirectory());
        graph = JobBuilder.build(plan, config.parallelism(), surroundings, fit == null ? Recovery.NONE : recovery(fit));
        if (fit != null) {
            try (StateRestorer restorer =
                    new StateRestorer(graph, config.parallelism(), seams.seed(), allocator.shared(), fit)) {
                restorer.restore(state);
            }
        }
    }

    private static Recovery recovery(Fit fit) {
        CommitRecord commit = fit.commit();
        return new Recovery(
                commit.epoch(), commit.sourcePositions(), commit.watermarks(), commit.counters(), fit.stateIds());
    }

    private void startTasks(JobGraph jobGraph, int workers, int[] cpus) {
        Scheduler threads = seams.schedulers()
                .make(plan.name(), workers, cpus, jobGraph.tasks().size(), worker -> allocator
                        .worker(worker)
                        .flush());
        scheduler = threads;
        jobGraph.tasks().forEach(task -> task.runOn(threads));
        jobGraph.tasks().forEach(Task::wake);
        threads.start();
    }

    private void run() {
        try {
            EpochService epochs = service;
            while (epochs != null && !epochs.step()) {
                // Each step waits for something to do.
                giveBackIdleMemory();
            }
            release();
            result.complete(report());
        } catch (Throwable e) {
            Throwable problem = e;
            try {
                release();
            } catch (Throwable other) {
                problem.addSuppressed(other);
            }
            if (!(problem instanceof JobFailedException)) {
                problem = new JobFailedException("job failed: pipeline=" + plan.name() + ": " + e.getMessage(), e);
            }
            result.completeExceptionally(problem);
        }
    }

    /** This thread comes by at least once an epoch, also when no worker needs or frees anything. */
    private void giveBackIdleMemory() {
        long nowNanos = seams.clock().nanoTime();
        if (nowNanos - lastLookNanos >= LOOK_AT_MEMORY_NANOS) {
            lastLookNanos = nowNanos;
            allocator.giveBackIdle();
        }
    }

    /** Stops the workers, then gives everything back, in the order in which nothing is used that is gone. */
    private void release() {
        RuntimeException problem = null;
        for (AutoCloseable resource : Arrays.asList(scheduler, service, graph, sinks, state)) {
            try {
                if (resource != null) {
                    resource.close();
                }
            } catch (Exception e) {
                if (problem == null) {
                    problem = new IllegalStateException("job could not be tidied up: pipeline=" + plan.name(), e);
                } else {
                    problem.addSuppressed(e);
                }
            }
        }
        if (problem != null) {
            throw problem;
        }
    }

    private JobReport report() {
        CommitRecord last = service == null ? recovered : null;
        var counters = service == null ? java.util.Objects.requireNonNull(last).counters() : service.counters();
        return JobReports.of(
                plan,
                counters,
                recovered == null ? 0 : recovered.epoch(),
                service,
                startNanos,
                seams.clock().nanoTime(),
                allocator);
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
        JobGraph running = graph;
        EpochService epochs = service;
        if (running == null || epochs == null) {
            return new JobProgress(0, 1, recovered == null ? 0 : recovered.epoch());
        }
        return new JobProgress(running.eventCount(), running.progress(), epochs.committedEpoch());
    }

    @Override
    public boolean isDone() {
        return result.isDone();
    }

    /** Stops the job without a further commit and waits until everything is given back. */
    public void stop() {
        if (service != null) {
            service.stop();
        }
        result.handle((report, problem) -> "ended").join();
    }
}
