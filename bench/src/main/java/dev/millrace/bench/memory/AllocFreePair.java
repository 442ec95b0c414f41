package dev.millrace.bench.memory;

import dev.millrace.bench.peer.Peer;
import dev.millrace.bench.peer.PeerKind;
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
 * <p>Beside it whatever else a Java program could use, each in a JVM of its own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AllocFreePair {
    /** Who gives the block. */
    @Param
    public PeerKind peer = PeerKind.MILLRACE;

    /** The size of the block. */
    @Param({"64", "256", "4096", "32768", "1048576"})
    public int sizeBytes;

    private Peer blocks;

    /** Opens the allocator. */
    @Setup
    public void open() {
        blocks = peer.open(sizeBytes, 1);
    }

    /** One block. */
    @Benchmark
    public void pair() {
        blocks.pair(0);
    }

    /** Closes the allocator. */
    @TearDown
    public void close() {
        blocks.close();
    }
}
