package dev.millrace.allocator;

/** A program that misuses a guarded block, and does not live to tell: run in a JVM of its own by {@link GuardCrashTest}. */
final class GuardCrash {
    private GuardCrash() {}

    /** Prints the map of blocks, then the address that it is about to touch, then touches it. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(1 << 20).withMisuse(AllocatorConfig.Misuse.GUARD);
        SlabAllocator allocator = SlabAllocator.open(config);
        BlockAllocator worker = allocator.worker(0);
        worker.allocate(MemoryPool.EVENTS, 4096);
        long address = worker.allocate(MemoryPool.INDEX, 256);
        long touched =
                switch (args[0]) {
                    case "overrun" -> address + 256;
                    case "far-overrun" -> address + 256 + 4095;
                    case "underrun" -> (address & -4096) - 1;
                    case "use-after-free" -> {
                        worker.free(address);
                        yield address + 16;
                    }
                    default -> address;
                };
        System.out.println(allocator.blockMap());
        System.out.println("touched=" + Long.toHexString(touched));
        System.out.println("known=" + allocator.describe(touched));
        System.out.flush();
        Memory.putByte(touched, (byte) 1);
        System.out.println("survived");
        System.exit(0);
    }
}
