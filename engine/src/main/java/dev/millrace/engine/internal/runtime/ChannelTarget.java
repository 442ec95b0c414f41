package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.FlowConfig;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.PageTarget;
import dev.millrace.engine.internal.page.PageLayout;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Sends pages and control through channels to the tasks behind, one channel a partition. Used by the thread that steps
 * the sending task.
 *
 * <p>A full channel is an answer: what does not fit waits here in order, and the task does not read further before it is
 * gone. What waits is what one step of the task produced, no more.
 */
final class ChannelTarget implements PageTarget, AutoCloseable {
    private record Waiting(Channel.Kind kind, long value) {}

    private final Channel[] channels;
    private final Task[] consumers;
    private final BlockAllocator allocator;
    private final List<ArrayDeque<Waiting>> waiting;
    private int waitingCount;

    ChannelTarget(Channel[] channels, Task[] consumers, BlockAllocator allocator) {
        this.channels = channels;
        this.consumers = consumers;
        this.allocator = allocator;
        waiting = java.util.stream.Stream.generate(() -> new ArrayDeque<Waiting>())
                .limit(channels.length)
                .toList();
    }

    @Override
    public int partitions() {
        return channels.length;
    }

    @Override
    public long send(int partition, long page) {
        put(partition, Channel.Kind.PAGE, page);
        return BlockAllocator.NONE;
    }

    @Override
    public void watermark(long watermark) {
        putAll(Channel.Kind.WATERMARK, watermark);
    }

    @Override
    public void barrier(Barrier barrier) {
        putAll(barrier.isLast() ? Channel.Kind.LAST_BARRIER : Channel.Kind.BARRIER, barrier.epoch());
    }

    @Override
    public void flush() {}

    /** Tells those behind whether they should not wait for this task. After everything else was sent. */
    void idle(boolean isIdle) {
        putAll(isIdle ? Channel.Kind.IDLE : Channel.Kind.ACTIVE, 0);
    }

    private void putAll(Channel.Kind kind, long value) {
        for (int partition = 0; partition < channels.length; partition++) {
            put(partition, kind, value);
        }
    }

    private void put(int partition, Channel.Kind kind, long value) {
        if (waiting.get(partition).isEmpty() && channels[partition].offer(kind, value)) {
            consumers[partition].wake();
        } else {
            waiting.get(partition).add(new Waiting(kind, value));
            waitingCount++;
        }
    }

    /** Says whether everything has been sent, after trying again. */
    boolean isDrained() {
        if (waitingCount == 0) {
            return true;
        }
        for (int partition = 0; partition < channels.length; partition++) {
            ArrayDeque<Waiting> queue = waiting.get(partition);
            boolean sent = false;
            while (!queue.isEmpty()
                    && channels[partition].offer(
                            queue.peek().kind(), queue.peek().value())) {
                queue.poll();
                waitingCount--;
                sent = true;
            }
            if (sent) {
                consumers[partition].wake();
            }
        }
        return waitingCount == 0;
    }

    /** Frees the pages that nobody took. When both tasks have stopped for good. */
    @Override
    public void close() {
        for (int partition = 0; partition < channels.length; partition++) {
            Channel channel = channels[partition];
            while (!channel.isEmpty()) {
                boolean isPage = channel.kind() == Channel.Kind.PAGE;
                long value = channel.take();
                if (isPage) {
                    free(value);
                }
            }
            for (Waiting entry : waiting.get(partition)) {
                if (entry.kind() == Channel.Kind.PAGE) {
                    free(entry.value());
                }
            }
            waiting.get(partition).clear();
        }
        waitingCount = 0;
    }

    private void free(long page) {
        if (PageLayout.isLastReader(page)) {
            allocator.free(page);
        }
    }

    /** What a sender may hold of the budget for one receiver: pages in the channel, one being filled, one waiting. */
    static long maxBytes(FlowConfig flow) {
        return (flow.channelPages() + 2L) * flow.pageBytes();
    }
}
