package dev.millrace.allocator;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A handle that any thread may use, one after the other. Room is asked for outside the lock: whoever makes it may use this
 * handle itself.
 */
final class LockedAllocator implements BlockAllocator {
    private final ReentrantLock lock = new ReentrantLock();
    private final MagazineAllocator allocator;
    private final Pressure pressure;

    LockedAllocator(MagazineAllocator allocator, Pressure pressure) {
        this.allocator = allocator;
        this.pressure = pressure;
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        final BudgetLevel refusedBy;
        lock.lock();
        try {
            final long address = allocator.tryAllocate(pool, sizeBytes);
            if (address != NONE) {
                return address;
            }
            refusedBy = allocator.credit().refusedBy();
        } finally {
            lock.unlock();
        }
        final int blockBytes = SizeClasses.blockBytes(SizeClasses.of(sizeBytes));
        return pressure.relieve(pool, blockBytes, refusedBy) ? tryAgain(pool, sizeBytes) : NONE;
    }

    @Override
    public long allocate(MemoryPool pool, int sizeBytes) {
        final long address = tryAllocate(pool, sizeBytes);
        if (address == NONE) {
            throw refusal(pool, sizeBytes);
        }
        return address;
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
    public int sizeOf(long address) {
        return allocator.sizeOf(address);
    }

    private long tryAgain(MemoryPool pool, int sizeBytes) {
        lock.lock();
        try {
            allocator.forgetRefusal();
            return allocator.tryAllocate(pool, sizeBytes);
        } finally {
            lock.unlock();
        }
    }

    private MemoryLimitException refusal(MemoryPool pool, int sizeBytes) {
        lock.lock();
        try {
            return allocator.limitPassed(pool, sizeBytes);
        } finally {
            lock.unlock();
        }
    }
}
