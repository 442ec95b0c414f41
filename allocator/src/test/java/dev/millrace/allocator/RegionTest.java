package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class RegionTest {
    private static final long PAGE_BYTES = 64 << 10;

    @Test
    void stretchesFollowEachOtherInAPage() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20));
                RegionAllocator region = new RegionAllocator(allocator.worker(0), MemoryPool.EVENTS);
                RegionFrees frees = new RegionFrees(allocator.worker(0))) {
            long first = region.allocate(13);
            long second = region.allocate(1);
            long third = region.allocate(8);
            assertEquals(List.of(16L, 8L), List.of(second - first, third - second));
            assertEquals(0, first % 8);
            assertEquals(PAGE_BYTES, allocator.liveBytes());
            List.of(first, second, third).forEach(frees::free);
        }
    }

    @Test
    void aPageIsFreedWithItsLastStretchAndNotBefore() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20))) {
            RegionAllocator region = new RegionAllocator(allocator.worker(0), MemoryPool.EVENTS);
            RegionFrees frees = new RegionFrees(allocator.shared());
            List<Long> page = new ArrayList<>();
            for (int i = 0; i < 63; i++) {
                page.add(region.allocate(1024));
            }
            frees.free(page.get(62));
            frees.flush();
            long other = region.allocate(1024);
            assertNotEquals(page.get(0) >>> 16, other >>> 16);
            page.subList(0, 61).forEach(frees::free);
            frees.flush();
            assertEquals(2 * PAGE_BYTES, allocator.liveBytes(), "one stretch holds its page");
            frees.free(page.get(61));
            assertEquals(2 * PAGE_BYTES, allocator.liveBytes(), "counted, not given back");
            frees.flush();
            assertEquals(PAGE_BYTES, allocator.liveBytes());
            frees.free(other);
            frees.flush();
            assertEquals(PAGE_BYTES, allocator.liveBytes(), "the page is open: more may come");
            region.close();
            assertEquals(0, allocator.liveBytes());
            region.close();
            long again = region.allocate(1);
            frees.free(again);
            region.close();
            frees.close();
            assertEquals(0, allocator.liveBytes());
        }
    }

    @Test
    void fallsUnderTheBudget() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20));
                Region region = new Region(allocator.worker(0), MemoryPool.INDEX);
                RegionAllocator counted = new RegionAllocator(allocator.worker(0), MemoryPool.INDEX)) {
            int stretches = 0;
            while (region.tryAllocate(RegionAllocator.MAX_BYTES) != BlockAllocator.NONE) {
                stretches++;
            }
            assertEquals(16, stretches);
            assertEquals(1 << 20, region.heldBytes());
            assertThrows(MemoryLimitException.class, () -> region.allocate(1));
            assertEquals(BlockAllocator.NONE, counted.tryAllocate(1));
            assertThrows(MemoryLimitException.class, () -> counted.allocate(1));
            region.release();
            assertEquals(0, allocator.liveBytes());
            assertEquals(0, region.heldBytes());
            assertTrue(region.tryAllocate(1) != BlockAllocator.NONE, "it may be used again");
        }
    }

    @Test
    void refusesSizesThatNoStretchHas() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20));
                Region whole = new Region(allocator.worker(0), MemoryPool.SPILL);
                RegionAllocator counted = new RegionAllocator(allocator.worker(0), MemoryPool.SPILL)) {
            for (int size : new int[] {0, -1, Integer.MIN_VALUE, RegionAllocator.MAX_BYTES + 1, Integer.MAX_VALUE}) {
                assertThrows(IllegalArgumentException.class, () -> whole.tryAllocate(size));
                assertThrows(IllegalArgumentException.class, () -> counted.tryAllocate(size));
            }
            assertEquals(0, allocator.liveBytes());
        }
    }

    @Test
    void noticesThatMoreWasGivenBackThanTaken() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20))) {
            RegionAllocator region = new RegionAllocator(allocator.worker(0), MemoryPool.EVENTS);
            RegionFrees frees = new RegionFrees(allocator.worker(0));
            long first = region.allocate(60_000);
            region.allocate(5_000);
            region.allocate(60_000);
            frees.free(first);
            frees.free(first);
            frees.free(first);
            assertThrows(IllegalStateException.class, frees::flush);
            OpenAllocators.forgive(2 * PAGE_BYTES);
        }
    }

    @Test
    void pagesAreFoundWhateverTheAllocatorPutsAroundItsBlocks() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20))) {
            BlockAllocator shifting = new ShiftingAllocator(allocator.worker(0));
            RegionAllocator region = new RegionAllocator(shifting, MemoryPool.EVENTS);
            RegionFrees frees = new RegionFrees(shifting);
            List<Long> stretches = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                long stretch = region.allocate(4000);
                Memory.fill(stretch, 4000, (byte) 7);
                stretches.add(stretch);
                if (i % 2 == 1) {
                    frees.free(stretches.remove(0));
                }
                if (stretches.size() > 20) {
                    frees.free(stretches.remove(0));
                }
            }
            stretches.forEach(frees::free);
            frees.close();
            region.close();
            assertEquals(0, allocator.liveBytes());
        }
    }

    @Test
    void anotherThreadMayGiveBackAndNothingIsLostOrOverwritten() throws Exception {
        long seed = 0x5EED_0006L;
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(8 << 20).withWorkers(2);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            ArrayBlockingQueue<long[]> batches = new ArrayBlockingQueue<>(8);
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                Future<?> owner = threads.submit(() -> produce(allocator.worker(0), batches, seed));
                Future<?> other = threads.submit(() -> consume(allocator.worker(1), batches, seed));
                owner.get();
                other.get();
            } finally {
                threads.shutdownNow();
            }
            assertEquals(0, allocator.liveBytes(), "seed=" + seed);
        }
    }

    private static Void produce(BlockAllocator blocks, ArrayBlockingQueue<long[]> out, long seed)
            throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        ArrayDeque<Long> mine = new ArrayDeque<>();
        try (RegionAllocator region = new RegionAllocator(blocks, MemoryPool.EVENTS);
                RegionFrees frees = new RegionFrees(blocks)) {
            for (int round = 0; round < 4_000; round++) {
                long[] batch = new long[1 + random.nextInt(200)];
                for (int i = 0; i < batch.length; i++) {
                    batch[i] = region.allocate(16 + random.nextInt(300));
                    Memory.putLong(batch[i], batch[i]);
                    Memory.putLong(batch[i] + 8, ~batch[i]);
                }
                for (int i = 0; i < batch.length / 4; i++) {
                    mine.add(batch[i]);
                    batch[i] = 0;
                }
                out.put(batch);
                while (mine.size() > 100) {
                    frees.free(mine.remove());
                }
                frees.flush();
            }
            mine.forEach(frees::free);
        }
        out.put(new long[0]);
        return null;
    }

    private static Void consume(BlockAllocator blocks, ArrayBlockingQueue<long[]> in, long seed)
            throws InterruptedException {
        try (RegionFrees frees = new RegionFrees(blocks)) {
            for (long[] batch = in.take(); batch.length > 0; batch = in.take()) {
                for (long stretch : batch) {
                    if (stretch != 0) {
                        assertEquals(stretch, Memory.getLong(stretch), "seed=" + seed);
                        assertEquals(~stretch, Memory.getLong(stretch + 8), "seed=" + seed);
                        frees.free(stretch);
                    }
                }
                frees.flush();
            }
        }
        return null;
    }

    /** Hands out the inside of larger blocks, as one does that has something to put around them. */
    private record ShiftingAllocator(BlockAllocator blocks) implements BlockAllocator {
        private static final int SHIFT_BYTES = 64;

        @Override
        public long tryAllocate(MemoryPool pool, int sizeBytes) {
            long block = blocks.tryAllocate(pool, sizeBytes + 2 * SHIFT_BYTES);
            return block == NONE ? NONE : block + SHIFT_BYTES;
        }

        @Override
        public long allocate(MemoryPool pool, int sizeBytes) {
            return blocks.allocate(pool, sizeBytes + 2 * SHIFT_BYTES) + SHIFT_BYTES;
        }

        @Override
        public void free(long address) {
            blocks.free(address - SHIFT_BYTES);
        }

        @Override
        public int sizeOf(long address) {
            return blocks.sizeOf(address - SHIFT_BYTES) - 2 * SHIFT_BYTES;
        }
    }
}
