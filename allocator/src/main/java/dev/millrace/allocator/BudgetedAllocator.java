package dev.millrace.allocator;

/** A handle whose blocks count against budgets: what it refuses it can explain. */
interface BudgetedAllocator extends BlockAllocator {
    @Override
    default long allocate(MemoryPool pool, int sizeBytes) {
        final long address = tryAllocate(pool, sizeBytes);
        if (address == NONE) {
            throw refusal(pool, sizeBytes);
        }
        return address;
    }

    @Override
    default long allocateRun(MemoryPool pool, long sizeBytes) {
        final long address = tryAllocateRun(pool, sizeBytes);
        if (address == NONE) {
            throw refusal(pool, sizeBytes);
        }
        return address;
    }

    @Override
    default void countAgainst(long address, MemoryPool pool) {
        if (!tryCountAgainst(address, pool)) {
            throw refusal(pool, sizeOfRun(address));
        }
    }

    /** What to throw for the last block that was refused. */
    MemoryLimitException refusal(MemoryPool pool, long sizeBytes);
}
