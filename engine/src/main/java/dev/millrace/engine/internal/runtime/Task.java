package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.Passage;
import dev.millrace.engine.internal.chain.TaskContext;
import dev.millrace.engine.internal.chain.WatchedWindows;
import dev.millrace.state.index.EntryShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A running instance of a chain for one partition: a small state machine that whichever worker holds it steps.
 *
 * <p>{@link #wake} may be called by any thread; everything else by the thread that holds the task.
 */
public final class Task implements TaskContext, AutoCloseable {
    /** Where a task is in its life. */
    public enum State {
        RUNNING,
        ALIGNING,
        DRAINING,
        DONE,
        FAILED
    }

    private final String name;
    private final int workerIndex;
    private final JobPort job;
    private final TaskTargets targets = new TaskTargets();
    private final Passages passages = new Passages();
    private final TaskResources resources = new TaskResources();
    private final Adoption adoption = new Adoption();
    private final Whereabouts whereabouts = new Whereabouts();
    private final List<WatchedWindows> watched = new ArrayList<>();
    private final SnapshotWait snapshotWait;
    private final TaskAllocators allocators;
    private final TaskClock clock = new TaskClock();
    private final Turns turns;

    private @Nullable TaskInput input;
    private State state = State.RUNNING;

    private TaskSizes sizes = TaskSizes.DEFAULT;
    /** One that has not come through every gate yet. */
    private @Nullable Barrier heldBarrier;

    /** @param workerIndex the worker whose memory the task lives in */
    Task(String name, int workerIndex, BlockAllocator allocator, JobPort job) {
        this(name, workerIndex, worker -> allocator, job);
    }

    Task(String name, int workerIndex, TaskMemory memory, JobPort job) {
        this.name = name;
        this.workerIndex = workerIndex;
        this.job = job;
        turns = new Turns(this, workerIndex);
        allocators = new TaskAllocators(memory, workerIndex);
        snapshotWait = new SnapshotWait(allocators.all(), job);
    }

    @Override
    public BlockAllocator allocator() {
        return allocators.first();
    }

    @Override
    public BlockAllocator allocatorOf(String operator) {
        return allocators.of(operator);
    }

    /** Says how much room it has. Before operators are made for the task. */
    void takeUp(TaskSizes taskSizes) {
        sizes = taskSizes;
    }

    @Override
    public long activeStateBytes(EntryShape shape) {
        return sizes.activeStateBytes(shape);
    }

    @Override
    public int pageBytes() {
        return sizes.pageBytes();
    }

    @Override
    public void watch(WatchedWindows windows) {
        watched.add(windows);
    }

    /** The windows of its operators, for reports. */
    List<WatchedWindows> watched() {
        return watched;
    }

    @Override
    public void waitFor(LongSupplier overdrawnBytes) {
        snapshotWait.add(overdrawnBytes);
    }

    @Override
    public void onAdopt(Runnable action) {
        adoption.add(action);
    }

    @Override
    public void onClock(ClockReader reader) {
        clock.add(reader);
    }

    public String name() {
        return name;
    }

    /** The worker whose memory it lives in, and that steps it unless another has nothing to do. */
    public int workerIndex() {
        return workerIndex;
    }

    /** The worker that has it now. Any thread may ask; it may have changed then. */
    int holder() {
        return turns.holder();
    }

    /** Says which worker has it. */
    void hold(int worker) {
        turns.hold(worker);
    }

    public State state() {
        return state;
    }

    void readFrom(TaskInput taskInput) {
        input = taskInput;
    }

    /** Says which clock operators go by that ask for one. */
    void goBy(Clock taskClock) {
        clock.goBy(taskClock);
    }

    void sendTo(ChannelTarget target) {
        targets.add(target);
        resources.add(target);
    }

    /** Takes over a place where events may have to wait inside the task; those behind it came before. */
    void passBy(Passage passage) {
        passages.add(passage);
        resources.add(passage);
    }

    /** Takes over something that is closed with the task, the last one first. */
    @Override
    public <R extends AutoCloseable> R own(R resource) {
        resources.add(resource);
        return resource;
    }

    /** Says who steps the task from now on. Before it is woken for the first time. */
    public void runOn(Scheduler taskScheduler) {
        turns.runOn(taskScheduler);
    }

    /** Says that the task may have something to do. */
    public void wake() {
        turns.wake();
    }

    /** A turn on the worker that it lives with. */
    public Progress turn() {
        return turn(workerIndex);
    }

    /**
     * Steps the task once and says whether it wants another turn. For schedulers, with a task they were given.
     *
     * @param worker who steps it: its memory is used
     * @return {@link Progress#MADE} or {@link Progress#WAITING}: give it another turn; else it is parked or gone
     */
    public Progress turn(int worker) {
        if (!turns.begin()) {
            return Progress.RETIRED;
        }
        allocators.enter(worker);
        Progress progress = step();
        allocators.leave();
        return turns.end(progress);
    }

    /**
     * Takes the task out of the run for good; returns when nobody steps it any more. Any thread that steps no task may call
     * it, one at a time.
     *
     * @return whether no queue has it; if one has, whoever takes it out is told by {@link Progress#RETIRED}
     */
    public boolean retire() {
        return turns.retire();
    }

    private Progress step() {
        if (state == State.DONE || state == State.FAILED || job.hasFailed()) {
            return Progress.DONE;
        }
        try {
            return advance();
        } catch (Throwable e) { // whatever it is, the job must hear of it
            state = State.FAILED;
            job.failed(name, whereabouts.of(e, this), e);
            return Progress.DONE;
        }
    }

    private Progress advance() {
        adoption.adopt();
        if (!targets.areDrained()) {
            return Progress.IDLE; // a consumer that takes something wakes us
        }
        if (!passages.areDrained()) {
            return passages.waitsForTime() ? Progress.WAITING : Progress.IDLE; // what was read wakes us
        }
        if (heldBarrier != null) {
            Barrier barrier = heldBarrier;
            heldBarrier = null;
            passed(barrier);
            return Progress.MADE;
        }
        if (state == State.DRAINING) {
            state = State.DONE;
            return Progress.DONE;
        }
        if (job.isBacklogged() || snapshotWait.isOn()) {
            return Progress.WAITING;
        }
        TaskInput taskInput = Objects.requireNonNull(input, "task has no input");
        boolean waitsForTime = clock.tick();
        Progress progress = taskInput.step(this);
        if (state == State.RUNNING || state == State.ALIGNING) {
            state = taskInput.isAligning() ? State.ALIGNING : State.RUNNING;
        }
        return waitsForTime && progress == Progress.IDLE ? Progress.WAITING : progress;
    }

    /** Tells the tasks behind whether they should not wait for this one. Called by the input, after a flush. */
    void idle(boolean isIdle) {
        targets.idle(isIdle);
    }

    /** Whether it cannot go on because those behind have no room. Any thread may ask. */
    boolean isHeldUp() {
        return targets.isHeldUp();
    }

    /** The job's clock. Called by the input, once an epoch or when time moves. */
    long nanoTime() {
        return job.nanoTime();
    }

    /** Says that a barrier has gone through the whole chain, or is held at a gate of it. Called by the input. */
    void passed(Barrier barrier) {
        if (barrier.isHeld()) {
            heldBarrier = barrier;
            return;
        }
        snapshotWait.count(barrier);
        job.acknowledge(this, barrier);
        if (barrier.isLast()) {
            state = State.DRAINING;
        }
    }

    @Override
    public String place() {
        return input == null ? "" : input.place();
    }

    /** Says what the operators of its chain are, for who hears of a failure. */
    void tellOf(String ofChain) {
        whereabouts.tellOf(ofChain);
    }

    /** Gives everything back. When no worker steps the task any more. */
    @Override
    public void close() {
        if (heldBarrier != null) {
            heldBarrier.abandon();
            heldBarrier = null;
        }
        resources.close(name);
    }
}
