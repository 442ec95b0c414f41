package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.Changes;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.embed.LaneEgress;
import dev.millrace.engine.internal.fit.Fit;
import dev.millrace.engine.internal.fit.JobFacts;
import dev.millrace.engine.internal.miss.ColdAccess;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.OutputNodes;
import dev.millrace.engine.internal.runtime.JobBuilder;
import dev.millrace.engine.internal.runtime.JobGraph;
import dev.millrace.engine.internal.runtime.Recovery;
import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.internal.runtime.Surroundings;
import dev.millrace.engine.internal.runtime.Task;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.StoreKind;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job has open: its state, its tasks, what commits its epochs, and its outputs. For the thread that starts the job and
 * then the one that steps it; what the accessors answer does not change once it is open.
 */
final class JobResources {
    private final LogicalPlan plan;
    private final EngineConfig config;
    private final Seams seams;
    private final JobPlace place;
    private final DurableState state;
    private final @Nullable Fit fit;
    private final @Nullable CommitRecord recovered;
    private @Nullable SinkFiles sinks;
    private @Nullable JobGraph graph;
    private @Nullable EpochService service;
    private int admittedTasks;

    /** Opens the state and checks whether the job can go on with it, before anything of it is read. */
    JobResources(LogicalPlan plan, Changes changes, EngineConfig config, Seams seams, JobPlace place) {
        this.plan = plan;
        this.config = config;
        this.seams = seams;
        this.place = place;
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

    /** Makes the tasks and the outputs, and starts. If that fails, {@link #release} gives back what there is. */
    void open() {
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
                place.allocator().shared(),
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
            try (StateRestorer restorer = new StateRestorer(
                    graph, config.parallelism(), seams.seed(), place.allocator().shared(), fit)) {
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

    /** Takes the tasks from the workers, then gives everything back, in the order in which nothing is used that is gone. */
    void release() {
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

    DurableState state() {
        return state;
    }

    /** The epoch that the job goes on behind; null if it is new. */
    @Nullable
    CommitRecord recovered() {
        return recovered;
    }

    /** Null if the job had ended before. */
    @Nullable
    JobGraph graph() {
        return graph;
    }

    /** Null if the job had ended before. */
    @Nullable
    EpochService service() {
        return service;
    }
}
