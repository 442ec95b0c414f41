package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The allocator against a model of live ranges, with one thread and with two that exchange blocks. */
final class BlockExchangeTest {
    private static final long BUDGET_BYTES = 8L << 20;

    @Test
    void liveBlocksNeverOverlapAndKeepTheirBytes() {
        long seed = 0x5EED_0002L;
        SplittableRandom random = new SplittableRandom(seed);
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(BUDGET_BYTES).withWorkers(3);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            TreeMap<Long, Integer> live = new TreeMap<>();
            List<Long> order = new ArrayList<>();
            long modelBytes = 0;
            for (int step = 0; step < 200_000; step++) {
                BlockAllocator handle =
                        random.nextInt(8) == 0 ? allocator.shared() : allocator.worker(random.nextInt(3));
                // Phases that grow and phases that shrink, so that slabs fill up, fall empty and change their kind.
                boolean grow = random.nextInt(100) < ((step / 5_000) % 2 == 0 ? 60 : 40);
                if (grow || order.isEmpty()) {
                    MemoryPool pool = MemoryPool.values()[random.nextInt(5)];
                    int size = 1 + random.nextInt(1 << random.nextInt(1, 21));
                    long address = handle.tryAllocate(pool, size);
                    if (address != BlockAllocator.NONE) {
                        int blockBytes = handle.sizeOf(address);
                        requireDisjoint(live, address, blockBytes, "seed=" + seed + ", step=" + step);
                        stamp(address, blockBytes);
                        live.put(address, blockBytes);
                        order.add(address);
                        modelBytes += blockBytes;
                    } else {
                        int blockBytes = SizeClasses.blockBytes(SizeClasses.of(size));
                        assertTrue(
                                modelBytes + blockBytes > BUDGET_BYTES * 15 / 16,
                                "refused too early: seed=" + seed + ", step=" + step);
                    }
                } else {
                    int index = random.nextInt(order.size());
                    long address = order.get(index);
                    order.set(index, order.get(order.size() - 1));
                    order.remove(order.size() - 1);
                    int blockBytes = live.remove(address);
                    requireStamp(address, blockBytes, "seed=" + seed + ", step=" + step);
                    handle.free(address);
                    modelBytes -= blockBytes;
                }
                assertTrue(modelBytes <= BUDGET_BYTES);
            }
            assertEquals(modelBytes, allocator.liveBytes());
            assertEquals(modelBytes, allocator.leaks().liveBytes());
            order.forEach(allocator.shared()::free);
            assertEquals(0, allocator.liveBytes());
        }
    }

    @Test
    void twoThreadsExchangeBlocksWithoutLossOrOverlap() throws Exception {
        long seed = 0x5EED_0003L;
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(BUDGET_BYTES).withWorkers(2);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            BlockingQueue<long[]> there = new ArrayBlockingQueue<>(4);
            BlockingQueue<long[]> back = new ArrayBlockingQueue<>(4);
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                Future<?> first = threads.submit(() -> exchange(allocator.worker(0), there, back, seed));
                Future<?> second = threads.submit(() -> exchange(allocator.worker(1), back, there, seed + 1));
                first.get();
                second.get();
            } finally {
                threads.shutdownNow();
            }
            for (BlockingQueue<long[]> queue : List.of(there, back)) {
                for (long[] batch : queue) {
                    for (long address : batch) {
                        freeChecked(allocator.shared(), address, seed);
                    }
                }
            }
            assertEquals(0, allocator.liveBytes(), "seed=" + seed);
            assertTrue(allocator.statistics().peakLiveBytes() <= BUDGET_BYTES);
        }
    }

    @Test
    void aWorkerMakesNoGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(BUDGET_BYTES).withWorkers(2);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            long[] blocks = new long[1000];
            for (int warmUp = 0; warmUp < 300; warmUp++) {
                churn(allocator, blocks, warmUp);
            }
            // The compiler's own bookkeeping may fall into one round; real garbage falls into each.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 20; round++) {
                long before = threads.getThreadAllocatedBytes(self);
                churn(allocator, blocks, round);
                least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
            }
            assertEquals(0, least);
        }
    }

    /** Allocates on one worker and frees on the other, over magazines, slabs and the budget's slow paths. */
    private static void churn(SlabAllocator allocator, long[] blocks, int round) {
        BlockAllocator giver = allocator.worker(round & 1);
        BlockAllocator taker = allocator.worker(~round & 1);
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = giver.tryAllocate(i % 2 == 0 ? MemoryPool.EVENTS : MemoryPool.INDEX, 1 + (i * 37) % 40_000);
        }
        for (long block : blocks) {
            if (block != BlockAllocator.NONE) {
                taker.free(block);
            }
        }
    }

    private static Void exchange(BlockAllocator handle, BlockingQueue<long[]> out, BlockingQueue<long[]> in, long seed)
            throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        MemoryPool[] pools = MemoryPool.values();
        for (int round = 0; round < 4_000; round++) {
            long[] batch = new long[1 + random.nextInt(48)];
            int count = 0;
            for (int i = 0; i < batch.length; i++) {
                int size = 1 + random.nextInt(1 << random.nextInt(6, 17));
                long address = handle.tryAllocate(pools[random.nextInt(pools.length)], size);
                if (address != BlockAllocator.NONE) {
                    stamp(address, handle.sizeOf(address));
                    batch[count++] = address;
                }
            }
            // Neither waits for the other: what cannot be handed over is freed here.
            long[] full = Arrays.copyOf(batch, count);
            if (!out.offer(full)) {
                for (long address : full) {
                    freeChecked(handle, address, seed);
                }
            }
            long[] taken = in.poll();
            if (taken != null) {
                for (long address : taken) {
                    freeChecked(handle, address, seed);
                }
            }
        }
        return null;
    }

    private static void freeChecked(BlockAllocator handle, long address, long seed) {
        requireStamp(address, handle.sizeOf(address), "seed=" + seed);
        handle.free(address);
    }

    private static void requireDisjoint(NavigableMap<Long, Integer> live, long address, int bytes, String where) {
        Map.Entry<Long, Integer> below = live.floorEntry(address);
        assertTrue(below == null || below.getKey() + below.getValue() <= address, where);
        Long above = live.ceilingKey(address);
        assertTrue(above == null || address + bytes <= above, where);
    }

    /** Marks both ends and the middle: each belongs to this block alone. */
    private static void stamp(long address, int bytes) {
        Memory.putLong(address, ~address);
        Memory.putLong(address + (bytes / 2 & ~7), address + 1);
        Memory.putLong(address + bytes - 8, address ^ bytes);
    }

    private static void requireStamp(long address, int bytes, String where) {
        assertEquals(~address, Memory.getLong(address), where);
        assertEquals(address + 1, Memory.getLong(address + (bytes / 2 & ~7)), where);
        assertEquals(address ^ bytes, Memory.getLong(address + bytes - 8), where);
    }
}
