package dev.millrace.allocator;

/** A program that takes a block, uses it, and prints what it read and by which way. */
final class TouchMemory {
    private TouchMemory() {}

    public static void main(String[] args) {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20))) {
            long block = allocator.shared().allocate(MemoryPool.SPILL, 64);
            Memory.putLong(block, 41);
            Memory.getAndAddLong(block, 1);
            System.out.println(Memory.getLong(block) + " " + Memory.mechanism());
            allocator.shared().free(block);
        }
    }
}
