package dev.millrace.engine.internal.window;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import java.util.Arrays;

/**
 * Deadlines of keys, the earliest first: a binary heap of (deadline, key). Used by the thread that steps the task.
 *
 * <p>It owns a block for each key it holds:
 * <pre>
 *   0            8            12         16
 *   +------------+------------+----------+-------------+
 *   | key hash   | key bytes  | unused   | key blob    |
 *   +------------+------------+----------+-------------+
 * </pre>
 */
public final class TimerQueue implements AutoCloseable {
    private static final int HASH_OFFSET = 0;
    private static final int KEY_BYTES_OFFSET = 8;
    private static final int KEY_OFFSET = 16;

    private final BlockAllocator allocator;
    private long[] deadlines = new long[16];
    private long[] keys = new long[16];
    private int size;

    public TimerQueue(BlockAllocator allocator) {
        this.allocator = allocator;
    }

    /** The earliest deadline; {@link Long#MAX_VALUE} if there is none. */
    public long earliest() {
        return size == 0 ? Long.MAX_VALUE : deadlines[0];
    }

    /** Adds a deadline; the key is copied. */
    public void add(long deadline, long keyAddress, int keyBytes, long hash) {
        long block = allocator.allocate(MemoryPool.INDEX, KEY_OFFSET + keyBytes);
        Memory.putLong(block + HASH_OFFSET, hash);
        Memory.putInt(block + KEY_BYTES_OFFSET, keyBytes);
        Memory.copy(keyAddress, block + KEY_OFFSET, keyBytes);
        if (size == keys.length) {
            deadlines = Arrays.copyOf(deadlines, size * 2);
            keys = Arrays.copyOf(keys, size * 2);
        }
        siftUp(size++, deadline, block);
    }

    /** Takes the earliest deadline out. The caller owns the block of the key, and gives it to {@link #free}. */
    public long poll() {
        long block = keys[0];
        size--;
        if (size > 0) {
            siftDown(deadlines[size], keys[size]);
        }
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
            deadlines[at] = deadlines[parent];
            keys[at] = keys[parent];
            at = parent;
        }
        deadlines[at] = deadline;
        keys[at] = block;
    }

    private void siftDown(long deadline, long block) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && deadlines[child + 1] < deadlines[child]) {
                child++;
            }
            if (deadlines[child] >= deadline) {
                break;
            }
            deadlines[at] = deadlines[child];
            keys[at] = keys[child];
            at = child;
        }
        deadlines[at] = deadline;
        keys[at] = block;
    }

    @Override
    public void close() {
        for (int i = 0; i < size; i++) {
            allocator.free(keys[i]);
        }
        size = 0;
    }
}
