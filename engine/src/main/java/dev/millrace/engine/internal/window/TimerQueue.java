package dev.millrace.engine.internal.window;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.OpenWindows;
import java.util.Arrays;

/**
 * Deadlines of keys, the earliest first: a binary heap of (deadline, key) whose entries know their places, so that each can
 * be moved and taken out. Used by the thread that steps the task.
 *
 * <p>To add, move, remove or poll costs O(log n), to add one that is later than most O(1). An entry takes 16 bytes on the
 * heap, in arrays that double, and a block that the queue owns:
 * <pre>
 *   0            8            12         16
 *   +------------+------------+----------+-------------+
 *   | key hash   | key bytes  | place    | key blob    |
 *   +------------+------------+----------+-------------+
 * </pre>
 */
public final class TimerQueue implements AutoCloseable {
    private static final int HASH_OFFSET = 0;
    private static final int KEY_BYTES_OFFSET = 8;
    private static final int PLACE_OFFSET = 12;
    private static final int KEY_OFFSET = 16;

    private final BlockAllocator allocator;
    private long[] deadlines = new long[16];
    private long[] keys = new long[16];
    private int size;
    private final OpenWindows windows = new OpenWindows();

    public TimerQueue(BlockAllocator allocator) {
        this.allocator = allocator;
    }

    /** The earliest deadline; {@link Long#MAX_VALUE} if there is none. */
    public long earliest() {
        return size == 0 ? Long.MAX_VALUE : deadlines[0];
    }

    /** The same two for reports, as they were when a deadline was added or polled last. */
    OpenWindows windows() {
        return windows;
    }

    /** How many deadlines there are. */
    public int size() {
        return size;
    }

    /** The deadline of a block in the queue. */
    public long deadline(long block) {
        return deadlines[Memory.getInt(block + PLACE_OFFSET)];
    }

    /**
     * Adds a deadline; the key is copied.
     *
     * @return its block, valid until it is polled or removed
     */
    public long add(long deadline, long keyAddress, int keyBytes, long hash) {
        long block = allocator.allocate(MemoryPool.INDEX, KEY_OFFSET + keyBytes);
        Memory.putLong(block + HASH_OFFSET, hash);
        Memory.putInt(block + KEY_BYTES_OFFSET, keyBytes);
        Memory.copy(keyAddress, block + KEY_OFFSET, keyBytes);
        if (size == keys.length) {
            deadlines = Arrays.copyOf(deadlines, size * 2);
            keys = Arrays.copyOf(keys, size * 2);
        }
        siftUp(size++, deadline, block);
        windows.set(size, deadlines[0]);
        return block;
    }

    /** Gives a block in the queue another deadline. */
    public void move(long block, long deadline) {
        int place = Memory.getInt(block + PLACE_OFFSET);
        if (deadline < deadlines[place]) {
            siftUp(place, deadline, block);
        } else {
            siftDown(place, deadline, block);
        }
    }

    /** Takes a block out of the queue and frees it. */
    public void remove(long block) {
        int place = Memory.getInt(block + PLACE_OFFSET);
        size--;
        if (place < size) {
            // The last one takes its place, and goes up or down from there.
            place(place, deadlines[place], keys[size]);
            move(keys[place], deadlines[size]);
        }
        allocator.free(block);
    }

    /** The block of the earliest deadline; there is one. */
    public long first() {
        return keys[0];
    }

    /** Takes the earliest deadline out. The caller owns the block of the key, and gives it to {@link #free}. */
    public long poll() {
        long block = keys[0];
        size--;
        if (size > 0) {
            siftDown(0, deadlines[size], keys[size]);
        }
        windows.set(size, earliest());
        return block;
    }

    /** Gives back a block that {@link #poll} gave. */
    public void free(long block) {
        allocator.free(block);
    }

    public static long hash(long block) {
        return Memory.getLong(block + HASH_OFFSET);
    }

    public static int keyBytes(long block) {
        return Memory.getInt(block + KEY_BYTES_OFFSET);
    }

    public static long keyAddress(long block) {
        return block + KEY_OFFSET;
    }

    private void siftUp(int from, long deadline, long block) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (deadlines[parent] <= deadline) {
                break;
            }
            place(at, deadlines[parent], keys[parent]);
            at = parent;
        }
        place(at, deadline, block);
    }

    private void siftDown(int from, long deadline, long block) {
        int at = from;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && deadlines[child + 1] < deadlines[child]) {
                child++;
            }
            if (deadlines[child] >= deadline) {
                break;
            }
            place(at, deadlines[child], keys[child]);
            at = child;
        }
        place(at, deadline, block);
    }

    private void place(int at, long deadline, long block) {
        deadlines[at] = deadline;
        keys[at] = block;
        Memory.putInt(block + PLACE_OFFSET, at);
    }

    @Override
    public void close() {
        for (int i = 0; i < size; i++) {
            allocator.free(keys[i]);
        }
        size = 0;
    }
}
