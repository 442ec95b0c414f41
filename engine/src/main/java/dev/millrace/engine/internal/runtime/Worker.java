package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.Idle;
import dev.millrace.numa.CpuPinning;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A thread that steps tasks, one turn each. Any thread may add tasks, wake and nudge; the thread itself does the rest.
 *
 * <p>It has two queues: tasks that have something to do, and tasks that must be asked again whether they have. It takes
 * one of each in turn, first come, first served. When a whole round came to nothing it takes a task from a worker that is in
 * the middle of a turn, and so cannot run it now; when there is none, it does what {@link Idle} says.
 */
final class Worker implements Runnable, AutoCloseable {
    private static final long MAX_SPINS = 20;
    private static final long MAX_YIELDS = 20;
    private static final long MIN_PARK_NANOS = 1_000;
    private static final long MAX_BACKOFF_NANOS = 200_000;
    private static final long MAX_PARK_NANOS = 1_000_000;
    /** So often a worker looks at its own node before it looks at others. */
    private static final int NEAR_LOOKS = 4;

    private static final VarHandle TURNS;

    static {
        try {
            TURNS = MethodHandles.lookup().findVarHandle(Worker.class, "turns", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int index;
    private final Crew crew;
    private final Workers workers;
    private final Thread thread;
    private final MessagePassingQueue<Task> ready = new MpmcVarHandleArrayQueue<>(Workers.MAX_TASKS);
    private final MessagePassingQueue<Task> asked = new MpmcVarHandleArrayQueue<>(Workers.MAX_TASKS);
    private final Idle idle;
    private final IdleStrategy strategy;
    private final IntConsumer whenIdle;
    private @Nullable List<Worker> victims;

    /** Turns begun and ended: odd in the middle of one. Written by the thread. */
    private long turns;
    /** The turns of each victim at the last look; of the thread. */
    private final long[] seenTurns;

    private int fruitless;
    private int looks;
    private volatile boolean isAsleep;
    private volatile boolean isNudged;
    private volatile boolean isStopped;

    Worker(int index, Crew crew, Workers workers) {
        this.index = index;
        this.crew = crew;
        this.workers = workers;
        idle = crew.idleOf(index);
        strategy = strategy(idle);
        whenIdle = crew.whenIdle();
        seenTurns = new long[crew.order().workers()];
        thread = new Thread(this, crew.name() + "-worker-" + index);
        thread.setDaemon(true);
    }

    private static IdleStrategy strategy(Idle idle) {
        return switch (idle) {
            case SPIN -> new BusySpinIdleStrategy();
            case BACKOFF -> new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NANOS, MAX_BACKOFF_NANOS);
            case PARK -> new BackoffIdleStrategy(0, 0, MIN_PARK_NANOS, MAX_PARK_NANOS);
        };
    }

    /** Whom it steals from, in order. */
    List<Worker> victims() {
        List<Worker> all = victims;
        if (all == null) {
            all = new ArrayList<>();
            for (int other : crew.order().near().get(index)) {
                all.add(workers.worker(other));
            }
            for (int other : crew.order().far().get(index)) {
                all.add(workers.worker(other));
            }
            victims = all;
        }
        return all;
    }

    /** Those on its node. */
    List<Worker> neighbours() {
        return victims().subList(0, crew.order().near().get(index).size());
    }

    /** Adds a task that may have something to do. */
    void add(Task task) {
        if (!ready.offer(task)) {
            throw new IllegalStateException("run queue is full: worker=" + thread.getName() + ", task=" + task.name()
                    + ", capacity=" + ready.capacity());
        }
        VarHandle.fullFence(); // the task is there before anybody looks whether this worker sleeps: pairs with sleep
    }

    /** Ends its sleep; whether it slept. */
    boolean wake() {
        if (isAsleep) {
            isAsleep = false; // one task wakes one worker
            LockSupport.unpark(thread);
            return true;
        }
        return false;
    }

    /** Says that one of the tasks it asks again and again has something to do. */
    void nudge() {
        isNudged = true;
        wake();
    }

    /** Whether it is in the middle of a turn. */
    boolean isInTurn() {
        return ((long) TURNS.getOpaque(this) & 1) != 0;
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        if (index < crew.cpus().size()) {
            CpuPinning.detect().pinTo(crew.cpus().get(index));
        }
        while (!isStopped) {
            if (!round()) {
                whenIdle.accept(index);
                rest();
            }
        }
    }

    /**
     * One turn of a task that has something to do, and one of a task that must be asked. For the thread, or for a test in
     * place of it.
     *
     * @return whether there may be more to do; if not, every task has been asked, and others have none to give
     */
    boolean round() {
        boolean made = turn(ready.relaxedPoll());
        made |= turn(asked.relaxedPoll());
        if (made) {
            fruitless = 0;
            looks = 0;
            strategy.reset();
            return true;
        }
        if (++fruitless <= asked.size()) {
            return true;
        }
        fruitless = 0;
        Task stolen = steal();
        if (stolen == null) {
            return false;
        }
        turn(stolen);
        strategy.reset();
        return true;
    }

    private boolean turn(@Nullable Task task) {
        if (task == null) {
            return false;
        }
        task.hold(index);
        TURNS.setOpaque(this, turns + 1);
        Progress progress = task.turn(index);
        TURNS.setOpaque(this, turns + 1);
        switch (progress) {
            case MADE -> add(task);
            case WAITING -> ask(task);
            case IDLE, DONE -> {}
            case RETIRED -> workers.dismiss(1);
        }
        return progress == Progress.MADE || progress == Progress.DONE;
    }

    private void ask(Task task) {
        if (!asked.offer(task)) {
            throw new IllegalStateException("queue of those to be asked is full: worker=" + thread.getName() + ", task="
                    + task.name() + ", capacity=" + asked.capacity());
        }
    }

    /**
     * A task of a worker that cannot run it now. One that must only be asked is taken if its worker has been in one turn for
     * two looks; one of another node, if nothing was found nearby for some looks.
     */
    private @Nullable Task steal() {
        List<Worker> all = victims();
        int near = looks < NEAR_LOOKS ? crew.order().near().get(index).size() : all.size();
        looks++;
        for (int i = 0; i < near; i++) {
            Worker victim = all.get(i);
            long seen = (long) TURNS.getOpaque(victim);
            if ((seen & 1) != 0) {
                Task task = victim.ready.relaxedPoll();
                if (task == null && seen == seenTurns[victim.index]) {
                    task = victim.asked.relaxedPoll();
                }
                if (task != null) {
                    return task;
                }
            }
            seenTurns[victim.index] = seen;
        }
        return null;
    }

    private void rest() {
        if (idle == Idle.SPIN) {
            strategy.idle();
            return;
        }
        isAsleep = true;
        // Pairs with the fence in add, and with nudge: who comes later sees that it sleeps.
        if (ready.isEmpty() && !isNudged && !isStopped) {
            strategy.idle();
        }
        isAsleep = false;
        isNudged = false; // every task is asked again before the next rest
    }

    /** Asks the thread to end. */
    void stop() {
        isStopped = true;
        LockSupport.unpark(thread);
    }

    /** Stops the thread and waits for it. */
    @Override
    public void close() {
        stop();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
