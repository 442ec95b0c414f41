package dev.millrace.bench.flow;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.bench.workload.Mix;
import dev.millrace.engine.FlowConfig;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.PageTarget;
import dev.millrace.engine.internal.chain.PageWriter;
import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.engine.internal.runtime.Channel;
import dev.millrace.serde.RecordLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * As the engine does it: the producer writes rows, each with its time and its key's hash, into pages that it takes from its
 * allocator; the consumer reads them and gives the pages back to its own.
 */
final class PageLane implements EventLane {
    private static final long BUDGET_BYTES = 32L << 20;

    /** The part of an event that makes it find its partition. */
    record Key(long key) {}

    private final SlabAllocator allocator = SlabAllocator.open(
            AllocatorConfig.builder().memoryBytes(BUDGET_BYTES).workers(2).build());
    private final BlockAllocator blocks = allocator.worker(1);
    private final PageLayout layout = new PageLayout(RecordLayout.of(Key.class), RecordLayout.of(Event.class));
    private final Channel channel = new Channel(FlowConfig.DEFAULT.channelPages());
    private final Backoff backoff = new Backoff();
    private final int keyBytes = layout.keyBytes();
    private final int valueOffset = layout.rowsOffset() + layout.keyBytes() + Long.BYTES;
    private final int strideBytes = layout.strideBytes();

    private long page = BlockAllocator.NONE;
    private int row;
    private int rows;

    @Override
    public void produce(AtomicBoolean isStopped) {
        try (PageWriter pages = new PageWriter(allocator.worker(0), layout, new ToChannel(isStopped))) {
            for (long i = 0; !isStopped.getOpaque(); i++) {
                long address = pages.reserve(0, i, Mix.mix(i), 0);
                Memory.putLong(address, i);
                Memory.putLong(address + keyBytes, i);
                Memory.putLong(address + keyBytes + Long.BYTES, i);
            }
        }
    }

    @Override
    public long consume(int count) {
        long sum = 0;
        int left = count;
        while (left > 0) {
            if (row == rows) {
                turn();
            }
            int end = Math.min(rows, row + left);
            left -= end - row;
            for (int i = row; i < end; i++) {
                sum += Memory.getLong(page + valueOffset + (long) i * strideBytes);
            }
            row = end;
        }
        return sum;
    }

    private void turn() {
        if (page != BlockAllocator.NONE) {
            blocks.free(page);
        }
        while (channel.isEmpty()) {
            backoff.pause();
        }
        backoff.reset();
        page = channel.take();
        rows = PageLayout.rowCount(page);
        row = 0;
    }

    @Override
    public void close() {
        if (page != BlockAllocator.NONE) {
            blocks.free(page);
        }
        while (!channel.isEmpty()) {
            blocks.free(channel.take());
        }
        allocator.close();
    }

    private final class ToChannel implements PageTarget {
        private final AtomicBoolean isStopped;
        private final Backoff full = new Backoff();

        ToChannel(AtomicBoolean isStopped) {
            this.isStopped = isStopped;
        }

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public long send(int partition, long filled) {
            while (!channel.offer(Channel.Kind.PAGE, filled)) {
                if (isStopped.getOpaque()) {
                    return filled;
                }
                full.pause();
            }
            full.reset();
            return BlockAllocator.NONE;
        }

        @Override
        public void watermark(long watermark) {}

        @Override
        public void barrier(Barrier barrier) {}

        @Override
        public void flush() {}
    }
}
