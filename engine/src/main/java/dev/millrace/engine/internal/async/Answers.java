package dev.millrace.engine.internal.async;

import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What has been answered and not been looked at yet. Any thread adds, and wakes the task; the thread that steps the task takes.
 * There is room for as many as can be under way.
 */
final class Answers {
    private final MessagePassingQueue<Attempt> queue;
    private final Runnable wake;
    private volatile boolean isClosed;

    Answers(int capacity, Runnable wake) {
        queue = new MpscVarHandleArrayQueue<>(Math.max(2, capacity));
        this.wake = wake;
    }

    void add(Attempt attempt) {
        if (isClosed) {
            return;
        }
        if (!queue.offer(attempt)) {
            throw new IllegalStateException("more answers than requests: capacity=" + queue.capacity());
        }
        wake.run();
    }

    @Nullable
    Attempt poll() {
        return queue.poll();
    }

    /** Answers are of no use any more. */
    void close() {
        isClosed = true;
    }
}
