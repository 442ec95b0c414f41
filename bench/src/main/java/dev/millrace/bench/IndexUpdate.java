package dev.millrace.bench;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.IndexConfig;
import java.util.HashMap;
import java.util.Map;
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

/**
 * What does it cost to count an event under its key?
 *
 * <p>Keys are drawn evenly. The index is used as a keyed task uses it, 64 events at a time, touched before they are
 * updated; beside it the same without the touch, and a {@code HashMap} of boxed keys to counters.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class IndexUpdate {
    private static final int BATCH = 64;
    private static final long BUDGET_BYTES = 512L << 20;
    private static final int KEY_BYTES = Long.BYTES;

    /** How many keys there are. */
    @Param({"10000", "1000000"})
    public int keys;

    private SlabAllocator allocator;

    private ActiveIndex index;
    private Map<Long, long[]> map;
    private long keyScratch;
    private long step;
    private final long[] batch = new long[BATCH];

    /** Fills the index. */
    @Setup
    public void open() {
        allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES));
        BlockAllocator blocks = allocator.worker(0);
        keyScratch = blocks.allocate(MemoryPool.INDEX, KEY_BYTES);
        index = ActiveIndex.open(blocks, IndexConfig.DEFAULT);
        map = new HashMap<>();
        for (long key = 0; key < keys; key++) {
            count(key);
            map.put(key, new long[1]);
        }
    }

    /** Draws the next keys; part of each benchmark, the same in all. */
    private long[] nextBatch() {
        for (int i = 0; i < BATCH; i++) {
            batch[i] = Math.floorMod(mix(step++), (long) keys);
        }
        return batch;
    }

    /** The index as the engine uses it. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long indexTouched() {
        long sum = 0;
        long[] drawn = nextBatch();
        for (long key : drawn) {
            sum += index.touch(mix(key));
        }
        for (long key : drawn) {
            count(key);
        }
        return sum;
    }

    /** The index, one event after the other. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long indexPlain() {
        for (long key : nextBatch()) {
            count(key);
        }
        return step;
    }

    /** The heap. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long hashMap() {
        for (long key : nextBatch()) {
            map.get(key)[0]++;
        }
        return step;
    }

    /** Gives everything back. */
    @TearDown(Level.Trial)
    public void close() {
        index.close();
        allocator.close();
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
