package dev.millrace.allocator;

import java.util.TreeSet;

/** Notes which chunks have memory behind them; refuses when told to. */
final class FakeChunkMemory implements ChunkMemory {
    final TreeSet<Long> resident = new TreeSet<>();
    final TreeSet<Long> absent = new TreeSet<>();
    final TreeSet<Long> split = new TreeSet<>();
    boolean refusesToCommit;
    boolean refusesToTakeBack;

    @Override
    public boolean commit(long address, long bytes) {
        if (refusesToCommit) {
            return false;
        }
        if (bytes != ChunkHeap.CHUNK_BYTES || !resident.add(address)) {
            throw new AssertionError("committed twice, or in part: address=" + address + ", bytes=" + bytes);
        }
        return true;
    }

    @Override
    public boolean giveBackPages(long free, long freeBytes, long address, long bytes) {
        if (refusesToTakeBack) {
            return false;
        }
        for (long page = address; page < address + bytes; page += AbsentPages.PAGE_BYTES) {
            if (page < free || page + AbsentPages.PAGE_BYTES > free + freeBytes || !absent.add(page)) {
                throw new AssertionError("given back twice, or not free: address=" + page);
            }
        }
        return true;
    }

    @Override
    public boolean setHuge(long address, boolean mayBeHuge) {
        if (mayBeHuge ? !split.remove(address) : !split.add(address)) {
            throw new AssertionError("is so already: address=" + address + ", mayBeHuge=" + mayBeHuge);
        }
        return true;
    }

    @Override
    public void useAgain(long address, long bytes) {
        for (long page = address; page < address + bytes; page += AbsentPages.PAGE_BYTES) {
            if (!absent.remove(page)) {
                throw new AssertionError("was not given back: address=" + page);
            }
        }
    }

    @Override
    public boolean giveBack(long address, long bytes) {
        if (refusesToTakeBack) {
            return false;
        }
        if (bytes != ChunkHeap.CHUNK_BYTES || !resident.remove(address)) {
            throw new AssertionError("nothing to give back, or only a part: address=" + address + ", bytes=" + bytes);
        }
        absent.subSet(address, address + bytes).clear();
        return true;
    }
}
