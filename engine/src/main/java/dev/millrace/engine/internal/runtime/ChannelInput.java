package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.Receiver;

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
    private long watermark = Receiver.NO_TIME;
    private long restored = Receiver.NO_TIME;

    ChannelInput(Channel[] channels, Task[] producers, KeyedHead head, BlockAllocator allocator) {
        this.channels = channels;
        this.producers = producers;
        this.head = head;
        this.allocator = allocator;
        watermarks = new long[channels.length];
        java.util.Arrays.fill(watermarks, Receiver.NO_TIME);
        isBlocked = new boolean[channels.length];
    }

    /**
     * Says where time stood at the epoch that the job starts from. Without it, what comes through one channel before the
     * others have told the time again would not be late, and a closed window would open a second time.
     */
    void startAt(long reached) {
        java.util.Arrays.fill(watermarks, reached);
        restored = reached;
    }

    @Override
    public Progress step(Task task) {
        if (restored > watermark) {
            watermark = restored;
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
            Barrier barrier = new Barrier(epoch, isLast);
            try {
                head.next().barrier(barrier);
            } catch (Throwable e) {
                barrier.release();
                throw e;
            }
            task.passed(barrier);
            java.util.Arrays.fill(isBlocked, false);
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
