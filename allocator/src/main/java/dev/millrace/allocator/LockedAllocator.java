package dev.millrace.allocator;

import java.util.concurrent.locks.ReentrantLock;

/** A handle that any thread may use, one after the other. */
final class LockedAllocator implements BlockAllocator {
    private final ReentrantLock lock = new ReentrantLock();
    private final MagazineAllocator allocator;

    LockedAllocator(MagazineAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        lock.lock();
        try {
            return allocator.tryAllocate(pool, sizeBytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long allocate(MemoryPool pool, int sizeBytes) {
        lock.lock();
        try {
            return allocator.allocate(pool, sizeBytes);
        } finally {
            lock.unlock();
        }
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
}
