package dev.millrace.bench.memory;

import dev.millrace.bench.peer.Peer;
import dev.millrace.bench.peer.PeerKind;
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
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What does a block cost if a thousand are taken before they are given back in random order?
 *
 * <p>{@code -t 2} has two threads do that at once, each with its own blocks of one allocator.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AllocBatch {
    private static final int BLOCKS = 1000;
    private static final int MAX_THREADS = 2;

    /** Who gives the blocks. */
    @Param
    public PeerKind peer = PeerKind.MILLRACE;

    /** The size of each block. */
    @Param({"64", "256", "4096", "32768"})
    public int sizeBytes;

    private Peer blocks;

    /** Which slots a thread uses, and in which order it gives them back. */
    @State(Scope.Thread)
    public static class Order {
        private final int[] slots = new int[BLOCKS];
        private int thread;

        /** Shuffles, always alike. */
        @Setup
        public void shuffle(ThreadParams threads) {
            thread = threads.getThreadIndex();
            SplittableRandom random = new SplittableRandom(thread);
            for (int i = 0; i < BLOCKS; i++) {
                int at = random.nextInt(i + 1);
                slots[i] = slots[at];
                slots[at] = thread * BLOCKS + i;
            }
        }
    }

    /** Opens the allocator. */
    @Setup
    public void open() {
        blocks = peer.open(sizeBytes, BLOCKS * MAX_THREADS);
    }

    /** A thousand blocks. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void batch(Order order) {
        final int thread = order.thread;
        final int first = thread * BLOCKS;
        for (int slot = first; slot < first + BLOCKS; slot++) {
            blocks.take(thread, slot);
        }
        for (int slot : order.slots) {
            blocks.give(thread, slot);
        }
    }

    /** Closes the allocator. */
    @TearDown
    public void close() {
        blocks.close();
    }
}
