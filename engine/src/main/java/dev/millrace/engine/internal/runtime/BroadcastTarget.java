package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.PageTarget;
import dev.millrace.engine.internal.page.PageLayout;

/**
 * Sends each page to all tasks behind. They read the same bytes: a page is counted, not copied, and whoever reads it last frees
 * it. Used by the thread that steps the sending task.
 */
final class BroadcastTarget implements PageTarget {
    private final PageTarget channels;
    private final int readers;

    BroadcastTarget(PageTarget channels) {
        this.channels = channels;
        readers = channels.partitions();
    }

    /** One: every page is for all. */
    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public long send(int partition, long page) {
        PageLayout.shareAmong(page, readers);
        for (int i = 0; i < readers; i++) {
            channels.send(i, page);
        }
        return BlockAllocator.NONE;
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
