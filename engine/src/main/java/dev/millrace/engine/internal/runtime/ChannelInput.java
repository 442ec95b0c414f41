package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.Receiver;
import java.util.Arrays;

/**
 * The channels at the beginning of a task. Watermarks merge as their minimum. An epoch ends when its barrier has come
 * through every channel: until then, those that have it are not read.
 */
final class ChannelInput implements TaskInput {
    /** Entries of one step. */
    private static final int ENTRIES_PER_STEP = 4;

    private final Channel[] channels;
    private final Task[] producers;
    private final KeyedHead head;
    private final BlockAllocator allocator;
    private final long[] watermarks;
    private final boolean[] isBlocked;

    private int blockedCount;
    private long watermark;
    private boolean mustRepeat;

    /**
     * @param watermark what came through all channels before the epoch that the job starts from, or
     *     {@link Receiver#NO_TIME}; told to those behind before the first event, lest closed windows open again
     */
    ChannelInput(Channel[] channels, Task[] producers, KeyedHead head, BlockAllocator allocator, long watermark) {
        this.channels = channels;
        this.producers = producers;
        this.head = head;
        this.allocator = allocator;
        this.watermark = watermark;
        mustRepeat = watermark != Receiver.NO_TIME;
        watermarks = new long[channels.length];
        Arrays.fill(watermarks, watermark);
        isBlocked = new boolean[channels.length];
    }

    @Override
    public Progress step(Task task) {
        if (mustRepeat) {
            mustRepeat = false;
            head.next().watermark(watermark);
        }
        boolean made = false;
        for (int i = 0; i < channels.length; i++) {
            for (int n = 0; n < ENTRIES_PER_STEP && !isBlocked[i] && !channels[i].isEmpty(); n++) {
                take(task, i);
                made = true;
            }
        }
        if (made) {
            return Progress.MADE;
        }
        head.next().flush();
        return Progress.IDLE;
    }

    private void take(Task task, int i) {
        Channel.Kind kind = channels[i].kind();
        long value = channels[i].take();
        producers[i].wake();
        switch (kind) {
            case PAGE -> {
                try {
                    head.process(value);
                } finally {
                    allocator.free(value);
                }
            }
            case WATERMARK -> watermark(i, value);
            case BARRIER -> barrier(task, i, value, false);
            case LAST_BARRIER -> barrier(task, i, value, true);
        }
    }

    private void watermark(int i, long value) {
        watermarks[i] = value;
        long minimum = value;
        for (long other : watermarks) {
            minimum = Math.min(minimum, other);
        }
        if (minimum > watermark) {
            watermark = minimum;
            head.next().watermark(minimum);
        }
    }

    private void barrier(Task task, int i, long epoch, boolean isLast) {
        isBlocked[i] = true;
        blockedCount++;
        if (blockedCount == channels.length) {
            long startNanos = task.nanoTime();
            Barrier barrier = new Barrier(epoch, isLast);
            try {
                head.next().barrier(barrier);
            } catch (Throwable e) {
                barrier.abandon();
                throw e;
            }
            barrier.noteStall(task.nanoTime() - startNanos);
            task.passed(barrier);
            Arrays.fill(isBlocked, false);
            blockedCount = 0;
        }
    }

    @Override
    public boolean isAligning() {
        return blockedCount > 0;
    }

    @Override
    public String place() {
        return "watermark=" + watermark;
    }
}
