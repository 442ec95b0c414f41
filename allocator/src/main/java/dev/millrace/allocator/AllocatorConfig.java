package dev.millrace.allocator;

import java.util.Map;
import java.util.Objects;

/**
 * What an allocator is opened with. One number, the budget, is enough: everything else has a value that fits most, and
 * {@link #describe} says which.
 *
 * <p>Immutable. {@link #ofMemoryBytes} and the {@code with} methods change one thing, {@link #builder} many. What only the
 * machine can tell, whether minima fit its nodes and memory its container, is checked when an allocator is opened.
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
 * @param pools what each pool may count on and may not pass, in the whole process: each node has the part that its workers
 *     make up. A pool that is not there has no limits
 * @param nodes the same for nodes, by the kernel's number
 * @param operators the same for each operator that is given no limits of its own
 * @param reserveBytes what of the budget only barriers and freeing paths may use, or {@link #DERIVED}
 * @param checksContainer whether opening is refused where the memory would not fit the container or the machine
 */
public record AllocatorConfig(
        long memoryBytes,
        int workers,
        HugePages hugePages,
        boolean preTouches,
        Numa numa,
        Misuse misuse,
        int leakSampleInterval,
        TierSizes tiers,
        Map<MemoryPool, MemoryLimits> pools,
        Map<Integer, MemoryLimits> nodes,
        MemoryLimits operators,
        long reserveBytes,
        boolean checksContainer) {
    /** The least budget: one block of the largest size. */
    public static final long MIN_MEMORY_BYTES = BlockAllocator.MAX_BLOCK_BYTES;

    /** The largest budget: 4 TiB. */
    public static final long MAX_MEMORY_BYTES = 1L << 42;

    /** The most workers. */
    public static final int MAX_WORKERS = 1024;

    /** For a reserve of a 64th of the budget, in whole MiB: none below 64 MiB, where it would not hold the largest block. */
    public static final long DERIVED = -1;

    private static final int RESERVE_PART = 64;
    private static final long RESERVE_STEP_BYTES = BlockAllocator.MAX_BLOCK_BYTES;
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
        Objects.requireNonNull(operators, "operators");
        pools = Map.copyOf(pools);
        nodes = Map.copyOf(nodes);
        if (reserveBytes != DERIVED && (reserveBytes < 0 || reserveBytes > memoryBytes / 2)) {
            throw new IllegalArgumentException("reserve out of range: reserveBytes=" + reserveBytes + ", min=0, max="
                    + memoryBytes / 2 + " (half of memoryBytes=" + memoryBytes + "); a hundredth is plenty");
        }
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
                TierSizes.DEFAULT,
                Map.of(),
                Map.of(),
                MemoryLimits.NONE,
                DERIVED,
                true);
    }

    /** Begins with the defaults and {@value AllocatorConfigBuilder#DEFAULT_MEMORY}. */
    public static AllocatorConfigBuilder builder() {
        return new AllocatorConfigBuilder();
    }

    /** Begins with these settings. */
    public AllocatorConfigBuilder toBuilder() {
        return new AllocatorConfigBuilder(this);
    }

    /** The reserve in bytes, derived or not. */
    public long reserve() {
        return reserveBytes == DERIVED
                ? memoryBytes / RESERVE_PART / RESERVE_STEP_BYTES * RESERVE_STEP_BYTES
                : reserveBytes;
    }

    /** Every setting in a line: key, value, where the value comes from, and what it is. */
    public String describe() {
        return Setting.describe(MemorySettings.of(this), this);
    }

    public AllocatorConfig withMemoryBytes(long bytes) {
        return toBuilder().memoryBytes(bytes).build();
    }

    public AllocatorConfig withWorkers(int count) {
        return toBuilder().workers(count).build();
    }

    public AllocatorConfig withHugePages(HugePages policy) {
        return toBuilder().hugePages(policy).build();
    }

    public AllocatorConfig withPreTouches(boolean touches) {
        return toBuilder().preTouches(touches).build();
    }

    public AllocatorConfig withNuma(Numa policy) {
        return toBuilder().numa(policy).build();
    }

    public AllocatorConfig withMisuse(Misuse mode) {
        return toBuilder().misuse(mode).build();
    }

    public AllocatorConfig withLeakSampleInterval(int allocations) {
        return toBuilder().leakSampleInterval(allocations).build();
    }

    public AllocatorConfig withTiers(TierSizes sizes) {
        return toBuilder().tiers(sizes).build();
    }

    public AllocatorConfig withPool(MemoryPool pool, MemoryLimits limits) {
        return toBuilder().pool(pool, limits).build();
    }

    public AllocatorConfig withReserveBytes(long bytes) {
        return toBuilder().reserveBytes(bytes).build();
    }
}
