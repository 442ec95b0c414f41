package dev.millrace.bench.index;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.bench.workload.Mix;

/**
 * The bound: each operation reads, or reads and writes, one line of memory that its key alone tells, in as much memory, with pages of
 * the same size, as the index takes. No table can do with less; a scalar one cannot overlap as much.
 */
final class RandomLines implements CountingMap {
    private static final int LINE_BYTES = 64;

    private final SlabAllocator allocator;
    private final long area;
    private final long lines;
    private long length;

    RandomLines(long entries, int entryBytes, boolean hugePages) {
        lines = Math.max(1, entries * entryBytes / LINE_BYTES);
        allocator = Allocators.open(lines * LINE_BYTES * 2, hugePages);
        area = allocator.worker(0).allocateRun(MemoryPool.INDEX, lines * LINE_BYTES);
        Memory.fill(area, lines * LINE_BYTES, (byte) 0);
    }

    @Override
    public void insert(long key) {
        Memory.putLong(line(key), 1);
        length++;
    }

    @Override
    public long update(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            long line = line(keys[i]);
            long count = Memory.getLong(line) + 1;
            Memory.putLong(line, count);
            sum += count;
        }
        return sum;
    }

    @Override
    public long get(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += Memory.getLong(line(keys[i]));
        }
        return sum;
    }

    @Override
    public void remove(long[] keys, int from, int to) {
        for (int i = from; i < to; i++) {
            Memory.putLong(line(keys[i]), 0);
        }
        length -= to - from;
    }

    private long line(long key) {
        return area + Mix.bounded(Mix.mix(key), lines) * LINE_BYTES;
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public void close() {
        allocator.worker(0).free(area);
        allocator.close();
    }
}
