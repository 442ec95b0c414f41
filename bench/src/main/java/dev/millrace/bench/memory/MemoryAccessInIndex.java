package dev.millrace.bench.memory;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.IndexConfig;
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

/**
 * What does the way to memory matter inside the real index?
 *
 * <p>The same loop in two JVMs: one that uses the part of the jar for newer JVMs, and one that is told to ignore it. On Java 17
 * to 21 there is no such part, and the two are the same. Each prints which way it goes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MemoryAccessInIndex {
    private static final int BATCH = 64;
    private static final long BUDGET_BYTES = 512L << 20;
    private static final int KEY_BYTES = Long.BYTES;

    /** How many keys there are. */
    @Param("1000000")
    public int keys;

    private SlabAllocator allocator;
    private ActiveIndex index;
    private long keyScratch;
    private long step;
    private final long[] batch = new long[BATCH];

    /** Fills the index. */
    @Setup
    public void open() {
        System.out.println("# memory by " + Memory.mechanism());
        allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES));
        BlockAllocator blocks = allocator.worker(0);
        keyScratch = blocks.allocate(MemoryPool.INDEX, KEY_BYTES);
        index = ActiveIndex.open(blocks, IndexConfig.DEFAULT);
        for (long key = 0; key < keys; key++) {
            count(key);
        }
    }

    /** By {@code java.lang.foreign}, where the JVM is new enough. */
    @Benchmark
    @Fork(2)
    @OperationsPerInvocation(BATCH)
    public long ofTheJar() {
        return update();
    }

    /** By {@code sun.misc.Unsafe}. */
    @Benchmark
    @Fork(value = 2, jvmArgsAppend = "-Djdk.util.jar.enableMultiRelease=false")
    @OperationsPerInvocation(BATCH)
    public long byUnsafe() {
        return update();
    }

    /** Gives everything back. */
    @TearDown
    public void close() {
        index.close();
        allocator.close();
    }

    private long update() {
        final long[] drawn = batch;
        for (int i = 0; i < BATCH; i++) {
            drawn[i] = Math.floorMod(mix(step++), (long) keys);
        }
        long sum = 0;
        for (long key : drawn) {
            sum += index.touch(mix(key));
        }
        for (long key : drawn) {
            count(key);
        }
        return sum;
    }

    private void count(long key) {
        Memory.putLong(keyScratch, key);
        long value = index.put(keyScratch, KEY_BYTES, mix(key), Long.BYTES);
        Memory.putLong(value, Memory.getLong(value) + 1);
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = (value + 0x9E3779B97F4A7C15L);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
