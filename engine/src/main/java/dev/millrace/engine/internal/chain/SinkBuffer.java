package dev.millrace.engine.internal.chain;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;

/**
 * Collects the bytes of one sink instance and hands them to the epoch that they belong to, in chunks that begin and end
 * between two events. Used by the thread that steps the task. It owns its block until it hands it over.
 */
public final class SinkBuffer implements AutoCloseable {
    static final int CHUNK_BYTES = 64 * 1024;

    /** Takes over a chunk and frees its block. */
    @FunctionalInterface
    public interface Taker {
        void take(int sinkId, long epoch, long block, int lengthBytes);
    }

    private final BlockAllocator allocator;
    private final BlockAllocator reserve;
    private final int sinkId;
    private final Taker taker;

    private long block = BlockAllocator.NONE;
    private int sizeBytes;
    private int lengthBytes;
    private long epoch;

    /**
     * @param reserve asked when the budget is used up: a window gives its memory back once its results are written
     * @param epoch the epoch that the first bytes belong to
     */
    public SinkBuffer(BlockAllocator allocator, BlockAllocator reserve, int sinkId, long epoch, Taker taker) {
        this.allocator = allocator;
        this.reserve = reserve;
        this.sinkId = sinkId;
        this.epoch = epoch;
        this.taker = taker;
    }

    /** Appends the bytes of one event. */
    void append(byte[] bytes, int count) {
        if (block == BlockAllocator.NONE || count > sizeBytes - lengthBytes) {
            turn(count);
        }
        Memory.copyFrom(bytes, 0, block + lengthBytes, count);
        lengthBytes += count;
    }

    /** Hands over what there is: the epoch ends here. */
    void endEpoch(long ended) {
        handOver();
        epoch = ended + 1;
    }

    private void turn(int count) {
        handOver();
        if (count > BlockAllocator.MAX_BLOCK_BYTES) {
            throw new IllegalStateException("event is too large for a sink: encodedBytes=" + count + ", limitBytes="
                    + BlockAllocator.MAX_BLOCK_BYTES);
        }
        int wanted = Math.max(count, CHUNK_BYTES);
        block = allocator.tryAllocate(MemoryPool.SPILL, wanted);
        if (block == BlockAllocator.NONE) {
            block = reserve.allocate(MemoryPool.SPILL, wanted);
        }
        sizeBytes = wanted;
    }

    private void handOver() {
        if (lengthBytes > 0) {
            taker.take(sinkId, epoch, block, lengthBytes);
            block = BlockAllocator.NONE;
            lengthBytes = 0;
            sizeBytes = 0;
        }
    }

    @Override
    public void close() {
        if (block != BlockAllocator.NONE) {
            allocator.free(block);
            block = BlockAllocator.NONE;
            lengthBytes = 0;
        }
    }
}
