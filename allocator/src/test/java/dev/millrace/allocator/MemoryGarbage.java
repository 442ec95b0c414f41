package dev.millrace.allocator;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** A program that uses every way to move many bytes, and prints what that left on the heap once it was compiled. */
final class MemoryGarbage {
    private static final int ROUNDS = 200_000;

    private MemoryGarbage() {}

    public static void main(String[] args) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long best = Long.MAX_VALUE;
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20))) {
            long block = allocator.shared().allocate(MemoryPool.SPILL, 4096);
            byte[] array = new byte[256];
            use(block, array);
            for (int round = 0; round < 20 && best > 0; round++) {
                long before =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                use(block, array);
                long after =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                best = Math.min(best, (after - before) / ROUNDS);
            }
            allocator.shared().free(block);
        }
        System.out.println(best + " bytes");
    }

    private static void use(long block, byte[] array) {
        for (int i = 0; i < ROUNDS; i++) {
            int length = i & 255;
            Memory.fill(block, 1024 + length, (byte) i);
            Memory.copy(block, block + 2048, length);
            Memory.copyTo(block, array, 0, length);
            Memory.copyFrom(array, 0, block + 1024, length);
            Memory.getAndAddInt(block, length);
            Memory.compareAndSetLong(block, length, i);
            Memory.putDouble(block + 8, Memory.equal(block, block + 2048, length) ? 1 : Memory.getFloat(block + 4));
        }
    }
}
