package dev.millrace.serde.fuzz;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;

/** Off-heap room for frames. Closing it fails if a decoder has left something there. Used by one thread. */
final class Frames implements AutoCloseable {
    static final int ROOM_BYTES = 1 << 20;
    /** What surrounds a frame: a decoder that looks there decides otherwise the second time. */
    private static final int MARGIN_BYTES = 4 << 10;

    private static final long BUDGET_BYTES = 64L << 20;

    private final SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES));
    private final BlockAllocator blocks = allocator.shared();
    private final long liveBytesBefore = SlabAllocator.liveBytesOfProcess();
    private final long frame = blocks.allocate(MemoryPool.EVENTS, ROOM_BYTES);
    private final long room = blocks.allocate(MemoryPool.EVENTS, ROOM_BYTES);

    Frames() {
        Memory.fill(frame, ROOM_BYTES, (byte) 0);
        Memory.fill(room, ROOM_BYTES, (byte) 0);
    }

    /** Puts a frame between margins of one pattern. Returns its address. */
    long put(byte[] bytes, int lengthBytes, int pattern) {
        long start = frame + MARGIN_BYTES;
        Memory.fill(start - Long.BYTES, Long.BYTES, (byte) pattern);
        Memory.copyFrom(bytes, 0, start, lengthBytes);
        Memory.fill(start + lengthBytes, MARGIN_BYTES / 8, (byte) pattern);
        return start;
    }

    /** Room for what is written in answer. */
    long room() {
        return room;
    }

    @Override
    public void close() {
        blocks.free(frame);
        blocks.free(room);
        long left = SlabAllocator.liveBytesOfProcess() - liveBytesBefore;
        allocator.close();
        if (left != 0) {
            throw new AssertionError("off-heap bytes left live: leftBytes=" + left);
        }
    }
}
