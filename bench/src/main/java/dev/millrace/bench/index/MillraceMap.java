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

/** The index of active state. Batched it is used as a keyed task uses it: 64 keys are touched, then they run. */
final class MillraceMap implements CountingMap {
    private static final int BATCH = 64;
    private static final int KEY_BYTES = Long.BYTES;

    private final SlabAllocator allocator;
    private final ActiveIndex index;
    private final long keyScratch;
    private final int valueBytes;
    private final boolean isBatched;
    private long touched;

    MillraceMap(long memoryBytes, int valueBytes, boolean isBatched, boolean hugePages) {
        this.valueBytes = valueBytes;
        this.isBatched = isBatched;
        allocator = Allocators.open(memoryBytes, hugePages);
        BlockAllocator blocks = allocator.worker(0);
        keyScratch = blocks.allocate(MemoryPool.INDEX, KEY_BYTES);
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
        long sum = 0;
        for (int start = from; start < to; start += BATCH) {
            int end = Math.min(start + BATCH, to);
            if (isBatched) {
                touch(keys, start, end);
            }
            for (int i = start; i < end; i++) {
                Memory.putLong(keyScratch, keys[i]);
                long value = index.update(keyScratch, KEY_BYTES, Mix.mix(keys[i]));
                long count = Memory.getLong(value) + 1;
                Memory.putLong(value, count);
                sum += count;
            }
        }
        return sum;
    }

    @Override
    public long get(long[] keys, int from, int to) {
        long sum = 0;
        for (int start = from; start < to; start += BATCH) {
            int end = Math.min(start + BATCH, to);
            if (isBatched) {
                touch(keys, start, end);
            }
            for (int i = start; i < end; i++) {
                Memory.putLong(keyScratch, keys[i]);
                sum += Memory.getLong(index.find(keyScratch, KEY_BYTES, Mix.mix(keys[i])));
            }
        }
        return sum;
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
        allocator.close();
    }
}
