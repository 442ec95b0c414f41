package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.miss.Gate;
import dev.millrace.engine.internal.page.PageLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The channels at the beginning of a task. Watermarks merge as {@link MergedTime} says. An epoch ends when its barrier has come
 * through every channel: until then, those that have it are not read.
 */
final class ChannelInput implements TaskInput, AutoCloseable {
    /** Entries of one step. */
    private static final int ENTRIES_PER_STEP = 4;

    private final Channel[] channels;
    private final Task[] producers;
    /** Where control goes. */
    private final KeyedHead head;
    /** Where pages of each channel go. */
    private final KeyedHead[] heads;

    private final @Nullable Gate gate;
    private final BlockAllocator allocator;
    private final Linger linger;
    private final MergedTime time;
    private final String timeName;
    private final boolean[] isBlocked;

    private int blockedCount;
    private boolean mustRepeat;
    private boolean toldIdle;
    /** A page that waits at the gate. */
    private long waitingPage = BlockAllocator.NONE;

    /**
     * @param watermark what came through all channels before the epoch that the job starts from, or
     *     {@link Receiver#NO_TIME}; told to those behind before the first event, lest closed windows open again
     */
    ChannelInput(Channel[] channels, Task[] producers, KeyedHead head, BlockAllocator allocator, long watermark) {
        this(channels, producers, head, null, allocator, watermark, "input", Linger.none());
    }

    /**
     * @param gate before the head, if some of the state may not be in memory
     * @param timeName under which is kept where time stands, while that cannot be told from where the sources stand
     */
    ChannelInput(
            Channel[] channels,
            Task[] producers,
            KeyedHead head,
            @Nullable Gate gate,
            BlockAllocator allocator,
            long watermark,
            String timeName,
            Linger linger) {
        this.channels = channels;
        this.producers = producers;
        this.head = head;
        heads = new KeyedHead[channels.length];
        Arrays.fill(heads, head);
        this.gate = gate;
        this.allocator = allocator;
        time = new MergedTime(channels.length, watermark, producers[0].nanoTime());
        this.timeName = timeName;
        this.linger = linger;
        mustRepeat = watermark != Receiver.NO_TIME;
        isBlocked = new boolean[channels.length];
    }

    /** Says where pages of each channel go, if they do not all look the same. Before the first step. */
    void pagesTo(KeyedHead... headOfChannel) {
        System.arraycopy(headOfChannel, 0, heads, 0, heads.length);
    }

    @Override
    public Progress step(Task task) {
        if (isWaiting() && !resume()) {
            return Progress.IDLE; // what is read wakes the task
        }
        if (mustRepeat) {
            mustRepeat = false;
            head.next().watermark(time.merged());
        }
        boolean made = false;
        for (int i = 0; i < channels.length; i++) {
            for (int n = 0; n < ENTRIES_PER_STEP && !isBlocked[i] && !isWaiting() && !channels[i].isEmpty(); n++) {
                take(task, i);
                made = true;
            }
        }
        if (made) {
            linger.arrived();
            if (toldIdle) {
                tellIdle(task);
            }
            return isWaiting() ? Progress.IDLE : Progress.MADE;
        }
        if (!linger.isOver()) {
            return Progress.WAITING;
        }
        head.next().flush();
        tellIdle(task);
        return Progress.IDLE;
    }

    private void take(Task task, int i) {
        Channel.Kind kind = channels[i].kind();
        long value = channels[i].take();
        producers[i].wake();
        switch (kind) {
            case PAGE -> {
                time.spoke(i);
                page(i, value);
            }
            case WATERMARK -> watermark(task, i, value, false);
            case BARRIER -> barrier(task, i, value, false);
            case LAST_BARRIER -> barrier(task, i, value, true);
            case IDLE -> watermark(task, i, value, true);
            case ACTIVE -> time.spoke(i);
        }
    }

    private void page(int i, long page) {
        waitingPage = page;
        boolean waits = false;
        try {
            if (gate == null) {
                heads[i].process(page);
            } else {
                waits = !gate.process(page);
            }
        } finally {
            if (!waits) {
                freePage();
            }
        }
    }

    private void freePage() {
        if (waitingPage != BlockAllocator.NONE) {
            if (PageLayout.isLastReader(waitingPage)) {
                allocator.free(waitingPage);
            }
            waitingPage = BlockAllocator.NONE;
        }
    }

    private boolean isWaiting() {
        return gate != null && gate.isWaiting();
    }

    private boolean resume() {
        boolean isDone = gate == null || gate.resume();
        if (isDone) {
            freePage();
        }
        return isDone;
    }

    private void watermark(Task task, int i, long value, boolean isIdle) {
        long before = time.merged();
        if (isIdle) {
            time.idle(i, task.nanoTime());
        } else {
            time.watermark(i, value, task.nanoTime());
        }
        long merged = time.merged();
        if (merged > before) {
            if (gate == null) {
                head.next().watermark(merged);
            } else {
                gate.watermark(merged); // if it waits, so do we
            }
        }
    }

    /** Tells those behind when nobody before is left that time should wait for, and when there is again. */
    private void tellIdle(Task task) {
        boolean isIdle = time.isIdle();
        if (isIdle != toldIdle) {
            toldIdle = isIdle;
            task.idle(isIdle);
        }
    }

    private void barrier(Task task, int i, long epoch, boolean isLast) {
        isBlocked[i] = true;
        blockedCount++;
        if (blockedCount == channels.length) {
            long startNanos = task.nanoTime();
            Barrier barrier = new Barrier(epoch, isLast);
            if (time.isAheadOfInputs()) {
                barrier.noteWatermark(timeName, time.merged());
            }
            try {
                if (gate == null) {
                    head.next().barrier(barrier);
                } else {
                    gate.barrier(barrier);
                }
            } catch (Throwable e) {
                barrier.abandon();
                throw e;
            }
            linger.sent();
            barrier.noteStall(task.nanoTime() - startNanos);
            task.passed(barrier);
            Arrays.fill(isBlocked, false);
            blockedCount = 0;
        }
    }

    /** Where event time stands. Any thread may read it. */
    MergedTime time() {
        return time;
    }

    /** The task before an input. */
    Task producer(int input) {
        return producers[input];
    }

    @Override
    public boolean isAligning() {
        return blockedCount > 0;
    }

    /** Frees a page that did not come to its end. When no worker steps the task any more. */
    @Override
    public void close() {
        if (gate != null) {
            gate.close();
        }
        freePage();
    }

    @Override
    public String place() {
        return "watermark=" + time.merged();
    }
}
