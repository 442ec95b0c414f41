package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryPool;
import java.util.concurrent.locks.ReentrantLock;

/** A handle that any thread may use, one after the other: for what happens when tasks are built and closed. */
final class LockedHandle implements BlockAllocator {
    private final BlockAllocator handle;
    private final ReentrantLock lock;

    /** @param lock the same for all that stand before one handle */
    LockedHandle(BlockAllocator handle, ReentrantLock lock) {
        this.handle = handle;
        this.lock = lock;
    }

    @Override
    public long tryAllocate(MemoryPool pool, int sizeBytes) {
        lock.lock();
        try {
            return handle.tryAllocate(pool, sizeBytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long allocate(MemoryPool pool, int sizeBytes) {
        lock.lock();
        try {
            return handle.allocate(pool, sizeBytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long tryAllocateRun(MemoryPool pool, long sizeBytes) {
        lock.lock();
        try {
            return handle.tryAllocateRun(pool, sizeBytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long allocateRun(MemoryPool pool, long sizeBytes) {
        lock.lock();
        try {
            return handle.allocateRun(pool, sizeBytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void free(long address) {
        lock.lock();
        try {
            handle.free(address);
        } finally {
            lock.unlock();
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
    public int generationOf(long address) {
        return handle.generationOf(address);
    }

    @Override
    public void checkGeneration(long address, int generation) {
        handle.checkGeneration(address, generation);
    }
}
