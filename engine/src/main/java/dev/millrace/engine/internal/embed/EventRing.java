package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded ring of events as bytes off the heap. Any thread claims and publishes; one thread at a time polls and closes.
 *
 * <p>An entry takes whole granules of {@value #GRANULE_BYTES} bytes and never wraps: what is left at the end of the ring is
 * skipped by an entry without an event.
 * <pre>
 *   0            4            8
 *   +------------+------------+-------------------+
 *   | granules   | blob bytes | blob              |
 *   | int        | int, or -1 |                   |
 *   +------------+------------+-------------------+
 * </pre>
 *
 * <p>Claiming moves the tail by compare-and-set; an entry counts once its mark says its position, so the order of events
 * is that of their claims, and a claimed entry is always published: {@link #close} waits for that, which is as long as one
 * event takes to write. After Agrona's and Aeron's ring of many producers, with marks in an array of their own in place of
 * lengths that the consumer would have to clear.
 */
final class EventRing implements AutoCloseable {
    static final int GRANULE_BYTES = 64;

    /** The answer when there is no room. */
    static final long FULL = -1;

    /** The answer when no events are taken any more. */
    static final long CLOSED = -2;

    private static final int GRANULES_OFFSET = 0;
    private static final int BLOB_BYTES_OFFSET = GRANULES_OFFSET + Integer.BYTES;
    private static final int HEADER_BYTES = BLOB_BYTES_OFFSET + Integer.BYTES;
    private static final int NO_EVENT = -1;

    /** Cursors lie this far apart, in longs: producers write one, the consumer the other. */
    private static final int CURSOR_STRIDE = 16;

    private static final int TAIL = CURSOR_STRIDE;
    private static final int HEAD = 2 * CURSOR_STRIDE;
    /** 1 while the consumer has found nothing and was not woken since. */
    private static final int WAITS = 3 * CURSOR_STRIDE;

    private static final long CLOSED_BIT = Long.MIN_VALUE;
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final BlockAllocator allocator;
    private final Runnable wake;
    private final long block;
    private final int granules;
    private final long[] cursors = new long[4 * CURSOR_STRIDE];
    /** At the first granule of a published entry: its position, plus one. */
    private final long[] marks;

    /** Granules polled so far; of the polling thread. The head follows it. */
    private long polled;

    private boolean isFreed;

    /**
     * @param capacityBytes a power of two, at least two granules
     * @param wake called by the thread that publishes an event after the consumer found none
     */
    EventRing(BlockAllocator allocator, int capacityBytes, Runnable wake) {
        this.allocator = allocator;
        this.wake = wake;
        granules = capacityBytes / GRANULE_BYTES;
        marks = new long[granules];
        block = allocator.allocateRun(MemoryPool.EVENTS, capacityBytes);
    }

    /** The largest event that a ring of this size takes: two of them fit, wherever the end of the ring is. */
    static int maxBlobBytes(int capacityBytes) {
        return capacityBytes / 2 - HEADER_BYTES;
    }

    /**
     * Makes room for an event. Who claims, publishes.
     *
     * @return the position, or {@link #FULL}, or {@link #CLOSED}
     */
    long claim(int blobBytes) {
        int needed = (HEADER_BYTES + blobBytes + GRANULE_BYTES - 1) / GRANULE_BYTES;
        while (true) {
            long tail = (long) LONGS.getVolatile(cursors, TAIL);
            if (tail < 0) {
                return CLOSED;
            }
            // Pairs with the release in giveBack: what was there has been read.
            long head = (long) LONGS.getAcquire(cursors, HEAD);
            int rest = granules - index(tail);
            int skipped = rest < needed ? rest : 0;
            if (tail + skipped + needed - head > granules) {
                return FULL;
            }
            if (LONGS.compareAndSet(cursors, TAIL, tail, tail + skipped + needed)) {
                if (skipped > 0) {
                    header(tail, skipped, NO_EVENT);
                    mark(tail);
                }
                header(tail + skipped, needed, blobBytes);
                return tail + skipped;
            }
        }
    }

    /** Where the blob of a claimed entry goes. */
    long blobOf(long position) {
        return entry(position) + HEADER_BYTES;
    }

    /** Shows a claimed entry to the consumer. */
    void publish(long position) {
        mark(position);
        VarHandle.fullFence(); // the event is there before anybody looks whether the consumer waits: pairs with hasNone
        wakeIfWaiting();
    }

    private void wakeIfWaiting() {
        if ((long) LONGS.getOpaque(cursors, WAITS) != 0 && LONGS.compareAndSet(cursors, WAITS, 1L, 0L)) {
            wake.run();
        }
    }

    /** Shows a claimed entry as one without an event: it could not be written. */
    void abandon(long position) {
        Memory.putInt(entry(position) + BLOB_BYTES_OFFSET, NO_EVENT);
        mark(position);
    }

    /** Takes no more events; those claimed still come. Any thread. A second call does nothing. */
    void end() {
        LONGS.getAndBitwiseOr(cursors, TAIL, CLOSED_BIT);
        wakeIfWaiting();
    }

    /** Whether no event will follow. For the consumer. */
    boolean isFinished() {
        long tail = (long) LONGS.getVolatile(cursors, TAIL);
        return tail < 0 && (tail & ~CLOSED_BIT) == polled;
    }

    /**
     * Takes the next event. For the consumer.
     *
     * @return the address of its blob, valid until the next call; 0 if there is none now
     */
    long poll() {
        while (true) {
            // An eighth of the ring at a time: each store takes the line away from every producer.
            if (polled - (long) LONGS.get(cursors, HEAD) > granules >> 3) {
                giveBack();
            }
            long position = polled;
            // Pairs with the release in mark.
            if ((long) LONGS.getAcquire(marks, index(position)) != position + 1 && hasNone(position)) {
                giveBack();
                return BlockAllocator.NONE;
            }
            long entry = entry(position);
            polled = position + Memory.getInt(entry + GRANULES_OFFSET);
            if (Memory.getInt(entry + BLOB_BYTES_OFFSET) != NO_EVENT) {
                return entry + HEADER_BYTES;
            }
        }
    }

    /** The size of an event that was polled. For the consumer. */
    int blobBytes(long blob) {
        return Memory.getInt(blob - HEADER_BYTES + BLOB_BYTES_OFFSET);
    }

    /** Behind the last event that was polled. For the consumer. */
    long polledPosition() {
        return polled;
    }

    /** Behind the last event that was claimed. Any thread. */
    long claimedPosition() {
        return (long) LONGS.getVolatile(cursors, TAIL) & ~CLOSED_BIT;
    }

    /** Says that the consumer waits, and looks once more: who publishes later sees it. */
    private boolean hasNone(long position) {
        if ((long) LONGS.getOpaque(cursors, WAITS) == 0) {
            LONGS.setVolatile(cursors, WAITS, 1L);
            VarHandle.fullFence();
            return (long) LONGS.getAcquire(marks, index(position)) != position + 1;
        }
        return true;
    }

    private void giveBack() {
        // Pairs with the acquire in claim.
        LONGS.setRelease(cursors, HEAD, polled);
    }

    private void header(long position, int entryGranules, int blobBytes) {
        Memory.putInt(entry(position) + GRANULES_OFFSET, entryGranules);
        Memory.putInt(entry(position) + BLOB_BYTES_OFFSET, blobBytes);
    }

    private void mark(long position) {
        // Pairs with the acquire in poll: the entry is written before it is seen.
        LONGS.setRelease(marks, index(position), position + 1);
    }

    private int index(long position) {
        return (int) position & (granules - 1);
    }

    private long entry(long position) {
        return block + (long) index(position) * GRANULE_BYTES;
    }

    /** Takes no more events, waits for those that are being written, and gives the memory back. */
    @Override
    public void close() {
        if (isFreed) {
            return;
        }
        isFreed = true;
        end();
        while (!isFinished()) {
            if (poll() == BlockAllocator.NONE) {
                Thread.onSpinWait();
            }
        }
        allocator.free(block);
    }
}
