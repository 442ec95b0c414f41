package dev.millrace.allocator;

import org.jspecify.annotations.Nullable;

/**
 * A handle that finds writes after a free, writes past the end of a block and handles that outlived their block.
 *
 * <pre>
 *   asked for                    canary, at least 16 bytes
 *   +---------------------------+-----------+
 *   | cb cb cb cb ...           | eb eb eb  |   handed out
 *   +---------------------------+-----------+
 *   | db db db db ...             db db db  |   freed
 *   +---------------------------+-----------+
 * </pre>
 *
 * <p>As many threads may use it as the handle beneath. A block may be freed through another checking handle of the same
 * allocator. The canary counts against the budget: a block whose size is exactly that of its class takes the next class.
 * Only a block of almost {@link #MAX_BLOCK_BYTES} has fewer bytes of canary, down to none.
 *
 * <p>Runs are handed through: their frees are checked, their contents are not.
 *
 * <p>When a block turns out to be damaged, the block is free afterwards, so that the error is one of the program and not
 * one of the allocator as well.
 */
final class CheckingAllocator implements BlockAllocator {
    static final int CANARY_BYTES = 16;

    private final BlockAllocator inner;
    private final CheckedBlocks blocks;
    private final SlabTable table;
    private final LeakSampler allocations;
    private final FreeTraces frees;

    CheckingAllocator(
            BlockAllocator inner, CheckedBlocks blocks, SlabTable table, LeakSampler allocations, FreeTraces frees) {
        this.inner = inner;
        this.blocks = blocks;
        this.table = table;
        this.allocations = allocations;
        this.frees = frees;
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        final long address = inner.tryAllocate(pool, withCanary(sizeBytes));
        if (address != NONE) {
            handOut(address, sizeBytes);
        }
        return address;
    }

    @Override
    public long allocate(MemoryPool pool, int sizeBytes) {
        final long address = inner.allocate(pool, withCanary(sizeBytes));
        handOut(address, sizeBytes);
        return address;
    }

    @Override
    public long tryAllocateRun(MemoryPool pool, long sizeBytes) {
        if (sizeBytes <= MAX_BLOCK_BYTES) {
            return tryAllocate(pool, (int) Math.max(0, sizeBytes));
        }
        return handOutRun(inner.tryAllocateRun(pool, sizeBytes));
    }

    @Override
    public long allocateRun(MemoryPool pool, long sizeBytes) {
        if (sizeBytes <= MAX_BLOCK_BYTES) {
            return allocate(pool, (int) Math.max(0, sizeBytes));
        }
        return handOutRun(inner.allocateRun(pool, sizeBytes));
    }

    @Override
    public void free(long address) {
        if (isRun(address)) {
            inner.free(address);
            return;
        }
        final int blockBytes = blockBytesOfLive(address);
        final int canaryBytes = blocks.canaryBytes(address);
        final int sizeBytes = blockBytes - canaryBytes;
        final long changed = Patterns.firstOther(address + sizeBytes, canaryBytes, Patterns.CANARY);
        final MemoryMisuseException overrun = changed < 0 ? null : overrun(address, sizeBytes, blockBytes, changed);
        giveBack(address, blockBytes);
        if (overrun != null) {
            throw overrun;
        }
    }

    @Override
    public boolean tryCountAgainst(long address, MemoryPool pool) {
        return inner.tryCountAgainst(address, pool);
    }

    @Override
    public void countAgainst(long address, MemoryPool pool) {
        inner.countAgainst(address, pool);
    }

    @Override
    public void countAgainstOwnPool(long address, MemoryPool pool) {
        inner.countAgainstOwnPool(address, pool);
    }

    /** What was asked for: the canary is not to be used. */
    @Override
    public int sizeOf(long address) {
        return Math.toIntExact(sizeOfRun(address));
    }

    @Override
    public long sizeOfRun(long address) {
        return isRun(address) ? inner.sizeOfRun(address) : blockBytesOfLive(address) - blocks.canaryBytes(address);
    }

    @Override
    public void flush() {
        inner.flush();
    }

    @Override
    public int generationOf(long address) {
        if (isRun(address)) {
            return 0;
        }
        blockBytesOfLive(address);
        return blocks.generationOf(address);
    }

    @Override
    public void checkGeneration(long address, int generation) {
        final int now = generationOf(address);
        if (now != generation) {
            throw new MemoryMisuseException(
                    "handle outlived its block: " + describe(address) + ", generation=" + generation
                            + ", generationNow=" + now + "; the block was freed and handed out again since",
                    address,
                    -1,
                    frees.of(address));
        }
    }

    /** What was known of smaller blocks in this place is no more. */
    private long handOutRun(long address) {
        if (address != NONE) {
            blocks.forget(address, inner.sizeOfRun(address));
        }
        return address;
    }

    private boolean isRun(long address) {
        return table.isRun(address);
    }

    private void handOut(long address, int sizeBytes) {
        final int blockBytes = inner.sizeOf(address);
        final long changed = blocks.firstChanged(address, blockBytes);
        if (changed >= 0) {
            final MemoryMisuseException found =
                    CheckedBlocks.writtenAfterFree(address, blockBytes, changed, frees.of(address));
            giveBackUnused(address, blockBytes);
            throw found;
        }
        final int canaryBytes = blockBytes - sizeBytes;
        blocks.noteLive(address, blockBytes, canaryBytes);
        Memory.fill(address, sizeBytes, Patterns.FRESH);
        Memory.fill(address + sizeBytes, canaryBytes, Patterns.CANARY);
    }

    private void giveBack(long address, int blockBytes) {
        Memory.fill(address, blockBytes, Patterns.FREED);
        blocks.noteFreed(address, blockBytes);
        frees.note(address);
        inner.free(address);
    }

    /** Keeps the trace of the free after which the block was written. */
    private void giveBackUnused(long address, int blockBytes) {
        Memory.fill(address, blockBytes, Patterns.FREED);
        blocks.noteFreed(address, blockBytes);
        inner.free(address);
    }

    private int blockBytesOfLive(long address) {
        try {
            return inner.sizeOf(address);
        } catch (IllegalArgumentException e) {
            final Throwable freedAt = frees.of(address);
            if (freedAt != null && e.getCause() == null) {
                e.initCause(freedAt);
            }
            throw e;
        }
    }

    private MemoryMisuseException overrun(long address, int sizeBytes, int blockBytes, long changed) {
        final LeakSampler.@Nullable Sample sample = allocations.of(address);
        return new MemoryMisuseException(
                "block was written past its end: " + describe(address) + ", sizeBytes=" + sizeBytes
                        + ", firstChangedOffsetBytes=" + (sizeBytes + changed) + ", found="
                        + Patterns.hex(Memory.getByte(address + sizeBytes + changed)) + ", expected="
                        + Patterns.hex(Patterns.CANARY) + ", generation=" + blocks.generationOf(address)
                        + ", blockBytes=" + blockBytes + "; "
                        + (sample == null
                                ? "to see where it was allocated, open with withLeakSampleInterval(1)"
                                : "the cause is where it was allocated"),
                address,
                sizeBytes + changed,
                sample == null ? null : sample.stack());
    }

    private String describe(long address) {
        return "address=0x" + Long.toHexString(address) + ", pool=" + SizeClasses.poolOfKind(table.kindOfBlock(address))
                + ", blockBytes=" + SizeClasses.blockBytesOfKind(table.kindOfBlock(address));
    }

    /** Sizes that no block has are left for the handle beneath to refuse. */
    private static int withCanary(int sizeBytes) {
        if (sizeBytes < 1 || sizeBytes > MAX_BLOCK_BYTES) {
            return sizeBytes;
        }
        return Math.min(sizeBytes + CANARY_BYTES, MAX_BLOCK_BYTES);
    }
}
