package dev.millrace.bench.flow;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.internal.chain.KeyPartitioner;
import java.nio.charset.StandardCharsets;
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
 * What does it cost to find the partition that owns a key?
 *
 * <p>The engine's answer stays the same when the number of partitions changes: it goes through key groups. So does that of
 * Guava's consistent hash, the only rival that moves as little state; the others move most keys.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PartitionOfKey {
    static final int PARTITIONS = 12;

    private static final int KEYS = 256;
    private static final long BUDGET_BYTES = 64L << 20;

    /** The length of a key in bytes. */
    @Param({"8", "32"})
    public int keyBytes;

    private final HashFunction murmur3 = Hashing.murmur3_32_fixed();
    private final KeyPartitioner partitioner = new KeyPartitioner(PARTITIONS);
    private final byte[][] keys = new byte[KEYS][];

    private SlabAllocator allocator;
    private BlockAllocator blocks;
    private long block;

    /** Makes the keys. */
    @Setup
    public void open() {
        allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES));
        blocks = allocator.worker(0);
        block = blocks.allocate(MemoryPool.EVENTS, KEYS * keyBytes);
        for (int i = 0; i < KEYS; i++) {
            keys[i] = String.format("%" + keyBytes + "d", i * 7_919L).getBytes(StandardCharsets.ISO_8859_1);
            Memory.copyFrom(keys[i], 0, block + (long) i * keyBytes, keyBytes);
        }
    }

    /** The engine's, by way of one of its key groups. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long keyGroups() {
        long sum = 0;
        for (int i = 0; i < KEYS; i++) {
            sum += partitioner.partitionOf(KeyPartitioner.groupOf(block + (long) i * keyBytes, keyBytes));
        }
        return sum;
    }

    /** Murmur3 of the bytes, as a number of partitions: what brokers of messages do. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long murmur3Modulo() {
        long sum = 0;
        for (byte[] key : keys) {
            sum += Math.floorMod(murmur3.hashBytes(key).asInt(), PARTITIONS);
        }
        return sum;
    }

    /** Murmur3 and Guava's consistent hash. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long consistentHash() {
        long sum = 0;
        for (byte[] key : keys) {
            sum += Hashing.consistentHash(murmur3.hashBytes(key), PARTITIONS);
        }
        return sum;
    }

    /** {@code hashCode} of a string that was just read. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long stringHashCodeModulo() {
        long sum = 0;
        for (byte[] key : keys) {
            sum += Math.floorMod(new String(key, StandardCharsets.ISO_8859_1).hashCode(), PARTITIONS);
        }
        return sum;
    }

    /** Gives everything back. */
    @TearDown
    public void close() {
        blocks.free(block);
        allocator.close();
    }
}
