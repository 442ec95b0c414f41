package dev.millrace.bench.memory;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryLimits;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What does a setting of the allocator cost, or buy? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AllocatorSettings {
    private static final int BLOCKS = 1000;
    private static final long BUDGET_BYTES = 256L << 20;

    /** What is turned; one setting at a time. */
    public enum Setting {
        /** Nothing. */
        DEFAULT,
        /** Misuse is not watched for. */
        MISUSE_OFF,
        /** Poison, canaries and generations. */
        MISUSE_CHECK,
        /** No stacks are sampled. */
        NO_SAMPLES,
        /** Magazines of 16 blocks. */
        SMALL_MAGAZINES,
        /** Magazines of 1024 blocks. */
        LARGE_MAGAZINES,
        /** No full magazine is kept from the depot. */
        NO_OWN_MAGAZINES,
        /** Pages of 4 KiB. */
        SMALL_PAGES,
        /** Blocks count against an operator too. */
        OPERATOR
    }

    /** What is turned. */
    @Param
    public Setting setting = Setting.DEFAULT;

    /** The size of each block. */
    @Param({"64", "4096"})
    public int sizeBytes;

    private final long[] blocks = new long[BLOCKS];
    private final int[] order = new int[BLOCKS];
    private SlabAllocator allocator;
    private BlockAllocator handle;

    /** Opens the allocator. */
    @Setup
    public void open() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < BLOCKS; i++) {
            int at = random.nextInt(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        allocator = SlabAllocator.open(turned(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES)));
        handle = setting == Setting.OPERATOR
                ? allocator.forOperator(0, "bench", MemoryPool.INDEX, MemoryLimits.atMost(BUDGET_BYTES / 2))
                : allocator.worker(0);
    }

    private AllocatorConfig turned(AllocatorConfig config) {
        return switch (setting) {
            case DEFAULT, OPERATOR -> config;
            case MISUSE_OFF -> config.withMisuse(AllocatorConfig.Misuse.OFF);
            case MISUSE_CHECK -> config.withMisuse(AllocatorConfig.Misuse.CHECK);
            case NO_SAMPLES -> config.withLeakSampleInterval(0);
            case SMALL_MAGAZINES -> config.withTiers(config.tiers().withMagazineBlocks(16));
            case LARGE_MAGAZINES -> config.withTiers(config.tiers().withMagazineBlocks(1024));
            case NO_OWN_MAGAZINES -> config.withTiers(config.tiers().withOwnMagazines(0));
            case SMALL_PAGES -> config.withHugePages(AllocatorConfig.HugePages.OFF);
        };
    }

    /** A block that is taken and given back at once. */
    @Benchmark
    public void pair() {
        long block = handle.allocate(MemoryPool.INDEX, sizeBytes);
        Memory.putLong(block, 1);
        handle.free(block);
    }

    /** A thousand blocks that are given back in random order. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void batch() {
        for (int i = 0; i < BLOCKS; i++) {
            long block = handle.allocate(MemoryPool.INDEX, sizeBytes);
            Memory.putLong(block, i);
            blocks[i] = block;
        }
        for (int slot : order) {
            handle.free(blocks[slot]);
        }
    }

    /** Closes the allocator. */
    @TearDown
    public void close() {
        allocator.close();
    }
}
