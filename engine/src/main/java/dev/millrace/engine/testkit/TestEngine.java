package dev.millrace.engine.testkit;

import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.Changes;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.JobFailedException;
import dev.millrace.engine.JobReport;
import dev.millrace.engine.internal.epoch.JobPlace;
import dev.millrace.engine.internal.epoch.RunningJob;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.runtime.EngineMemory;
import dev.millrace.engine.internal.runtime.HandlePlan;
import dev.millrace.engine.internal.runtime.MemoryNeed;
import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.stream.Pipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine for tests of pipelines. It runs one pipeline on the thread of the test, with the operators, the state, the epoch
 * log and the files of a real one; what differs is that time stands still until the test lets it pass, and that a seed decides
 * whose turn it is. The same pipeline, seed and calls give the same {@link #trace}.
 *
 * <p>Used by one thread. {@link #close} fails if memory is left.
 */
public final class TestEngine implements AutoCloseable {
    /** So many lines are kept of a trace. */
    public static final int MAX_TRACE = 100_000;

    /** A pipeline that is not at rest after so many turns never will be. */
    public static final int MAX_TURNS = 10_000_000;

    private static final int MAX_INCREMENTS = 1000;
    private static final int EPOCHS = -1;

    private final Pipeline pipeline;
    private final long seed;
    private final Path directory;
    private final VirtualClock clock;
    private final SeededScheduler scheduler;
    private final List<String> trace = new ArrayList<>();
    private final Seams seams;
    private final SlabAllocator allocator;
    private final EngineMemory memory;
    private EngineConfig config;
    private LogicalPlan plan;
    private RunningJob job;
    private boolean isClosed;

    TestEngine(Pipeline pipeline, EngineConfig config, long seed, Instant start, Path directory) {
        this.pipeline = pipeline;
        this.config = config;
        this.seed = seed;
        this.directory = directory;
        clock = new VirtualClock(start);
        scheduler = new SeededScheduler(seed, trace, MAX_TRACE);
        seams = Seams.real().withClock(clock).withSeed(seed);
        plan = LogicalPlan.of(pipeline);
        MemoryNeed.check(config.allocator(), MemoryNeed.of(plan, config.parallelism(), config.flow()));
        HandlePlan handles = HandlePlan.of(1, handle -> 0);
        allocator = SlabAllocator.open(config.allocator().withWorkers(handles.count()));
        memory = new EngineMemory(allocator, handles);
        try {
            job = newJob();
        } catch (Throwable e) {
            allocator.close();
            throw e;
        }
    }

    /** Begins with the settings of a test. */
    public static TestEngineBuilder of(Pipeline pipeline) {
        return new TestEngineBuilder(pipeline);
    }

    /** Starts a pipeline with the defaults: seed 0, one partition, 64 MiB, a commit every 100 ms of the test's clock. */
    public static TestEngine start(Pipeline pipeline) {
        return of(pipeline).start();
    }

    private RunningJob newJob() {
        return RunningJob.startStepped(
                plan,
                Changes.none(),
                config,
                seams,
                new JobPlace(
                        config.stateDirectory().toAbsolutePath(),
                        allocator,
                        memory,
                        scheduler,
                        scheduler,
                        1,
                        MemoryNeed.of(plan, config.parallelism(), config.flow()),
                        new AtomicInteger()));
    }

    /**
     * Runs until there is nothing to do at this moment: all input is read and has come as far as it can.
     *
     * @throws JobFailedException if the job failed
     * @throws IllegalStateException if that takes more than {@value #MAX_TURNS} turns
     */
    public TestEngine run() {
        scheduler.somethingHappened(); // the test may have sent something
        for (int turns = 0; isBusy(); turns++) {
            if (turns == MAX_TURNS) {
                throw new IllegalStateException("pipeline does not come to rest: turns=" + turns + ", seed=" + seed
                        + "; does a source have no end?");
            }
            turn();
        }
        job.throwFailure();
        return this;
    }

    /** Makes so many turns, or fewer if there is nothing more to do: to crash in the middle of something. */
    public TestEngine run(int turns) {
        scheduler.somethingHappened();
        for (int i = 0; i < turns && isBusy(); i++) {
            turn();
        }
        job.throwFailure();
        return this;
    }

    private boolean isBusy() {
        return !job.isDone() && (scheduler.choices() > 0 || job.hasNews());
    }

    private void turn() {
        int choices = scheduler.choices();
        int choice = scheduler.nextInt(choices + (job.hasNews() ? 1 : 0));
        if (choice == choices) {
            long before = job.progress().lastEpoch();
            job.step();
            long after = job.isDone() ? EPOCHS : job.progress().lastEpoch();
            scheduler.note(after == before ? "epochs" : "commit " + after);
            scheduler.somethingHappened();
        } else {
            scheduler.step(choice);
        }
    }

    /**
     * Lets time pass, in steps of the interval between epochs or of a thousandth, whichever is longer, and runs after each: timers
     * are due, epochs are committed.
     */
    public TestEngine advance(Duration time) {
        long leftNanos = time.toNanos();
        long step = Math.max(config.epochInterval().toNanos(), leftNanos / MAX_INCREMENTS);
        do {
            clock.advance(Math.min(step, leftNanos));
            leftNanos -= step;
            run();
        } while (leftNanos > 0);
        return this;
    }

    /** What the clock says. */
    public Instant now() {
        return Instant.ofEpochMilli(clock.epochMillis());
    }

    /** Reads all input, lets one interval between epochs pass, and so commits what was read. */
    public TestEngine commit() {
        run();
        long before = job.progress().lastEpoch();
        advance(config.epochInterval());
        if (!job.isDone() && job.progress().lastEpoch() == before) {
            advance(config.epochInterval()); // an epoch was under way and ends first
        }
        return this;
    }

    /**
     * Runs to the end of all inputs, which must be ended, and of the last epoch.
     *
     * @throws IllegalStateException if an input was not ended
     */
    public JobReport runToEnd() {
        run();
        if (!job.isDone()) {
            throw new IllegalStateException("job waits for more input: pipeline=" + pipeline.name() + ", seed=" + seed
                    + "; call end() on its inputs");
        }
        try {
            return job.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Ends the job as a killed process does, without a further commit, and starts it again from the last committed epoch. What
     * was in memory is gone.
     */
    public TestEngine crashAndRecover() {
        kill();
        scheduler.note("crash");
        plan = LogicalPlan.of(pipeline);
        job = newJob();
        return this;
    }

    /**
     * As {@link #crashAndRecover()}, and goes on with another number of partitions.
     *
     * @param parallelism of the job from now on
     */
    public TestEngine crashAndRecover(int parallelism) {
        EngineConfig next = config.parallelism(parallelism);
        MemoryNeed.check(next.allocator(), MemoryNeed.of(plan, parallelism, next.flow()));
        config = next;
        return crashAndRecover();
    }

    private void kill() {
        job.cancel();
        while (!job.isDone()) {
            job.step();
        }
        scheduler.close();
        if (allocator.liveBytes() != 0) {
            throw new AssertionError("memory is left: seed=" + seed + ", " + allocator.leaks());
        }
    }

    /** The last committed epoch. */
    public long lastEpoch() {
        return job.progress().lastEpoch();
    }

    /**
     * What a state holds as of the last commit, by key: a value state, or an aggregate without a window.
     *
     * @param name of the state, or of the aggregate
     * @throws IllegalArgumentException if there is no such state, or it is of another kind
     */
    public Map<Object, Object> state(String name) {
        return new StateView(job, allocator.shared()).entries(name);
    }

    /** How many entries a state of any kind has as of the last commit. */
    public long stateSize(String name) {
        return new StateView(job, allocator.shared()).size(name);
    }

    /** Off-heap bytes that are live now. */
    public long liveBytes() {
        return allocator.liveBytes();
    }

    /** Who had a turn and what came of it, and what was committed, one line each; the first {@value #MAX_TRACE}. */
    public List<String> trace() {
        return Collections.unmodifiableList(trace);
    }

    /** Ends the job, removes its files, and fails if memory is left. A second call does nothing. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            kill();
        } finally {
            allocator.close();
            TemporaryDirectory.delete(directory);
            plan.sinks().forEach(sink -> {
                if (sink.sink() instanceof TestOutput<?> output) {
                    output.delete();
                }
            });
        }
    }
}
