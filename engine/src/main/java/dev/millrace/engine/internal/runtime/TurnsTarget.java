package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.PageTarget;

/** Sends pages to the tasks behind in turns, whatever keys are in them. Used by the thread that steps the sending task. */
final class TurnsTarget implements PageTarget {
    private final PageTarget channels;
    private final int tasks;
    private int next;

    TurnsTarget(PageTarget channels) {
        this.channels = channels;
        tasks = channels.partitions();
    }

    /** One: which task a page goes to is not the writer's choice. */
    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public long send(int partition, long page) {
        int task = next;
        next = task + 1 < tasks ? task + 1 : 0;
        return channels.send(task, page);
    }

    @Override
    public void watermark(long watermark) {
        channels.watermark(watermark);
    }

    @Override
    public void barrier(Barrier barrier) {
        channels.barrier(barrier);
    }

    @Override
    public void flush() {
        channels.flush();
    }
}
