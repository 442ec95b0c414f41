package dev.millrace.bench;

import com.sun.jna.Native;
import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to take a block and give it back on one thread?
 *
 * <p>Beside it: {@code malloc} and {@code free} of the C library, called as any Java program can call them, and a heap
 * buffer, which the collector has to clear and to free.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AllocFreePair {
    private static final long BUDGET_BYTES = 64L << 20;

    /** The size of the block. */
    @Param({"64", "4096", "32768"})
    public int sizeBytes;

    private SlabAllocator allocator;
    private BlockAllocator worker;

    /** Opens the allocator. */
    @Setup
    public void open() {
        allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES));
        worker = allocator.worker(0);
    }

    /** The engine's allocator, through the handle of a worker. */
    @Benchmark
    public long slab() {
        long block = worker.allocate(MemoryPool.EVENTS, sizeBytes);
        worker.free(block);
        return block;
    }

    /** The C library. */
    @Benchmark
    public long malloc() {
        long block = Native.malloc(sizeBytes);
        Native.free(block);
        return block;
    }

    /** The Java heap. */
    @Benchmark
    public ByteBuffer heapBuffer() {
        return ByteBuffer.allocate(sizeBytes);
    }

    /** Closes the allocator. */
    @TearDown
    public void close() {
        allocator.close();
    }
}
