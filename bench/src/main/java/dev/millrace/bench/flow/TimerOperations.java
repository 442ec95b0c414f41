package dev.millrace.bench.flow;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.bench.workload.Mix;
import dev.millrace.engine.internal.window.TimerQueue;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2LongHashMap;
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
 * What does a timer cost, from being set to being fired, by how many are set at a time?
 *
 * <p>Each fired timer sets another one for its key, up to {@value #SPREAD_MILLIS} ms behind it, so that their number stays. The
 * wheel of agrona fires those of a tick in any order and knows its timers by a number, so a map has the key of each; with few
 * timers it mostly looks at empty ticks. The queues fire in order.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TimerOperations {
    static final int FIRINGS = 1024;

    private static final int SPREAD_MILLIS = 1 << 20;
    private static final int WHEEL_TICKS = 1 << 12;
    private static final int EXPECTED_PER_TICK = 16;
    private static final long BUDGET_BYTES = 256L << 20;

    /** How many are set. */
    @Param({"1000", "1000000"})
    public int timers;

    private record Timer(long deadline, long key) {}

    private SlabAllocator allocator;
    private BlockAllocator blocks;
    private long keyScratch;
    private TimerQueue queue;
    private PriorityQueue<Timer> heap;
    private DeadlineTimerWheel wheel;
    private Long2LongHashMap keyOfTimer;
    private long wheelMillis;
    private long draws;

    /** Sets the first timers, of each kind as many. */
    @Setup(Level.Trial)
    public void open() {
        allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES));
        blocks = allocator.worker(0);
        keyScratch = blocks.allocate(MemoryPool.INDEX, Long.BYTES);
        queue = new TimerQueue(blocks);
        heap = new PriorityQueue<>(timers, Comparator.comparingLong(Timer::deadline));
        wheel = new DeadlineTimerWheel(TimeUnit.MILLISECONDS, 0, 1, WHEEL_TICKS, EXPECTED_PER_TICK);
        keyOfTimer = new Long2LongHashMap(-1);
        for (long key = 0; key < timers; key++) {
            long deadline = behind(0);
            addToQueue(deadline, key);
            heap.add(new Timer(deadline, key));
            keyOfTimer.put(wheel.scheduleTimer(deadline), key);
        }
    }

    private long behind(long millis) {
        return millis + 1 + Mix.bounded(Mix.mix(draws++), SPREAD_MILLIS);
    }

    private void addToQueue(long deadline, long key) {
        Memory.putLong(keyScratch, key);
        queue.add(deadline, keyScratch, Long.BYTES, Mix.mix(key));
    }

    /** The engine's: keys off the heap, in a binary heap. */
    @Benchmark
    @OperationsPerInvocation(FIRINGS)
    public long timerQueue() {
        long sum = 0;
        for (int i = 0; i < FIRINGS; i++) {
            long deadline = queue.earliest();
            long block = queue.poll();
            long key = Memory.getLong(TimerQueue.keyAddress(block));
            queue.free(block);
            sum += key;
            addToQueue(behind(deadline), key);
        }
        return sum;
    }

    /** The heap of the JDK, with an object a timer. */
    @Benchmark
    @OperationsPerInvocation(FIRINGS)
    public long priorityQueue() {
        long sum = 0;
        for (int i = 0; i < FIRINGS; i++) {
            Timer timer = heap.remove();
            sum += timer.key();
            heap.add(new Timer(behind(timer.deadline()), timer.key()));
        }
        return sum;
    }

    /** The wheel of agrona, with a tick of 1 ms. */
    @Benchmark
    @OperationsPerInvocation(FIRINGS)
    public long timerWheel() {
        long[] sum = new long[1];
        int left = FIRINGS;
        while (left > 0) {
            int fired = wheel.poll(
                    wheelMillis,
                    (unit, now, id) -> {
                        long key = keyOfTimer.remove(id);
                        sum[0] += key;
                        keyOfTimer.put(wheel.scheduleTimer(behind(wheelMillis)), key);
                        return true;
                    },
                    left);
            left -= fired;
            if (fired == 0) {
                wheelMillis++;
            }
        }
        return sum[0];
    }

    /** How many timers of each kind are set. */
    int[] counts() {
        int[] counts = {0, heap.size(), (int) wheel.timerCount()};
        while (queue.earliest() != Long.MAX_VALUE) {
            queue.free(queue.poll());
            counts[0]++;
        }
        return counts;
    }

    /** Gives everything back. */
    @TearDown(Level.Trial)
    public void close() {
        queue.close();
        blocks.free(keyScratch);
        allocator.close();
    }
}
