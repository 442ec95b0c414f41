package dev.millrace.allocator;

/**
 * A worker's handle with the budget of an operator: blocks of one pool count against the operator too, and what the operator
 * is guaranteed is there for it. Blocks of other pools are the worker's.
 *
 * <p>Used by the thread that uses the worker's handle. Blocks of the pool are freed through a handle of the same operator.
 *
 * <p>The operator pays for the whole way to the root with credit of its own, and lends it to the worker's handle for the
 * moment of the call; so a block is not charged twice. A block that lies in the worker's magazine is paid for directly,
 * at the cost of one of the worker's own.
 */
final class OperatorAllocator implements BudgetedAllocator {
    private final MagazineAllocator handle;
    private final MemoryPool pool;
    private final Credit own;
    private final Credit ofHandle;

    private OperatorAllocator(MagazineAllocator handle, MemoryPool pool, Credit own) {
        this.handle = handle;
        this.pool = pool;
        this.own = own;
        ofHandle = handle.credit().credit(pool.ordinal());
    }

    static OperatorAllocator of(Budget budget, MagazineAllocator handle, MemoryPool pool, Account account) {
        IdleShare share = new IdleShare(budget.mostIdleBytes(account));
        Credit own = new Credit(budget, account, share, budget.mostIdleBytes(account), false);
        share.connect(own);
        return new OperatorAllocator(handle, pool, own);
    }

    @Override
    public long tryAllocate(MemoryPool blockPool, int sizeBytes) {
        if (blockPool != pool) {
            return handle.tryAllocate(blockPool, sizeBytes);
        }
        final long address = handle.tryTakeAtHand(pool, sizeBytes, own);
        return address == NONE ? take(sizeBytes) : address;
    }

    @Override
    public long tryAllocateRun(MemoryPool blockPool, long sizeBytes) {
        return blockPool == pool ? take(sizeBytes) : handle.tryAllocateRun(blockPool, sizeBytes);
    }

    @Override
    public void free(long address) {
        if (!handle.tryFreePlain(address, ofHandle, own)) {
            freeApart(address);
        }
    }

    private void freeApart(long address) {
        final int kind = handle.kindOf(address);
        if (SizeClasses.poolOfKind(kind) != pool) {
            handle.free(address);
            return;
        }
        final long blockBytes = handle.sizeOfRun(address);
        // Taken out first, so that the handle gives nothing back that is the operator's.
        ofHandle.transfer(-blockBytes);
        handle.free(address);
        own.takeBack(blockBytes);
        ofHandle.settle();
    }

    @Override
    public boolean tryCountAgainst(long address, MemoryPool other) {
        if (SizeClasses.poolOfKind(handle.kindOf(address)) != pool) {
            return handle.tryCountAgainst(address, other);
        }
        final long blockBytes = handle.sizeOfRun(address);
        own.takeBack(blockBytes);
        if (!handle.spendFor(other, address, blockBytes)) {
            own.transfer(-blockBytes);
            own.settle();
            return false;
        }
        handle.counters().noteMoved(pool, other, blockBytes);
        return true;
    }

    @Override
    public void countAgainstOwnPool(long address, MemoryPool other) {
        handle.countAgainstOwnPool(address, other);
        if (SizeClasses.poolOfKind(handle.kindOf(address)) == pool) {
            // Who pays is the operator and not the worker's handle.
            final long blockBytes = handle.sizeOfRun(address);
            ofHandle.transfer(blockBytes);
            own.transfer(-blockBytes);
        }
    }

    @Override
    public int sizeOf(long address) {
        return handle.sizeOf(address);
    }

    @Override
    public long sizeOfRun(long address) {
        return handle.sizeOfRun(address);
    }

    @Override
    public void flush() {
        handle.flush();
    }

    private long take(long sizeBytes) {
        final long blockBytes = HandleRuns.takenBytes(sizeBytes);
        if (!own.spend(blockBytes) && !spendAfterAll(blockBytes)) {
            own.noteRefusal();
            return handle.refuse(pool);
        }
        ofHandle.transfer(blockBytes);
        ofHandle.hold(blockBytes);
        final long address = handle.tryAllocateRun(pool, sizeBytes);
        ofHandle.hold(0);
        if (address == NONE) {
            ofHandle.transfer(-blockBytes);
            own.takeBack(blockBytes);
        }
        return address;
    }

    /** With what the worker's handle has at hand, or others can spare. */
    private boolean spendAfterAll(long blockBytes) {
        if (handle.credit().giveBackIdle(null) && own.spend(blockBytes)) {
            return true;
        }
        handle.credit().noteRefusedBy(own);
        return handle.credit().reclaim(pool, blockBytes) && own.spend(blockBytes);
    }

    @Override
    public MemoryLimitException refusal(MemoryPool blockPool, long sizeBytes) {
        if (blockPool != pool) {
            return handle.refusal(blockPool, sizeBytes);
        }
        long blockBytes = HandleRuns.takenBytes(sizeBytes);
        return handle.credit()
                .refusal(pool, sizeBytes, blockBytes, own.account().name());
    }
}
