package dev.millrace.bench.index;

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
 * What does it cost to look up, to count, and to take out and put back an entry of active state?
 *
 * <p>Keys are drawn evenly, before the loop that is measured; all but a few nanoseconds are the map's. Beside the index: maps on the
 * heap, and as many random lines of memory as the bound. {@code millrace bench index} measures the same with all of them in one JVM.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IndexOperations {
    private static final int DIFFERENT = 512;

    /** Who is measured. */
    @Param({"MILLRACE", "MILLRACE_SCALAR", "FASTUTIL", "AGRONA", "HASH_MAP", "RANDOM_LINES"})
    public MapKind map;

    /** How many keys there are. */
    @Param({"1000", "1000000"})
    public long entries;

    /** Bytes of a value. */
    @Param("8")
    public int valueBytes;

    private CountingMap opened;
    private KeyDraw draw;

    /** Fills the map. */
    @Setup
    public void open() {
        opened = map.open(new IndexCase(entries, valueBytes, false, false));
        for (long key = 0; key < entries; key++) {
            opened.insert(key);
        }
        draw = new KeyDraw(entries, 1);
    }

    /** Reads a counter. */
    @Benchmark
    @OperationsPerInvocation(KeyDraw.KEYS)
    public long get() {
        return opened.get(draw.any(), 0, KeyDraw.KEYS);
    }

    /** Adds one to a counter. */
    @Benchmark
    @OperationsPerInvocation(KeyDraw.KEYS)
    public long update() {
        return opened.update(draw.any(), 0, KeyDraw.KEYS);
    }

    /** Takes an entry out and puts it back: the time of both. */
    @Benchmark
    @OperationsPerInvocation(DIFFERENT)
    public void deleteAndInsert() {
        long[] keys = draw.different(DIFFERENT);
        opened.remove(keys, 0, DIFFERENT);
        opened.insert(keys, 0, DIFFERENT);
    }

    /** Gives everything back. */
    @TearDown(Level.Trial)
    public void close() {
        opened.close();
    }
}
