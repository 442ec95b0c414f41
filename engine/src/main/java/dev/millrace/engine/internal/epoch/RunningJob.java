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
import dev.millrace.engine.internal.embed.LaneEgress;
import dev.millrace.engine.internal.fit.Fit;
import dev.millrace.engine.internal.fit.JobFacts;
import dev.millrace.engine.internal.miss.ColdAccess;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.OutputNodes;
import dev.millrace.engine.internal.runtime.EngineMemory;
import dev.millrace.engine.internal.runtime.JobBuilder;
import dev.millrace.engine.internal.runtime.JobGraph;
import dev.millrace.engine.internal.runtime.Recovery;
import dev.millrace.engine.internal.runtime.Scheduler;
import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.internal.runtime.Surroundings;
import dev.millrace.engine.internal.runtime.Task;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.RecoveredStateVisitor;
import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final Place place;
    private final SlabAllocator allocator;
    private final CompletableFuture<JobReport> result = new CompletableFuture<>();
    private final long startNanos;
    private long lastLookNanos;

    private DurableState state;
    private final @Nullable Fit fit;
    private final @Nullable CommitRecord recovered;
    private @Nullable SinkFiles sinks;
    private @Nullable JobGraph graph;
    private @Nullable EpochService service;
    private int admittedTasks;

    /**
     * What a job runs on. Jobs of an engine share all of it but the directory.
     *
     * @param stateDirectory absolute
     * @param allocator all memory of the engine
     * @param memory what tasks have theirs from
     * @param io runs reads of state that is not in memory
     * @param scheduler runs the tasks
     * @param workers how many it has
     * @param neededBytes the least memory that the job can run with
     * @param jobs how many have memory now
     */
    public record Place(
            Path stateDirectory,
            SlabAllocator allocator,
            EngineMemory memory,
            Executor io,
            Scheduler scheduler,
            int workers,
            long neededBytes,
            AtomicInteger jobs) {}

    private RunningJob(LogicalPlan plan, Changes changes, EngineConfig config, Seams seams, Place place) {
        this.plan = plan;
        this.config = config;
        this.seams = seams;
        this.place = place;
        allocator = place.allocator();
        startNanos = seams.clock().nanoTime();
        lastLookNanos = startNanos;
        plan.checkComplete();
        plan.sources().forEach(source -> source.source().check(seams.files()));
        SinkFiles.check(seams.files(), plan.sinks(), plan.sources());
        state = DurableState.open(
                seams.files(),
                place.stateDirectory(),
                seams.durability()
                        .apply(DurableStateConfig.of(plan.name(), plan.fingerprint(), config.store())
                                .otherStores(plan.stores().byState())
                                .rocksDb(config.rocksDb())));
        Fit found = null;
        try {
            CommitRecord stored = state.lastCommit().orElse(null);
            if (stored != null) {
                // Before anything of the state is read.
                found = Fit.of(plan, config.parallelism(), changes, stored).inDirectoryOf(config.store());
                found.check(place.stateDirectory());
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
     */
    public static RunningJob start(LogicalPlan plan, Changes changes, EngineConfig config, Seams seams, Place place) {
        RunningJob job = startStepped(plan, changes, config, seams, place);
        Thread thread = new Thread(job::run, plan.name() + "-epochs");
        thread.setDaemon(true);
        thread.start();
        return job;
    }

    /** Starts a job without a thread: the caller makes its {@link #step}s, and those of the scheduler that it is given. */
    public static RunningJob startStepped(
            LogicalPlan plan, Changes changes, EngineConfig config, Seams seams, Place place) {
        RunningJob job = new RunningJob(plan, changes, config, seams, place);
        try {
            job.open();
        } catch (Throwable e) {
            job.release();
            throw e;
        }
        place.jobs().incrementAndGet();
        return job;
    }

    private void open() {
        CommitRecord commit = recovered;
        if (commit == null || !commit.isFinished()) {
            openTasks(commit);
        } else {
            for (Node node : plan.nodes()) {
                if (node instanceof OutputNodes.EgressNode egress) {
                    ((LaneEgress<?>) egress.egress()).nothingComes();
                }
            }
        }
        // The outputs come last: what can go wrong has gone wrong before one of them is touched.
        sinks = commit == null
                ? SinkFiles.begin(seams.files(), state, plan.sinks())
                : SinkFiles.resume(seams.files(), state, plan.sinks(), commit);
        if (service != null && graph != null) {
            service.serve(plan.name(), graph, sinks, JobFacts.of(plan, config.parallelism()));
            startTasks(graph);
        }
    }

    private void openTasks(@Nullable CommitRecord commit) {
        EpochService epochs = new EpochService(
                seams.clock(),
                config.epochInterval().toNanos(),
                state,
                commit,
                plan.sinks().size(),
                allocator.shared(),
                seams.files(),
                place.io());
        service = epochs;
        Surroundings surroundings = new Surroundings(
                place.memory(),
                place.workers(),
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
                        place.io(),
                        epochs),
                config.flow(),
                config.stateDirectory());
        graph = JobBuilder.build(plan, config.parallelism(), surroundings, fit == null ? Recovery.NONE : recovery(fit));
        Map<String, StoreKind> stores = plan.stores().byState();
        for (StateFormat format : graph.formats()) {
            state.place(format.stateId(), stores.getOrDefault(format.stateName(), config.store()));
        }
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

    private void startTasks(JobGraph jobGraph) {
        place.memory().flushOutside();
        place.scheduler().admit(jobGraph.tasks().size());
        admittedTasks = jobGraph.tasks().size();
        jobGraph.tasks().forEach(task -> task.runOn(place.scheduler()));
        jobGraph.tasks().forEach(Task::wake);
        place.scheduler().start();
    }

    /** Takes the tasks from the workers, which go on with those of other jobs. */
    private void retireTasks() {
        if (graph != null && admittedTasks > 0) {
            int gone = 0;
            for (Task task : graph.tasks()) {
                gone += task.retire() ? 1 : 0;
            }
            place.scheduler().dismiss(gone);
            admittedTasks = 0;
        }
    }

    private void run() {
        while (!result.isDone()) {
            step(); // Each waits for something to do.
        }
    }

    /** Whether {@link #step} has something to do and need not wait. For whoever steps it. */
    public boolean hasNews() {
        return !result.isDone() && (service == null || service.hasNews());
    }

    /** Waits for something to do, does it, and tidies up behind the last epoch or a failure. For one thread. */
    public void step() {
        try {
            EpochService epochs = service;
            if (epochs != null && !epochs.step()) {
                giveBackIdleMemory();
                return;
            }
            release();
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
            release();
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
        return graph == null ? List.of() : graph.formats();
    }

    /** Shows the state of the last committed epoch. For whoever steps it, while it runs. */
    public void scanCommitted(RecoveredStateVisitor visitor) {
        state.scanRecovered(visitor);
    }

    /** This thread comes by at least once an epoch, also when no worker needs or frees anything. */
    private void giveBackIdleMemory() {
        long nowNanos = seams.clock().nanoTime();
        if (nowNanos - lastLookNanos >= LOOK_AT_MEMORY_NANOS) {
            lastLookNanos = nowNanos;
            allocator.giveBackIdle();
        }
    }

    /** Takes the tasks from the workers, then gives everything back, in the order in which nothing is used that is gone. */
    private void release() {
        RuntimeException problem = null;
        for (@Nullable AutoCloseable resource : Arrays.asList(this::retireTasks, service, graph, sinks, state)) {
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
        place.memory().flushOutside();
        if (problem != null) {
            throw problem;
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
        CommitRecord last = service == null ? recovered : null;
        var counters = service == null ? java.util.Objects.requireNonNull(last).counters() : service.counters();
        return JobReports.of(
                plan,
                counters,
                recovered == null ? 0 : recovered.epoch(),
                service,
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
        JobGraph running = graph;
        EpochService epochs = service;
        if (running == null || epochs == null) {
            return new JobProgress(0, 1, recovered == null ? 0 : recovered.epoch());
        }
        return new JobProgress(running.eventCount(), running.progress(), epochs.committedEpoch());
    }

    @Override
    public EpochStatistics epochs() {
        EpochService epochs = service;
        if (epochs == null) {
            throw new IllegalStateException("job had ended before it began: pipeline=" + plan.name());
        }
        return epochs.statistics();
    }

    @Override
    public SavepointReport savepoint(Path target) throws InterruptedException {
        EpochService epochs = service;
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
        JobGraph running = graph;
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
        if (service != null) {
            service.stopAfterCommit();
        }
    }

    @Override
    public void drain() {
        if (service != null) {
            service.drain();
        }
    }

    @Override
    public void cancel() {
        if (service != null) {
            service.stop();
        }
    }

    /** Cancels the job and waits until everything is given back. */
    public void cancelNow() {
        cancel();
        result.handle((report, problem) -> "ended").join();
    }
}
