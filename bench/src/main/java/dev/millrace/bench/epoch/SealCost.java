package dev.millrace.bench.epoch;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.bench.workload.Mix;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryShape;
import dev.millrace.state.index.IndexConfig;
import dev.millrace.state.index.IndexSnapshot;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * How long does it take to get a picture of the state that stays, by how much of it changed since the last?
 *
 * <p>Between two pictures {@link #dirtyPercent} of the keys change, which is not measured, nor is giving back an old picture: the
 * engine does that on another thread. The rivals have no pictures: who keeps state in a map copies it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 20)
@Measurement(iterations = 40)
@Fork(2)
public class SealCost {
    private static final int VALUE_BYTES = Long.BYTES;
    private static final int PERCENT = 100;

    /** Keys. */
    @Param({"100000", "1000000"})
    public int entries;

    /** How many of them change between two pictures. */
    @Param({"1", "50"})
    public int dirtyPercent;

    /** Who is measured; the others are left empty. */
    @Param
    public Kind state;

    private SlabAllocator allocator;
    private BlockAllocator blocks;
    private long keyScratch;
    private ActiveIndex index;
    private Long2LongOpenHashMap fastutil;
    private Map<Long, Long> hashMap;
    private @Nullable IndexSnapshot last;
    private @Nullable IndexSnapshot beforeLast;
    private long draws;

    /** Where the state is. */
    public enum Kind {
        /** The engine's index. */
        INDEX,
        /** A map of primitives, cloned. */
        FASTUTIL_CLONE,
        /** The map of the JDK, copied. */
        HASH_MAP_COPY
    }

    /** Fills the state. */
    @Setup(Level.Trial)
    public void open() {
        allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes((64L << 20) + entries * 256L));
        blocks = allocator.worker(0);
        keyScratch = blocks.allocate(MemoryPool.INDEX, Long.BYTES);
        index = ActiveIndex.open(
                blocks,
                IndexConfig.DEFAULT,
                EntryShape.fixed(Long.BYTES, VALUE_BYTES, (key, keyBytes) -> Mix.mix(Memory.getLong(key))));
        fastutil = new Long2LongOpenHashMap();
        hashMap = new HashMap<>();
        for (long key = 0; key < entries; key++) {
            change(key);
        }
    }

    private void change(long key) {
        switch (state) {
            case INDEX -> {
                Memory.putLong(keyScratch, key);
                long value = index.update(keyScratch, Long.BYTES, Mix.mix(key));
                if (value == BlockAllocator.NONE) {
                    value = index.put(keyScratch, Long.BYTES, Mix.mix(key), VALUE_BYTES);
                    Memory.putLong(value, 0);
                }
                Memory.putLong(value, Memory.getLong(value) + 1);
            }
            case FASTUTIL_CLONE -> fastutil.addTo(key, 1);
            case HASH_MAP_COPY -> hashMap.merge(key, 1L, Long::sum);
        }
    }

    /** What an epoch does to the state. */
    @Setup(Level.Invocation)
    public void change() {
        if (beforeLast != null) {
            beforeLast.release();
        }
        beforeLast = last;
        last = null;
        int changes = (int) ((long) entries * dirtyPercent / PERCENT);
        for (int i = 0; i < changes; i++) {
            change(Mix.bounded(Mix.mix(draws++), entries));
        }
    }

    /** Takes the picture. */
    @Benchmark
    public Object picture() {
        return switch (state) {
            case INDEX -> {
                last = index.seal();
                yield last;
            }
            case FASTUTIL_CLONE -> fastutil.clone();
            case HASH_MAP_COPY -> new HashMap<>(hashMap);
        };
    }

    /** Gives everything back. */
    @TearDown(Level.Trial)
    public void close() {
        if (beforeLast != null) {
            beforeLast.release();
        }
        if (last != null) {
            last.release();
        }
        index.close();
        blocks.free(keyScratch);
        allocator.close();
    }
}
