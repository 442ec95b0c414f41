package dev.millrace.allocator;

import java.util.TreeSet;

/** Notes which chunks have memory behind them; refuses when told to. */
final class FakeChunkMemory implements ChunkMemory {
    final TreeSet<Long> resident = new TreeSet<>();
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
    public boolean giveBack(long address, long bytes) {
        if (refusesToTakeBack) {
            return false;
        }
        if (bytes != ChunkHeap.CHUNK_BYTES || !resident.remove(address)) {
            throw new AssertionError("nothing to give back, or only a part: address=" + address + ", bytes=" + bytes);
        }
        return true;
    }
}
