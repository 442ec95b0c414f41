package dev.millrace.engine.internal.chain;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryPool;

/** A block that grows with the largest thing it ever held. Used by the thread that steps the task. */
public final class Scratch implements AutoCloseable {
    private final BlockAllocator allocator;
    private long block = BlockAllocator.NONE;
    private int sizeBytes;

    public Scratch(BlockAllocator allocator) {
        this.allocator = allocator;
    }

    /** A block of at least this size; what it held before is gone. */
    public long ofAtLeast(int wantedBytes) {
        if (wantedBytes > sizeBytes) {
            close();
            block = allocator.allocate(MemoryPool.INDEX, wantedBytes);
            sizeBytes = allocator.sizeOf(block);
        }
        return block;
    }

    @Override
    public void close() {
        if (block != BlockAllocator.NONE) {
            allocator.free(block);
            block = BlockAllocator.NONE;
            sizeBytes = 0;
        }
    }
}
