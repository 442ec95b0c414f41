package dev.millrace.engine.internal.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whether a worker has a task, or should: the small state machine by which a task is stepped by one worker at a time and
 * never forgotten. Any thread may call {@link #wake} and {@link #retire}; the others are for who steps the task.
 */
final class Turns {
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
            TURN = MethodHandles.lookup().findVarHandle(Turns.class, "turn", Turn.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Task task;
    private @Nullable Scheduler scheduler;
    /** Touched through {@link #TURN} only. */
    @SuppressWarnings("unused")
    private Turn turn = Turn.PARKED;

    /** Who waits for the last turn to end. */
    private volatile @Nullable Thread retirer;

    /** The worker that has the task, or had it last. Written before the task is in a queue of that worker. */
    private volatile int holder;

    /** @param worker which has the task first */
    Turns(Task task, int worker) {
        this.task = task;
        holder = worker;
    }

    int holder() {
        return holder;
    }

    void hold(int worker) {
        if (holder != worker) {
            holder = worker;
        }
    }

    /** Says who steps the task from now on. Before it is woken for the first time. */
    void runOn(Scheduler taskScheduler) {
        scheduler = taskScheduler;
    }

    /** Says that the task may have something to do. */
    void wake() {
        while (true) {
            Turn seen = (Turn) TURN.getVolatile(this);
            boolean done =
                    switch (seen) {
                        case PARKED -> TURN.compareAndSet(this, Turn.PARKED, Turn.SCHEDULED) && schedule();
                        case ASKED -> TURN.compareAndSet(this, Turn.ASKED, Turn.SCHEDULED) && nudge();
                        case RUNNING -> TURN.compareAndSet(this, Turn.RUNNING, Turn.RUNNING_AND_WOKEN);
                        case SCHEDULED, RUNNING_AND_WOKEN, RETIRING, RETIRED -> true;
                    };
            if (done) {
                return;
            }
        }
    }

    private boolean schedule() {
        scheduler().schedule(task);
        return true;
    }

    private boolean nudge() {
        scheduler().nudge(task);
        return true;
    }

    private Scheduler scheduler() {
        return Objects.requireNonNull(scheduler, "task was woken before it was given to a scheduler");
    }

    /** Takes a turn; false if the task is retired. */
    boolean begin() {
        while (true) {
            Turn seen = (Turn) TURN.getVolatile(this);
            boolean isFree =
                    switch (seen) {
                        case PARKED, SCHEDULED, ASKED -> true;
                        case RETIRED -> false;
                        case RUNNING, RUNNING_AND_WOKEN, RETIRING ->
                            throw new IllegalStateException("task is stepped by two threads: task=" + task.name());
                    };
            if (!isFree) {
                return false;
            }
            if (TURN.compareAndSet(this, seen, Turn.RUNNING)) {
                return true;
            }
        }
    }

    /** Ends a turn that was taken, and says what becomes of the task. */
    Progress end(Progress progress) {
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
    boolean retire() {
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
                case RETIRING -> LockSupport.park(task);
                case RETIRED -> {
                    return true;
                }
            }
        }
    }
}
