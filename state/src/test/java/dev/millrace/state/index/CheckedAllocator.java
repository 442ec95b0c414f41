package dev.millrace.state.index;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.NativeTestMemory;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Blocks of native memory that notice misuse: a wall behind each block, poison in new and in freed ones, a quarantine
 * in which writes after a free are found. Refuses the allocations it is told to. Used by one thread.
 */
final class CheckedAllocator implements BlockAllocator, AutoCloseable {
    private static final int WALL_BYTES = 64;
    private static final byte WALL = (byte) 0xEE;
    private static final byte FRESH = (byte) 0xA5;
    private static final byte FREED = (byte) 0xDD;
    private static final int QUARANTINED_BLOCKS = 16;

    private record Block(long nativeAddress, int sizeBytes) {}

    private final Map<Long, Block> live = new HashMap<>();
    private final ArrayDeque<Map.Entry<Long, Block>> quarantine = new ArrayDeque<>();
    private long liveBytes;
    private long limitBytes = Long.MAX_VALUE;
    private long allocationsUntilRefusal = Long.MAX_VALUE;

    /** Refuses the n-th allocation from now, counted from 0, and those after it. */
    void refuseAfter(long allocations) {
        allocationsUntilRefusal = allocations;
    }

    void refuseNothing() {
        allocationsUntilRefusal = Long.MAX_VALUE;
    }

    void limitBytes(long bytes) {
        limitBytes = bytes;
    }

    int liveBlocks() {
        return live.size();
    }

    long liveBytes() {
        return liveBytes;
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        if (sizeBytes < 1 || sizeBytes > MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException("sizeBytes=" + sizeBytes);
        }
        if (allocationsUntilRefusal == 0 || liveBytes + sizeBytes > limitBytes) {
            return NONE;
        }
        allocationsUntilRefusal--;
        final long nativeAddress = NativeTestMemory.allocate(sizeBytes + WALL_BYTES + 64L);
        final long address = (nativeAddress + 63) & -64L;
        Memory.fill(address, sizeBytes, FRESH);
        Memory.fill(address + sizeBytes, WALL_BYTES, WALL);
        live.put(address, new Block(nativeAddress, sizeBytes));
        liveBytes += sizeBytes;
        return address;
    }

    @Override
    public long allocate(MemoryPool pool, int sizeBytes) {
        final long address = tryAllocate(pool, sizeBytes);
        if (address == NONE) {
            throw new MemoryLimitException(pool, sizeBytes, liveBytes, limitBytes);
        }
        return address;
    }

    @Override
    public void free(long address) {
        final Block block = live.remove(address);
        if (block == null) {
            throw new IllegalArgumentException("no live block: address=" + Long.toHexString(address));
        }
        liveBytes -= block.sizeBytes;
        requireAll(address + block.sizeBytes, WALL_BYTES, WALL, "written past the end of a block");
        Memory.fill(address, block.sizeBytes, FREED);
        quarantine.add(Map.entry(address, block));
        if (quarantine.size() > QUARANTINED_BLOCKS) {
            release();
        }
    }

    @Override
    public int sizeOf(long address) {
        final Block block = live.get(address);
        if (block == null) {
            throw new IllegalArgumentException("no live block: address=" + Long.toHexString(address));
        }
        return block.sizeBytes;
    }

    /** Fails if a block is live. */
    @Override
    public void close() {
        while (!quarantine.isEmpty()) {
            release();
        }
        if (!live.isEmpty()) {
            throw new AssertionError("blocks not freed: liveBlocks=" + live.size() + ", liveBytes=" + liveBytes);
        }
    }

    private void release() {
        final Map.Entry<Long, Block> entry = quarantine.remove();
        requireAll(entry.getKey(), entry.getValue().sizeBytes, FREED, "written after it was freed");
        NativeTestMemory.free(entry.getValue().nativeAddress);
    }

    private static void requireAll(long address, int sizeBytes, byte expected, String otherwise) {
        for (int at = 0; at < sizeBytes; at++) {
            if (Memory.getByte(address + at) != expected) {
                throw new AssertionError(otherwise + ": offset=" + at);
            }
        }
    }
}
