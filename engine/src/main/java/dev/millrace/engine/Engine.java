package dev.millrace.engine;

import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.internal.check.CrashingFiles;
import dev.millrace.engine.internal.epoch.JobPlace;
import dev.millrace.engine.internal.epoch.RunningJob;
import dev.millrace.engine.internal.fit.StateCheck;
import dev.millrace.engine.internal.miss.IoPool;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.runtime.Crew;
import dev.millrace.engine.internal.runtime.EngineMemory;
import dev.millrace.engine.internal.runtime.HandlePlan;
import dev.millrace.engine.internal.runtime.MemoryNeed;
import dev.millrace.engine.internal.runtime.Scheduler;
import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.internal.runtime.StealOrder;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.numa.CpuPinning;
import dev.millrace.numa.Topology;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An engine inside this process: it owns off-heap memory and worker threads, which the pipelines that it runs share.
 *
 * <p>Used by the thread that opened it. It has no static state: several engines can live in one process, each with a
 * state directory of its own.
 */
public final class Engine implements AutoCloseable {
    /** The exit code that a shell tells of a killed process. */
    private static final int KILLED = 137;

    private final EngineConfig config;
    private final Seams seams;
    private final SlabAllocator allocator;
    private final IoPool io = new IoPool();
    private final EngineMemory memory;
    private final Scheduler scheduler;
    private final int workers;
    private final int spinners;
    private final List<RunningJob> jobs = new ArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private boolean isClosed;

    private Engine(EngineConfig config, Seams seams) {
        this.config = config;
        this.seams = seams;
        int processors = Runtime.getRuntime().availableProcessors();
        workers = config.workers() > 0 ? config.workers() : Math.min(config.parallelism(), processors);
        spinners = Crew.spinners(workers, processors);
        MemoryNeed.check(config.allocator(), MemoryNeed.OF_ANY_JOB);
        Topology topology = topology(config);
        HandlePlan handles = HandlePlan.of(workers, handle -> topology.nearestMemory(topology.nodeOfWorker(handle)));
        allocator = seams.memory().apply(config.allocator().withWorkers(handles.count()));
        memory = new EngineMemory(allocator, handles);
        List<Integer> nodes =
                IntStream.range(0, workers).mapToObj(handles::nodeOf).toList();
        scheduler = seams.schedulers()
                .make(new Crew(
                        "millrace",
                        StealOrder.of(nodes, topology::distance),
                        config.pinsWorkers()
                                ? IntStream.range(0, workers)
                                        .mapToObj(topology::cpuOfWorker)
                                        .toList()
                                : List.of(),
                        config.idle(),
                        spinners,
                        memory::flush));
    }

    /** The machine as the allocator places memory on it. */
    private static Topology topology(EngineConfig config) {
        Topology machine = Topology.read(Topology.SYSFS_ROOT)
                .restrictedTo(CpuPinning.detect().currentAffinity());
        return switch (config.allocator().numa()) {
            case PREFERRED, REQUIRED -> machine;
            case INTERLEAVE, OFF -> Topology.flat(machine.cpuCount());
        };
    }

    /**
     * Reserves the memory.
     *
     * @throws IllegalArgumentException if the memory is too little for any job, guaranteed minima do not fit into it, or it
     *     does not fit the container or the machine; says what is needed
     * @throws dev.millrace.allocator.MemoryPolicyException if huge pages or placement are required and not to be had
     * @throws dev.millrace.numa.ReservationException if the operating system has no addresses left
     */
    public static Engine open(EngineConfig config) {
        return new Engine(config, Seams.real());
    }

    /**
     * Opens an engine that ends its process, as {@code kill -9} does, when it comes to a point in the life of an epoch: for tests that
     * start the process again and compare results. Its state is kept in miniature, so that every point is reached within seconds.
     *
     * @param passes how often the point is passed before
     * @throws IllegalArgumentException as {@link #open}
     */
    public static Engine openToCrash(EngineConfig config, CrashPoint point, int passes) {
        FileOps files = new CrashingFiles(
                FileOps.real(), point, passes, () -> Runtime.getRuntime().halt(KILLED));
        return new Engine(config, Seams.real().withFiles(files).withDurability(DurableStateConfig::inMiniature));
    }

    /** Opens an engine whose state is kept in miniature, see {@link #openToCrash}, and that does not crash by itself. */
    public static Engine openInMiniature(EngineConfig config) {
        return new Engine(config, Seams.real().withDurability(DurableStateConfig::inMiniature));
    }

    /** Opens an engine with other doors to the outside than the machine's: for tests. */
    static Engine open(EngineConfig config, Seams seams) {
        return new Engine(config, seams);
    }

    /**
     * Starts a pipeline: from the last committed epoch of the state directory, or from the beginning if there is none.
     *
     * <p>What can be checked is checked before anything is written: inputs, outputs, memory, and whether the state
     * directory is this pipeline's.
     *
     * @throws IllegalArgumentException if the memory is too little for this pipeline; says what is needed
     * @throws IllegalStateException if a job of this engine is still running in the state directory
     * @throws dev.millrace.engine.operator.BadInputException if an input cannot be read
     * @throws dev.millrace.engine.operator.OutputException if an output cannot be written
     */
    public Job run(Pipeline pipeline) {
        return run(pipeline, Changes.none());
    }

    /**
     * Starts a pipeline that differs from the one whose state is on disk, see {@link #run(Pipeline)}.
     *
     * @param changes what became of names that are on disk and not in the pipeline
     * @throws dev.millrace.state.StateDirectoryMismatchException if something does not fit; says all of it
     * @throws dev.millrace.serde.IncompatibleSchemaException if only types do not fit; says all of it
     */
    public Job run(Pipeline pipeline, Changes changes) {
        return run(pipeline, changes, config.stateDirectory());
    }

    /** Starts a pipeline with a state directory of its own, see {@link #run(Pipeline, Changes, Path)}. */
    public Job run(Pipeline pipeline, Path stateDirectory) {
        return run(pipeline, Changes.none(), stateDirectory);
    }

    /**
     * Starts a pipeline with a state directory of its own, beside those that run already: all share the workers and the
     * memory. Each job has what {@link EngineConfig#activeStateBytes} allows.
     *
     * @throws IllegalArgumentException if the memory is too little for this pipeline and those that run; says what is needed
     * @throws IllegalStateException if a job of this engine is still running in the directory, or if the jobs would have too
     *     many tasks
     * @throws dev.millrace.engine.operator.BadInputException if an input cannot be read
     * @throws dev.millrace.engine.operator.OutputException if an output cannot be written
     */
    public Job run(Pipeline pipeline, Changes changes, Path stateDirectory) {
        if (isClosed) {
            throw new IllegalStateException("engine is closed");
        }
        jobs.removeIf(RunningJob::isDone);
        Path directory = stateDirectory.toAbsolutePath().normalize();
        if (jobs.stream().anyMatch(job -> job.stateDirectory().equals(directory))) {
            throw new IllegalStateException("engine is busy: a job runs in this state directory: stateDirectory="
                    + stateDirectory + "; give each pipeline its own, by run(pipeline, stateDirectory)");
        }
        LogicalPlan plan = LogicalPlan.of(pipeline);
        long neededBytes = MemoryNeed.of(plan, config.parallelism(), config.flow());
        long othersBytes = jobs.stream()
                .mapToLong(job -> job.neededBytes() - MemoryNeed.OF_ANY_JOB)
                .sum();
        MemoryNeed.check(config.allocator(), neededBytes + othersBytes);
        MemoryNeed.checkActiveState(config.activeStateBytes(), plan, config.parallelism());
        JobPlace place = new JobPlace(directory, allocator, memory, io, scheduler, workers, neededBytes, running);
        RunningJob job = RunningJob.start(plan, changes, config, seams, place);
        jobs.add(job);
        return job;
    }

    /**
     * Says whether a pipeline could go on from what this engine's state directory holds, before anything is started. Changes nothing,
     * and a job may be running there.
     *
     * @throws dev.millrace.state.StateDirectoryUnusableException if there is something else than a directory
     */
    public CheckReport check(Pipeline pipeline, Changes changes) {
        return StateCheck.of(LogicalPlan.of(pipeline), config, changes, seams.files());
    }

    /** Says whether a pipeline as it is could go on, see {@link #check(Pipeline, Changes)}. */
    public CheckReport check(Pipeline pipeline) {
        return check(pipeline, Changes.none());
    }

    /**
     * Says whether a pipeline could go on with a configuration, without an engine.
     *
     * @param changes what became of names that are on disk and not in the pipeline
     */
    public static CheckReport check(EngineConfig config, Pipeline pipeline, Changes changes) {
        return StateCheck.of(LogicalPlan.of(pipeline), config, changes, FileOps.real());
    }

    /** Says whether a pipeline as it is could go on from a state directory with the defaults, and the store that it has. */
    public static CheckReport check(Pipeline pipeline, Path stateDirectory) {
        return StateCheck.ofAnyStore(
                LogicalPlan.of(pipeline), EngineConfig.of(stateDirectory), Changes.none(), FileOps.real());
    }

    /** Every setting as it is in force, and where it comes from: a default, another setting, the program, or a line of a file. */
    public List<EffectiveSetting> effectiveConfig() {
        return config.effectiveConfig();
    }

    /**
     * What came of the configuration on this machine, in lines for people: the sum of memory, how it is placed, which worker
     * is where, and every setting with where it comes from.
     */
    public String startReport() {
        return config.describe()
                        .lines()
                        .filter(line -> !line.startsWith("memory"))
                        .collect(Collectors.joining("\n"))
                + "\n" + idleNote() + allocator.startReport();
    }

    private String idleNote() {
        return config.idle() == Idle.SPIN && spinners < workers
                ? "note: " + spinners + " of " + workers
                        + " workers spin, the others back off: one processor is left to others\n"
                : "";
    }

    /** Stops what runs, without a further commit, and gives all memory back. A second call does nothing. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            jobs.forEach(RunningJob::cancelNow);
            scheduler.close();
            io.close();
            allocator.close();
        }
    }
}
