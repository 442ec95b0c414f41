package dev.millrace.bench;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.serde.KeyHash;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import net.openhft.hashing.LongHashFunction;
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
 * What does it cost to hash a key, by its length?
 *
 * <p>All hash the same 256 keys: ours and xxHash64 where they lie off the heap, the others as arrays on it, where such
 * keys are. A {@code String} keeps its hash, so each is made anew, as one that was just read is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class KeyHashing {
    private static final int KEYS = 256;
    private static final long BUDGET_BYTES = 64L << 20;
    private static final long SEED = 7L;

    /** The length of a key in bytes. */
    @Param({"8", "16", "64"})
    public int keyBytes;

    private final LongHashFunction xxHash = LongHashFunction.xx(SEED);
    private final HashFunction murmur3 = Hashing.murmur3_128((int) SEED);
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

    /** The engine's. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long keyHash() {
        long sum = 0;
        for (int i = 0; i < KEYS; i++) {
            sum += KeyHash.hash(block + (long) i * keyBytes, keyBytes, SEED);
        }
        return sum;
    }

    /** Of zero-allocation-hashing. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long xxHash64() {
        long sum = 0;
        for (int i = 0; i < KEYS; i++) {
            sum += xxHash.hashMemory(block + (long) i * keyBytes, keyBytes);
        }
        return sum;
    }

    /** Of Guava, 128 bits of which 64 are kept. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long murmur3() {
        long sum = 0;
        for (byte[] key : keys) {
            sum += murmur3.hashBytes(key).asLong();
        }
        return sum;
    }

    /** 32 bits, of a string that is new. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long stringHashCode() {
        long sum = 0;
        for (byte[] key : keys) {
            sum += new String(key, StandardCharsets.ISO_8859_1).hashCode();
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
