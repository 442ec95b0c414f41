package dev.millrace.allocator;

/**
 * What an allocator is opened with.
 *
 * @param memoryBytes the budget: what live blocks may add up to, each counted at the size of its class;
 *     {@link #MIN_MEMORY_BYTES} to {@link #MAX_MEMORY_BYTES}
 * @param workers how many workers have a handle of their own, 1 to {@link #MAX_WORKERS}
 * @param hugePages whether huge pages are asked for
 * @param numa whether memory is placed on the nodes of the workers
 */
public record AllocatorConfig(long memoryBytes, int workers, HugePages hugePages, Numa numa) {
    /** The least budget: one block of the largest size. */
    public static final long MIN_MEMORY_BYTES = BlockAllocator.MAX_BLOCK_BYTES;

    /** The largest budget: 4 TiB. */
    public static final long MAX_MEMORY_BYTES = 1L << 42;

    /** The most workers. */
    public static final int MAX_WORKERS = 1024;

    /** What to do about huge pages. */
    public enum HugePages {
        /** Ask for them; do without where there are none. */
        PREFERRED,
        /** Do not ask. */
        OFF
    }

    /** What to do about nodes. */
    public enum Numa {
        /** Place memory on the nodes of the workers; do without where that cannot be done. */
        PREFERRED,
        /** Treat the machine as one node. */
        OFF
    }

    public AllocatorConfig {
        if (memoryBytes < MIN_MEMORY_BYTES || memoryBytes > MAX_MEMORY_BYTES) {
            throw new IllegalArgumentException("memory budget out of range: memoryBytes=" + memoryBytes + ", minBytes="
                    + MIN_MEMORY_BYTES + ", maxBytes=" + MAX_MEMORY_BYTES + "; ask for at least "
                    + (MIN_MEMORY_BYTES >> 20) + " MiB");
        }
        if (workers < 1 || workers > MAX_WORKERS) {
            throw new IllegalArgumentException("worker count out of range: workers=" + workers + ", min=1, max="
                    + MAX_WORKERS + "; one worker a processor is plenty");
        }
    }

    /** One worker, huge pages and placement where they are to be had. */
    public static AllocatorConfig ofMemoryBytes(long memoryBytes) {
        return new AllocatorConfig(memoryBytes, 1, HugePages.PREFERRED, Numa.PREFERRED);
    }

    public AllocatorConfig withMemoryBytes(long memoryBytes) {
        return new AllocatorConfig(memoryBytes, workers, hugePages, numa);
    }

    public AllocatorConfig withWorkers(int workers) {
        return new AllocatorConfig(memoryBytes, workers, hugePages, numa);
    }

    public AllocatorConfig withHugePages(HugePages hugePages) {
        return new AllocatorConfig(memoryBytes, workers, hugePages, numa);
    }

    public AllocatorConfig withNuma(Numa numa) {
        return new AllocatorConfig(memoryBytes, workers, hugePages, numa);
    }
}
