package dev.millrace.allocator;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A handle that any thread may use, one after the other. Room is asked for outside the lock: whoever makes it may use this
 * handle itself.
 */
final class LockedAllocator implements BudgetedAllocator {
    private final ReentrantLock lock = new ReentrantLock();
    private final MagazineAllocator allocator;
    private final Pressure pressure;

    LockedAllocator(MagazineAllocator allocator, Pressure pressure) {
        this.allocator = allocator;
        this.pressure = pressure;
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        return take(pool, SizeClasses.blockBytes(SizeClasses.of(sizeBytes)));
    }

    @Override
    public long tryAllocateRun(MemoryPool pool, long sizeBytes) {
        return take(pool, HandleRuns.takenBytes(sizeBytes));
    }

    @Override
    public void free(long address) {
        lock.lock();
        try {
            allocator.free(address);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean tryCountAgainst(long address, MemoryPool pool) {
        lock.lock();
        try {
            return allocator.tryCountAgainst(address, pool);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void countAgainstOwnPool(long address, MemoryPool pool) {
        lock.lock();
        try {
            allocator.countAgainstOwnPool(address, pool);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int sizeOf(long address) {
        return allocator.sizeOf(address);
    }

    @Override
    public long sizeOfRun(long address) {
        return allocator.sizeOfRun(address);
    }

    @Override
    public void flush() {
        lock.lock();
        try {
            allocator.flush();
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what the handle keeps, if nobody needed it since the last call. */
    void giveBackIfUnused() {
        lock.lock();
        try {
            allocator.giveBackIfUnused();
        } finally {
            lock.unlock();
        }
    }

    private long take(MemoryPool pool, long takenBytes) {
        final BudgetLevel refusedBy;
        lock.lock();
        try {
            final long address = allocator.tryAllocateRun(pool, takenBytes);
            if (address != NONE) {
                return address;
            }
            refusedBy = allocator.credit().refusedBy();
        } finally {
            lock.unlock();
        }
        return pressure.relieve(pool, takenBytes, refusedBy) ? tryAgain(pool, takenBytes) : NONE;
    }

    private long tryAgain(MemoryPool pool, long takenBytes) {
        lock.lock();
        try {
            allocator.forgetRefusal(pool);
            return allocator.tryAllocateRun(pool, takenBytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public MemoryLimitException refusal(MemoryPool pool, long sizeBytes) {
        lock.lock();
        try {
            return allocator.refusal(pool, sizeBytes);
        } finally {
            lock.unlock();
        }
    }
}
