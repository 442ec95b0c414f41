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
    public long tryAllocateRun(MemoryPool pool, long sizeBytes) {
        lock.lock();
        try {
            return allocator.tryAllocateRun(pool, sizeBytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long allocateRun(MemoryPool pool, long sizeBytes) {
        lock.lock();
        try {
            return allocator.allocateRun(pool, sizeBytes);
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
}
