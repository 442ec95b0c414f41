package dev.millrace.allocator;

/**
 * A handle whose blocks have pages of their own: a touch beyond the end or after the free ends the JVM at once, with the
 * address in its crash report. For tests in a JVM of their own.
 *
 * <p>As many threads may use it as the handle beneath. For each block one of the handle beneath is taken and never
 * touched, so that budget, statistics and leaks are those of every mode.
 */
final class GuardAllocator implements BlockAllocator {
    private final BlockAllocator inner;
    private final GuardedBlocks blocks;

    GuardAllocator(BlockAllocator inner, GuardedBlocks blocks) {
        this.inner = inner;
        this.blocks = blocks;
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        final long token = inner.tryAllocate(pool, sizeBytes);
        return token == NONE ? NONE : place(pool, sizeBytes, token);
    }

    @Override
    public long allocate(MemoryPool pool, int sizeBytes) {
        final long address = place(pool, sizeBytes, inner.allocate(pool, sizeBytes));
        if (address == NONE) {
            throw noMemory(sizeBytes);
        }
        return address;
    }

    @Override
    public long tryAllocateRun(MemoryPool pool, long sizeBytes) {
        final int size = requireSize(sizeBytes);
        final long token = inner.tryAllocateRun(pool, size);
        return token == NONE ? NONE : place(pool, size, token);
    }

    @Override
    public long allocateRun(MemoryPool pool, long sizeBytes) {
        final int size = requireSize(sizeBytes);
        final long address = place(pool, size, inner.allocateRun(pool, size));
        if (address == NONE) {
            throw noMemory(sizeBytes);
        }
        return address;
    }

    @Override
    public void free(long address) {
        final GuardedBlocks.Removed removed = blocks.remove(address);
        inner.free(removed.block().token());
        if (removed.changed() >= 0) {
            throw overrun(removed.block(), removed.changed(), removed.found());
        }
    }

    @Override
    public boolean tryCountAgainst(long address, MemoryPool pool) {
        return inner.tryCountAgainst(blocks.liveAt(address).token(), pool);
    }

    @Override
    public void countAgainst(long address, MemoryPool pool) {
        inner.countAgainst(blocks.liveAt(address).token(), pool);
    }

    @Override
    public void countAgainstOwnPool(long address, MemoryPool pool) {
        inner.countAgainstOwnPool(blocks.liveAt(address).token(), pool);
    }

    /** What was asked for. */
    @Override
    public int sizeOf(long address) {
        return blocks.liveAt(address).sizeBytes();
    }

    @Override
    public int generationOf(long address) {
        return blocks.liveAt(address).generation();
    }

    @Override
    public void checkGeneration(long address, int generation) {
        final int now = generationOf(address);
        if (now != generation) {
            throw new MemoryMisuseException(
                    "handle outlived its block: address=0x" + Long.toHexString(address) + ", generation=" + generation
                            + ", generationNow=" + now + "; the block was freed and handed out again since",
                    address,
                    -1,
                    null);
        }
    }

    @Override
    public void flush() {
        inner.flush();
    }

    private static int requireSize(long sizeBytes) {
        if (sizeBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("run is too large to be guarded: sizeBytes=" + sizeBytes + ", maxBytes="
                    + Integer.MAX_VALUE + "; test with less data");
        }
        return (int) sizeBytes;
    }

    private static IllegalStateException noMemory(long sizeBytes) {
        return new IllegalStateException("no memory left to promise: sizeBytes=" + sizeBytes
                + "; see vm.overcommit_memory, or test with less data");
    }

    private long place(MemoryPool pool, int sizeBytes, long token) {
        long address = NONE;
        try {
            address = blocks.place(pool, sizeBytes, token);
        } finally {
            if (address == NONE) {
                inner.free(token);
            }
        }
        return address;
    }

    private static MemoryMisuseException overrun(GuardedBlocks.Guarded block, long changed, byte found) {
        final long offset = block.sizeBytes() + changed;
        return new MemoryMisuseException(
                "block was written past its end: address=0x" + Long.toHexString(block.address()) + ", pool="
                        + block.pool() + ", sizeBytes=" + block.sizeBytes() + ", firstChangedOffsetBytes=" + offset
                        + ", found=" + Patterns.hex(found) + ", expected=" + Patterns.hex(Patterns.CANARY)
                        + "; a size that is a multiple of 64 ends at the guard page and shows who wrote",
                block.address(),
                offset,
                null);
    }
}
