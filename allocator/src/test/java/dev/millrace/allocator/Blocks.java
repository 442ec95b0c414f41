package dev.millrace.allocator;

import java.util.ArrayList;
import java.util.List;

/** What tests do with many blocks. */
final class Blocks {
    private Blocks() {}

    /** Takes blocks of one size until the allocator says no. */
    static List<Long> fill(BlockAllocator allocator, MemoryPool pool, int sizeBytes) {
        List<Long> blocks = new ArrayList<>();
        long address = allocator.tryAllocate(pool, sizeBytes);
        while (address != BlockAllocator.NONE) {
            blocks.add(address);
            address = allocator.tryAllocate(pool, sizeBytes);
        }
        return blocks;
    }
}
