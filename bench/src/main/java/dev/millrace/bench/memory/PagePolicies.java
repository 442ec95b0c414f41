package dev.millrace.bench.memory;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/** What do huge pages and touching beforehand cost at start, and buy later? */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(1)
public class PagePolicies {
    private static final long BUDGET_BYTES = 512L << 20;
    private static final long TABLE_BYTES = 256L << 20;
    private static final int PAGE_BYTES = 4096;
    private static final int PAGES = (int) (TABLE_BYTES / PAGE_BYTES);
    private static final int READS = 4_000_000;

    /** What is asked of the kernel. */
    @Param({"PREFERRED", "OFF"})
    public AllocatorConfig.HugePages hugePages = AllocatorConfig.HugePages.PREFERRED;

    /** Whether memory is touched when the allocator is opened. */
    @Param({"false", "true"})
    public boolean preTouches;

    private SlabAllocator allocator;
    private BlockAllocator handle;
    private long table;
    private long openNanos;

    /** Opens the allocator and takes one large table. */
    @Setup(Level.Iteration)
    public void open() {
        long begin = System.nanoTime();
        allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES)
                .withHugePages(hugePages)
                .withPreTouches(preTouches));
        openNanos = System.nanoTime() - begin;
        handle = allocator.worker(0);
        table = handle.allocateRun(MemoryPool.INDEX, TABLE_BYTES);
    }

    /** The first write to each 4 KiB of a table, ns a page of 4 KiB. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public void firstTouch() {
        for (long offset = 0; offset < TABLE_BYTES; offset += PAGE_BYTES) {
            Memory.putLong(table + offset, offset + 1);
        }
    }

    /** A table every page of which was touched. */
    @State(Scope.Thread)
    public static class Touched {
        private long table;

        /** Touches it. */
        @Setup(Level.Iteration)
        public void touch(PagePolicies policies) {
            policies.firstTouch();
            table = policies.table;
        }
    }

    /** Reads at random that wait for each other, ns a read. */
    @Benchmark
    @OperationsPerInvocation(READS)
    public long randomReads(Touched touched) {
        final long start = touched.table;
        long random = 1;
        for (int read = 0; read < READS; read++) {
            random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            random += Memory.getLong(start + ((random >>> 16) & (TABLE_BYTES - 1) & -Long.BYTES));
        }
        return random;
    }

    /** Gives the table back, and says what opening took. */
    @TearDown(Level.Iteration)
    public void close() {
        handle.free(table);
        allocator.close();
        System.out.printf("opened in %.1f ms%n", openNanos / 1e6);
    }
}
