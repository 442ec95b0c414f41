package dev.millrace.bench.peer;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;

/** The engine's allocator, through the handles of its workers, with the checks that are on by default. */
final class SlabPeer implements Peer {
    private static final int THREADS = 2;
    private static final long MIN_BUDGET_BYTES = 64L << 20;

    private final SlabAllocator allocator;
    private final BlockAllocator[] workers = new BlockAllocator[THREADS];
    private final int sizeBytes;
    private final long[] blocks;

    SlabPeer(int sizeBytes, int slots) {
        this.sizeBytes = sizeBytes;
        blocks = new long[slots];
        long budgetBytes = Math.max(MIN_BUDGET_BYTES, 2L * sizeBytes * slots);
        allocator =
                SlabAllocator.open(AllocatorConfig.ofMemoryBytes(budgetBytes).withWorkers(THREADS));
        for (int worker = 0; worker < THREADS; worker++) {
            workers[worker] = allocator.worker(worker);
        }
    }

    @Override
    public void pair(int thread) {
        BlockAllocator worker = workers[thread];
        long block = worker.allocate(MemoryPool.EVENTS, sizeBytes);
        Memory.putLong(block, thread);
        worker.free(block);
    }

    @Override
    public void take(int thread, int slot) {
        long block = workers[thread].allocate(MemoryPool.EVENTS, sizeBytes);
        Memory.putLong(block, slot);
        blocks[slot] = block;
    }

    @Override
    public void give(int thread, int slot) {
        workers[thread].free(blocks[slot]);
    }

    @Override
    public void fill(int slot) {
        Memory.fill(blocks[slot], sizeBytes, (byte) 1);
    }

    @Override
    public void close() {
        allocator.close();
    }
}
