package dev.millrace.allocator;

import java.util.Objects;

/**
 * What an allocator is opened with. One number, the budget, is enough: everything else has a value that fits most.
 *
 * @param memoryBytes the budget: what live blocks may add up to, each counted at the size of its class;
 *     {@link #MIN_MEMORY_BYTES} to {@link #MAX_MEMORY_BYTES}
 * @param workers how many workers have a handle of their own, 1 to {@link #MAX_WORKERS}
 * @param hugePages whether huge pages are asked for
 * @param preTouches whether the memory of the budget is touched at start, so that no event waits for a first touch
 * @param numa whether memory is placed on the nodes of the workers
 * @param misuse what is watched for
 * @param leakSampleInterval one allocation in this many remembers its stack, 0 for none
 * @param tiers how much each tier keeps
 */
public record AllocatorConfig(
        long memoryBytes,
        int workers,
        HugePages hugePages,
        boolean preTouches,
        Numa numa,
        Misuse misuse,
        int leakSampleInterval,
        TierSizes tiers) {
    /** The least budget: one block of the largest size. */
    public static final long MIN_MEMORY_BYTES = BlockAllocator.MAX_BLOCK_BYTES;

    /** The largest budget: 4 TiB. */
    public static final long MAX_MEMORY_BYTES = 1L << 42;

    /** The most workers. */
    public static final int MAX_WORKERS = 1024;

    private static final int DEFAULT_LEAK_SAMPLE_INTERVAL = 1024;

    /** What to do about huge pages. */
    public enum HugePages {
        /** Refuse to start without. */
        REQUIRED,
        /** Ask for them; do without where there are none. */
        PREFERRED,
        /** Do not ask. */
        OFF
    }

    /** What to do about nodes. */
    public enum Numa {
        /** Place memory on the nodes of the workers; refuse to start where that cannot be done. */
        REQUIRED,
        /** Place memory on the nodes of the workers; do without where that cannot be done. */
        PREFERRED,
        /** Spread every range over all nodes, page by page. */
        INTERLEAVE,
        /** Treat the machine as one node. */
        OFF
    }

    /** What is watched for; each value includes those before it. */
    public enum Misuse {
        /** Nothing. */
        OFF,
        /** Double frees, and frees of addresses where no block starts. */
        STATE,
        /** Writes after a free, writes past the end of a block, handles that outlived their block. */
        CHECK,
        /** Every block has pages of its own that cannot be touched after the free. For tests in a JVM of their own. */
        GUARD
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
        if (leakSampleInterval < 0) {
            throw new IllegalArgumentException("leak sample interval below zero: leakSampleInterval="
                    + leakSampleInterval + "; say 0 for no samples");
        }
        Objects.requireNonNull(hugePages, "hugePages");
        Objects.requireNonNull(numa, "numa");
        Objects.requireNonNull(misuse, "misuse");
        Objects.requireNonNull(tiers, "tiers");
    }

    /** One worker, huge pages and placement where they are to be had. */
    public static AllocatorConfig ofMemoryBytes(long memoryBytes) {
        return new AllocatorConfig(
                memoryBytes,
                1,
                HugePages.PREFERRED,
                false,
                Numa.PREFERRED,
                Misuse.STATE,
                DEFAULT_LEAK_SAMPLE_INTERVAL,
                TierSizes.DEFAULT);
    }

    public AllocatorConfig withMemoryBytes(long bytes) {
        return new AllocatorConfig(bytes, workers, hugePages, preTouches, numa, misuse, leakSampleInterval, tiers);
    }

    public AllocatorConfig withWorkers(int count) {
        return new AllocatorConfig(memoryBytes, count, hugePages, preTouches, numa, misuse, leakSampleInterval, tiers);
    }

    public AllocatorConfig withHugePages(HugePages policy) {
        return new AllocatorConfig(memoryBytes, workers, policy, preTouches, numa, misuse, leakSampleInterval, tiers);
    }

    public AllocatorConfig withPreTouches(boolean touches) {
        return new AllocatorConfig(memoryBytes, workers, hugePages, touches, numa, misuse, leakSampleInterval, tiers);
    }

    public AllocatorConfig withNuma(Numa policy) {
        return new AllocatorConfig(
                memoryBytes, workers, hugePages, preTouches, policy, misuse, leakSampleInterval, tiers);
    }

    public AllocatorConfig withMisuse(Misuse mode) {
        return new AllocatorConfig(memoryBytes, workers, hugePages, preTouches, numa, mode, leakSampleInterval, tiers);
    }

    public AllocatorConfig withLeakSampleInterval(int allocations) {
        return new AllocatorConfig(memoryBytes, workers, hugePages, preTouches, numa, misuse, allocations, tiers);
    }

    public AllocatorConfig withTiers(TierSizes sizes) {
        return new AllocatorConfig(
                memoryBytes, workers, hugePages, preTouches, numa, misuse, leakSampleInterval, sizes);
    }
}
