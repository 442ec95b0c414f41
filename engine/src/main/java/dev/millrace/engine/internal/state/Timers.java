package dev.millrace.engine.internal.state;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.window.TimerQueue;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.Timer;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;

/**
 * The timers of one operator instance. What counts is the entry in the index: {key, name} with a deadline, which epochs keep.
 * Beside it a queue for each kind of time says which is due next. Used by the thread that steps the task.
 *
 * <p>A timer is in its queue once. One that is set for later stays where it is, and is put right when it comes up: so to push a
 * timer off again and again costs O(1) each time. To set a new one, to set one for earlier, to take one back and to fire cost
 * O(log n). A timer takes an entry in the index, 16 bytes on the heap and a block with its key.
 */
final class Timers implements AutoCloseable {
    /** The end of time is no deadline. */
    private static final long LATEST_DEADLINE = Receiver.END_OF_TIME - 1;

    private final KeyContext call;
    private final ActiveIndex index;
    private final CompositeKey key;
    private final FlatCodec<String> names;
    private final TimerQueue byEvents;
    private final TimerQueue byClock;

    /** While the input has ended: how many timers the one that is firing follows from; else -1. */
    private long linksAtEnd = -1;
    /** The name of the timer that {@link #next} gave. */
    private String name = "";

    Timers(KeyContext call, ActiveIndex index, FlatCodec<String> names, BlockAllocator allocator) {
        this.call = call;
        this.index = index;
        this.names = names;
        key = new CompositeKey(call, allocator);
        byEvents = new TimerQueue(allocator);
        byClock = new TimerQueue(allocator);
    }

    private static int part(TimeKind time) {
        return time == TimeKind.EVENT ? CompositeKey.NAMED : CompositeKey.NAMED_TOO;
    }

    private TimerQueue queue(TimeKind time) {
        return time == TimeKind.EVENT ? byEvents : byClock;
    }

    private TimerQueue queueOf(long key) {
        return CompositeKey.part(key) == CompositeKey.NAMED ? byEvents : byClock;
    }

    /** Sets a timer of the current key. */
    void set(String timerName, TimeKind time, long wantedMillis) {
        long deadline = Math.min(wantedMillis, LATEST_DEADLINE);
        turnTo(timerName, time);
        TimerQueue queue = queue(time);
        long timer = index.update(key.address(), key.lengthBytes(), key.hash());
        if (timer == 0) {
            long block = queue.add(deadline, key.address(), key.lengthBytes(), call.hash);
            timer = index.put(key.address(), key.lengthBytes(), key.hash(), TimerFormat.VALUE_BYTES);
            TimerFormat.block(timer, block);
        } else if (deadline < queue.deadline(TimerFormat.block(timer))) {
            queue.move(TimerFormat.block(timer), deadline);
        }
        TimerFormat.deadline(timer, deadline);
        TimerFormat.links(timer, linksAtEnd + 1);
    }

    /** Takes a timer of the current key back; whether it was set. */
    boolean cancel(String timerName, TimeKind time) {
        turnTo(timerName, time);
        long timer = index.find(key.address(), key.lengthBytes(), key.hash());
        if (timer == 0) {
            return false;
        }
        queue(time).remove(TimerFormat.block(timer));
        return index.remove(key.address(), key.lengthBytes(), key.hash());
    }

    boolean isSet(String timerName, TimeKind time) {
        turnTo(timerName, time);
        return index.find(key.address(), key.lengthBytes(), key.hash()) != 0;
    }

    private void turnTo(String timerName, TimeKind time) {
        if (timerName.length() > Timer.MAX_NAME_CHARS) {
            throw new IllegalArgumentException("name of a timer is too long: operator=" + call.operator() + ", chars="
                    + timerName.length() + ", limitChars=" + Timer.MAX_NAME_CHARS);
        }
        names.writeBlob(timerName, key.begin(part(time), names.blobBytes(timerName)));
        key.end();
    }

    /** The earliest moment at which a timer may be due; {@link Long#MAX_VALUE} if there is none. */
    long earliest(TimeKind time) {
        return queue(time).earliest();
    }

    int size() {
        return byEvents.size() + byClock.size();
    }

    /**
     * Takes the timer out that comes next in its queue, unless it was set for later meanwhile.
     *
     * @return its block, to be given to {@link #release}; 0 if it is put right and is not due
     */
    long next(TimeKind time) {
        TimerQueue queue = queue(time);
        long block = queue.first();
        long composite = TimerQueue.keyAddress(block);
        int keyBytes = TimerQueue.keyBytes(block);
        long hash = CompositeKey.hash(composite, keyBytes, TimerQueue.hash(block));
        long timer = index.find(composite, keyBytes, hash);
        if (timer == 0) {
            throw new IllegalStateException("timer is in no state: operator=" + call.operator());
        }
        if (TimerFormat.deadline(timer) > queue.earliest()) {
            queue.move(block, TimerFormat.deadline(timer));
            return 0;
        }
        if (linksAtEnd >= 0) {
            linksAtEnd = TimerFormat.links(timer);
        }
        name = names.readBlob(CompositeKey.suffix(composite));
        if (linksAtEnd > Timer.MAX_LINKS_AT_END) {
            throw endless();
        }
        index.remove(composite, keyBytes, hash);
        queue.poll();
        return block;
    }

    private IllegalStateException endless() {
        return new IllegalStateException("timers follow from each other behind the end of the input: operator="
                + call.operator() + ", timer=" + name + ", limitLinks=" + Timer.MAX_LINKS_AT_END
                + "; do not set a timer again when it isAtEnd()");
    }

    /** The name of the timer that {@link #next} gave. */
    String name() {
        return name;
    }

    void release(long block) {
        byEvents.free(block); // of the same allocator, whichever queue it was in
    }

    /** From now on timers fire because the input has ended. */
    void beginEnd() {
        linksAtEnd = 0;
    }

    /** Timers fire by their times again. */
    void endEnd() {
        linksAtEnd = -1;
    }

    boolean isAtEnd() {
        return linksAtEnd >= 0;
    }

    /**
     * Takes a timer back that was stored.
     *
     * @param timer as {@link TimerFormat} decoded it, in memory of the caller; completed here
     */
    void restore(long composite, int keyBytes, long hash, long ownerHash, long timer, int timerBytes) {
        long deadline = TimerFormat.deadline(timer);
        TimerFormat.block(timer, queueOf(composite).add(deadline, composite, keyBytes, ownerHash));
        index.restore(composite, keyBytes, hash, timer, timerBytes);
    }

    @Override
    public void close() {
        byEvents.close();
        byClock.close();
        key.close();
    }
}
