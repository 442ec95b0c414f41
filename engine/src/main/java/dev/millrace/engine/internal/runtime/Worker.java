package dev.millrace.engine.internal.runtime;

import dev.millrace.numa.CpuPinning;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * A thread that steps the tasks in its queue, one turn each. Any thread may schedule; the thread itself does the rest.
 *
 * <p>When a whole round of the queue came to nothing it backs off, down to a look every {@value #MAX_PARK_NANOS} ns.
 */
final class Worker implements Runnable, AutoCloseable {
    private static final long MAX_SPINS = 20;
    private static final long MAX_YIELDS = 20;
    private static final long MIN_PARK_NANOS = 1_000;
    private static final long MAX_PARK_NANOS = 200_000;

    private final MessagePassingQueue<Task> queue;
    private final IdleStrategy idle = new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NANOS, MAX_PARK_NANOS);
    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final Thread thread;
    private final int cpu;
    private final Runnable whenIdle;

    /**
     * @param cpu to run on, or -1 for any
     * @param maxTasks that will ever be scheduled here at a time
     * @param whenIdle called on the thread each time it finds nothing to do
     */
    Worker(String name, int cpu, int maxTasks, Runnable whenIdle) {
        this.cpu = cpu;
        this.whenIdle = whenIdle;
        queue = new MpscVarHandleArrayQueue<>(Math.max(2, maxTasks));
        thread = new Thread(this, name);
        thread.setDaemon(true);
    }

    void schedule(Task task) {
        if (!queue.offer(task)) {
            throw new IllegalStateException("run queue is full: worker=" + thread.getName() + ", task=" + task.name());
        }
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        if (cpu >= 0) {
            CpuPinning.detect().pinTo(cpu);
        }
        int fruitless = 0;
        while (!isStopped.getAcquire()) {
            Task task = queue.poll();
            if (task == null) {
                whenIdle.run();
                idle.idle();
                continue;
            }
            Progress progress = task.turn();
            if (progress == Progress.MADE || progress == Progress.WAITING) {
                schedule(task);
            }
            if (progress == Progress.MADE) {
                fruitless = 0;
                idle.reset();
            } else if (++fruitless > queue.size()) {
                fruitless = 0;
                whenIdle.run();
                idle.idle();
            }
        }
    }

    /** Stops the thread and waits for it. */
    @Override
    public void close() {
        isStopped.setRelease(true);
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
