package dev.millrace.bench.index;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.bench.workload.Mix;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryShape;
import dev.millrace.state.index.IndexConfig;
import dev.millrace.state.index.IndexSnapshot;

/** The index of active state. Batched it is used as a keyed task uses it: with columns of keys and hashes. */
final class MillraceMap implements CountingMap {
    private static final int BATCH = 512;
    private static final int KEY_BYTES = Long.BYTES;

    private final SlabAllocator allocator;
    private final ActiveIndex index;
    private final long keyScratch;
    private final int valueBytes;
    private final boolean isBatched;
    private final long keyColumn;
    private final long hashColumn;
    private final long[] values = new long[BATCH];
    private long touched;

    MillraceMap(long memoryBytes, int valueBytes, boolean isBatched, boolean hugePages) {
        this.valueBytes = valueBytes;
        this.isBatched = isBatched;
        allocator = Allocators.open(memoryBytes, hugePages);
        BlockAllocator blocks = allocator.worker(0);
        keyScratch = blocks.allocate(MemoryPool.INDEX, KEY_BYTES);
        keyColumn = blocks.allocate(MemoryPool.INDEX, BATCH * KEY_BYTES);
        hashColumn = blocks.allocate(MemoryPool.INDEX, BATCH * Long.BYTES);
        index = ActiveIndex.open(
                blocks,
                IndexConfig.DEFAULT,
                EntryShape.fixed(KEY_BYTES, valueBytes, (key, keyBytes) -> Mix.mix(Memory.getLong(key))));
    }

    @Override
    public void insert(long key) {
        Memory.putLong(keyScratch, key);
        Memory.putLong(index.put(keyScratch, KEY_BYTES, Mix.mix(key), valueBytes), 1);
    }

    @Override
    public long update(long[] keys, int from, int to) {
        return isBatched ? updateBatches(keys, from, to) : updateOneByOne(keys, from, to);
    }

    private long updateBatches(long[] keys, int from, int to) {
        long sum = 0;
        for (int start = from; start < to; start += BATCH) {
            int count = writeColumns(keys, start, to);
            index.updateEach(keyColumn, KEY_BYTES, KEY_BYTES, hashColumn, count, values);
            for (int i = 0; i < count; i++) {
                long counter = Memory.getLong(values[i]) + 1;
                Memory.putLong(values[i], counter);
                sum += counter;
            }
        }
        return sum;
    }

    private long updateOneByOne(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            Memory.putLong(keyScratch, keys[i]);
            long value = index.update(keyScratch, KEY_BYTES, Mix.mix(keys[i]));
            long counter = Memory.getLong(value) + 1;
            Memory.putLong(value, counter);
            sum += counter;
        }
        return sum;
    }

    @Override
    public long get(long[] keys, int from, int to) {
        return isBatched ? getBatches(keys, from, to) : getOneByOne(keys, from, to);
    }

    private long getBatches(long[] keys, int from, int to) {
        long sum = 0;
        for (int start = from; start < to; start += BATCH) {
            int count = writeColumns(keys, start, to);
            index.findEach(keyColumn, KEY_BYTES, KEY_BYTES, hashColumn, count, values);
            for (int i = 0; i < count; i++) {
                sum += Memory.getLong(values[i]);
            }
        }
        return sum;
    }

    private long getOneByOne(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            Memory.putLong(keyScratch, keys[i]);
            sum += Memory.getLong(index.find(keyScratch, KEY_BYTES, Mix.mix(keys[i])));
        }
        return sum;
    }

    /** Lays keys and their hashes out as the columns of a page. Returns how many. */
    private int writeColumns(long[] keys, int from, int to) {
        int count = Math.min(BATCH, to - from);
        for (int i = 0; i < count; i++) {
            Memory.putLong(keyColumn + (long) i * KEY_BYTES, keys[from + i]);
            Memory.putLong(hashColumn + (long) i * Long.BYTES, Mix.mix(keys[from + i]));
        }
        return count;
    }

    private void touch(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += index.touch(Mix.mix(keys[i]));
        }
        touched += sum;
    }

    @Override
    public void remove(long[] keys, int from, int to) {
        for (int start = from; start < to; start += BATCH) {
            int end = Math.min(start + BATCH, to);
            if (isBatched) {
                touch(keys, start, end);
            }
            for (int i = start; i < end; i++) {
                Memory.putLong(keyScratch, keys[i]);
                index.remove(keyScratch, KEY_BYTES, Mix.mix(keys[i]));
            }
        }
    }

    /** What a barrier does. The caller releases the snapshot. */
    IndexSnapshot seal() {
        return index.seal();
    }

    @Override
    public long offHeapBytes() {
        return allocator.statistics().residentBytes();
    }

    @Override
    public long size() {
        return touched == Long.MIN_VALUE ? -1 : index.length();
    }

    @Override
    public void close() {
        index.close();
        allocator.worker(0).free(keyScratch);
        allocator.worker(0).free(keyColumn);
        allocator.worker(0).free(hashColumn);
        allocator.close();
    }
}
