package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.Passage;
import dev.millrace.engine.internal.chain.TaskContext;
import dev.millrace.engine.internal.chain.WatchedWindows;
import dev.millrace.engine.internal.error.UserLine;
import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryShape;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
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

    /** Whether a worker has the task, or should. */
    private enum Turn {
        PARKED,
        SCHEDULED,
        /** Among those that a worker asks again and again. */
        ASKED,
        RUNNING,
        RUNNING_AND_WOKEN,
        /** Running for the last time. */
        RETIRING,
        RETIRED
    }

    private static final VarHandle TURN;

    static {
        try {
            TURN = MethodHandles.lookup().findVarHandle(Task.class, "turn", Turn.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final int workerIndex;
    private final JobPort job;
    private final List<ChannelTarget> targets = new ArrayList<>();
    /** The last ones of the chain first. */
    private final List<Passage> passages = new ArrayList<>();

    private final List<AutoCloseable> resources = new ArrayList<>();
    private final List<Runnable> adoptions = new ArrayList<>();
    private final List<ClockReader> clockReaders = new ArrayList<>();
    private final List<WatchedWindows> watched = new ArrayList<>();
    private final SnapshotWait snapshotWait;
    private final TaskMemory memory;
    private final List<TurnAllocator> allocators = new ArrayList<>();
    private final TurnAllocator allocator;

    private @Nullable Scheduler scheduler;
    private @Nullable TaskInput input;
    private @Nullable Clock clock;
    private State state = State.RUNNING;
    /** Touched through {@link #TURN} only. */
    @SuppressWarnings("unused")
    private Turn turn = Turn.PARKED;

    /** The worker that has it, or had it last. Written before it is in a queue of that worker. */
    private volatile int holder;

    /** Who waits for its last turn to end. */
    private volatile @Nullable Thread retirer;

    /** Whom its state belongs to. */
    private @Nullable Thread adopter;
    /** Whether those behind have no room. Written when it changes, by the thread that holds the task. */
    private volatile boolean isHeldUp;

    private String operators = "";
    private long activeStateBytes;
    private boolean limitsSmallEntries;
    private int pageBytes = PageLayout.PAGE_BYTES;
    /** One that has not come through every gate yet. */
    private @Nullable Barrier heldBarrier;

    /** @param workerIndex the worker whose memory the task lives in */
    Task(String name, int workerIndex, BlockAllocator allocator, JobPort job) {
        this(name, workerIndex, worker -> allocator, job);
    }

    Task(String name, int workerIndex, TaskMemory memory, JobPort job) {
        this.name = name;
        this.workerIndex = workerIndex;
        this.memory = memory;
        this.job = job;
        holder = workerIndex;
        allocator = new TurnAllocator(memory, workerIndex, null);
        allocators.add(allocator);
        snapshotWait = new SnapshotWait(allocators, job);
    }

    @Override
    public BlockAllocator allocator() {
        return allocator;
    }

    @Override
    public BlockAllocator allocatorOf(String operator) {
        TurnAllocator ofOperator = new TurnAllocator(memory, workerIndex, operator);
        allocators.add(ofOperator);
        return ofOperator;
    }

    /**
     * Says what each state that may leave memory should take. Before operators are made for the task.
     *
     * @param isLimitSet whether somebody asked for it: it holds for small entries of fixed size too, then
     */
    void limitActiveState(long bytes, boolean isLimitSet) {
        activeStateBytes = bytes;
        limitsSmallEntries = isLimitSet;
    }

    @Override
    public long activeStateBytes(EntryShape shape) {
        return limitsSmallEntries || !ActiveIndex.keepsInLines(shape) ? activeStateBytes : 0;
    }

    /** Says how large the pages are that its operators write and read. Before they are made. */
    void movePagesOf(int bytes) {
        pageBytes = bytes;
    }

    @Override
    public int pageBytes() {
        return pageBytes;
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
        adoptions.add(action);
    }

    @Override
    public void onClock(ClockReader reader) {
        clockReaders.add(reader);
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
        return holder;
    }

    /** Says which worker has it. */
    void hold(int worker) {
        if (holder != worker) {
            holder = worker;
        }
    }

    public State state() {
        return state;
    }

    void readFrom(TaskInput taskInput) {
        input = taskInput;
    }

    /** Says which clock operators go by that ask for one. */
    void goBy(Clock taskClock) {
        clock = taskClock;
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
        scheduler = taskScheduler;
    }

    /** Says that the task may have something to do. */
    public void wake() {
        while (true) {
            Turn seen = (Turn) TURN.getVolatile(this);
            boolean done =
                    switch (seen) {
                        case PARKED -> TURN.compareAndSet(this, Turn.PARKED, Turn.SCHEDULED) && scheduleNow();
                        case ASKED -> TURN.compareAndSet(this, Turn.ASKED, Turn.SCHEDULED) && nudge();
                        case RUNNING -> TURN.compareAndSet(this, Turn.RUNNING, Turn.RUNNING_AND_WOKEN);
                        case SCHEDULED, RUNNING_AND_WOKEN, RETIRING, RETIRED -> true;
                    };
            if (done) {
                return;
            }
        }
    }

    private boolean scheduleNow() {
        scheduler().schedule(this);
        return true;
    }

    private boolean nudge() {
        scheduler().nudge(this);
        return true;
    }

    private Scheduler scheduler() {
        return java.util.Objects.requireNonNull(scheduler, "task was woken before it was given to a scheduler");
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
        if (!begin()) {
            return Progress.RETIRED;
        }
        for (int i = 0; i < allocators.size(); i++) {
            allocators.get(i).enter(worker);
        }
        Progress progress = step();
        for (int i = 0; i < allocators.size(); i++) {
            allocators.get(i).leave();
        }
        return end(progress);
    }

    private boolean begin() {
        while (true) {
            Turn seen = (Turn) TURN.getVolatile(this);
            boolean isFree =
                    switch (seen) {
                        case PARKED, SCHEDULED, ASKED -> true;
                        case RETIRED -> false;
                        case RUNNING, RUNNING_AND_WOKEN, RETIRING ->
                            throw new IllegalStateException("task is stepped by two threads: task=" + name);
                    };
            if (!isFree) {
                return false;
            }
            if (TURN.compareAndSet(this, seen, Turn.RUNNING)) {
                return true;
            }
        }
    }

    private Progress end(Progress progress) {
        Turn next =
                switch (progress) {
                    case MADE -> Turn.SCHEDULED;
                    case WAITING -> Turn.ASKED;
                    case IDLE, DONE, RETIRED -> Turn.PARKED;
                };
        if (TURN.compareAndSet(this, Turn.RUNNING, next)) {
            return progress;
        }
        // Woken while it ran: what it was woken for may have come after it looked.
        if (TURN.compareAndSet(this, Turn.RUNNING_AND_WOKEN, Turn.SCHEDULED)) {
            return Progress.MADE;
        }
        Thread waiting = retirer;
        TURN.setVolatile(this, Turn.RETIRED);
        LockSupport.unpark(waiting);
        return Progress.DONE;
    }

    /**
     * Takes the task out of the run for good; returns when nobody steps it any more. Any thread that steps no task may call
     * it, one at a time.
     *
     * @return whether no queue has it; if one has, whoever takes it out is told by {@link Progress#RETIRED}
     */
    public boolean retire() {
        while (true) {
            Turn seen = (Turn) TURN.getVolatile(this);
            switch (seen) {
                case PARKED, SCHEDULED, ASKED -> {
                    if (TURN.compareAndSet(this, seen, Turn.RETIRED)) {
                        return seen == Turn.PARKED;
                    }
                }
                case RUNNING, RUNNING_AND_WOKEN -> {
                    retirer = Thread.currentThread();
                    TURN.compareAndSet(this, seen, Turn.RETIRING);
                }
                case RETIRING -> LockSupport.park(this);
                case RETIRED -> {
                    return true;
                }
            }
        }
    }

    private Progress step() {
        if (state == State.DONE || state == State.FAILED || job.hasFailed()) {
            return Progress.DONE;
        }
        try {
            return advance();
        } catch (Throwable e) { // whatever it is, the job must hear of it
            state = State.FAILED;
            job.failed(name, whereabouts(e), e);
            return Progress.DONE;
        }
    }

    private Progress advance() {
        if (adopter != Thread.currentThread()) {
            adopter = Thread.currentThread();
            adoptions.forEach(Runnable::run);
        }
        if (!isDrained()) {
            isHeldUp = true;
            return Progress.IDLE; // a consumer that takes something wakes us
        }
        if (isHeldUp) {
            isHeldUp = false;
        }
        if (!arePassed()) {
            return waitsForTime() ? Progress.WAITING : Progress.IDLE; // what was read wakes us
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
        TaskInput taskInput = java.util.Objects.requireNonNull(input, "task has no input");
        boolean waitsForTime = !clockReaders.isEmpty() && tick();
        Progress progress = taskInput.step(this);
        if (state == State.RUNNING || state == State.ALIGNING) {
            state = taskInput.isAligning() ? State.ALIGNING : State.RUNNING;
        }
        return waitsForTime && progress == Progress.IDLE ? Progress.WAITING : progress;
    }

    /** Tells the time; whether somebody waits for a later one. */
    private boolean tick() {
        long nowMillis =
                java.util.Objects.requireNonNull(clock, "task has no clock").epochMillis();
        boolean waits = false;
        for (int i = 0; i < clockReaders.size(); i++) {
            waits |= clockReaders.get(i).tick(nowMillis);
        }
        return waits;
    }

    private boolean isDrained() {
        boolean drained = true;
        for (ChannelTarget target : targets) {
            drained &= target.isDrained();
        }
        return drained;
    }

    /** Tells the tasks behind whether they should not wait for this one. Called by the input, after a flush. */
    void idle(boolean isIdle) {
        for (ChannelTarget target : targets) {
            target.idle(isIdle);
        }
    }

    /** Whether it cannot go on because those behind have no room. Any thread may ask. */
    boolean isHeldUp() {
        return isHeldUp;
    }

    /** The job's clock. Called by the input, once an epoch or when time moves. */
    long nanoTime() {
        return job.nanoTime();
    }

    /** Says whether nothing waits inside the chain, after trying again. What comes out of one passage may wait at another. */
    private boolean arePassed() {
        for (int i = 0; i < passages.size(); ) {
            Passage passage = passages.get(i);
            if (passage.isDrained()) {
                i++;
            } else if (passage.drainOne()) {
                i = 0;
            } else {
                return false;
            }
        }
        return true;
    }

    private boolean waitsForTime() {
        for (int i = 0; i < passages.size(); i++) {
            if (passages.get(i).waitsForTime()) {
                return true;
            }
        }
        return false;
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
        operators = ofChain;
    }

    /** Which operators, where their input was, and the line of the program that threw, as far as they are known. */
    private String whereabouts(Throwable problem) {
        String line = UserLine.of(problem, Task.class);
        return (operators.isEmpty() ? "" : "operators=[" + operators + "], ")
                + place(problem)
                + (line.isEmpty() ? "" : ", thrownIn=" + line);
    }

    private String place(Throwable problem) {
        try {
            return place();
        } catch (RuntimeException e) { // a reader that failed may not know where it is
            problem.addSuppressed(e);
            return "place unknown";
        }
    }

    /** Gives everything back. When no worker steps the task any more. */
    @Override
    public void close() {
        if (heldBarrier != null) {
            heldBarrier.abandon();
            heldBarrier = null;
        }
        RuntimeException problem = null;
        for (int i = resources.size() - 1; i >= 0; i--) {
            try {
                resources.get(i).close();
            } catch (Exception e) {
                if (problem == null) {
                    problem = new IllegalStateException("task could not be closed: task=" + name, e);
                } else {
                    problem.addSuppressed(e);
                }
            }
        }
        resources.clear();
        if (problem != null) {
            throw problem;
        }
    }
}
