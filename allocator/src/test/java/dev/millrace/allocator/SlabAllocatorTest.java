package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SlabAllocatorTest {
    private static final long MIB = 1L << 20;

    @Test
    void givesEveryByteBackOnClose() {
        SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(MIB));
        BlockAllocator worker = allocator.worker(0);
        long address = worker.allocate(MemoryPool.EVENTS, 64 << 10);
        assertEquals(64 << 10, allocator.liveBytes());
        assertEquals(64 << 10, allocator.statistics().liveBytesByPool().get(MemoryPool.EVENTS));
        worker.free(address);
        assertEquals(0, allocator.liveBytes());
        allocator.close();
        allocator.close();
        assertEquals(0, allocator.statistics().reservedBytes());
        assertEquals("every block was given back", allocator.leaks().toString());
    }

    @Test
    void refusesABlockThatWouldPassTheBudget() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(MIB))) {
            BlockAllocator worker = allocator.worker(0);
            List<Long> blocks = Blocks.fill(worker, MemoryPool.INDEX, 4096);
            assertEquals(MIB / 4096, blocks.size());
            assertEquals(MIB, allocator.liveBytes());
            MemoryLimitException refusal =
                    assertThrows(MemoryLimitException.class, () -> worker.allocate(MemoryPool.SPILL, 1));
            assertEquals(MemoryPool.SPILL, refusal.pool());
            assertEquals(1, refusal.requestedBytes());
            assertEquals(MIB, refusal.usedBytes());
            assertEquals(MIB, refusal.limitBytes());
            assertEquals(2, allocator.statistics().refusals());
            worker.free(blocks.remove(0));
            blocks.add(worker.allocate(MemoryPool.SPILL, 4096));
            assertEquals(BlockAllocator.NONE, worker.tryAllocate(MemoryPool.EVENTS, 64));
            blocks.forEach(worker::free);
            blocks.clear();
            blocks.add(worker.allocate(MemoryPool.EVENTS, 1 << 20));
            assertEquals(BlockAllocator.NONE, worker.tryAllocate(MemoryPool.EVENTS, 1));
            worker.free(blocks.get(0));
        }
    }

    @Test
    void countsWhatOneHandleGivesAndAnotherTakes() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(8 * MIB).withWorkers(2);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            List<Long> blocks = Blocks.fill(allocator.worker(0), MemoryPool.EVENTS, 3000);
            assertEquals(8 * MIB / 3072, blocks.size());
            blocks.forEach(allocator.worker(1)::free);
            assertEquals(0, allocator.liveBytes());
            List<Long> again = Blocks.fill(allocator.worker(0), MemoryPool.EVENTS, 3000);
            assertTrue(again.size() >= blocks.size() * 15 / 16, "out of reach: blocks=" + again.size());
            long last = allocator.worker(1).allocate(MemoryPool.EVENTS, 3000);
            allocator.worker(1).free(last);
            again.addAll(Blocks.fill(allocator.worker(0), MemoryPool.EVENTS, 3000));
            assertEquals(blocks.size(), again.size(), "an active handle keeps nothing near the limit");
            again.forEach(allocator.shared()::free);
            assertEquals(0, allocator.liveBytes());
        }
    }

    @Test
    void keepsAtMostASixteenthOfTheBudgetOutOfReachInIdleHandles() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(16 * MIB).withWorkers(8);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            for (int idle = 1; idle < 8; idle++) {
                for (int size = 64; size <= 4096; size += 64) {
                    allocator.worker(idle).free(allocator.worker(idle).allocate(MemoryPool.INDEX, size));
                }
            }
            List<Long> blocks = Blocks.fill(allocator.worker(0), MemoryPool.INDEX, 64);
            long live = allocator.liveBytes();
            assertTrue(live <= 16 * MIB && live >= 15 * MIB, "live=" + live);
            blocks.forEach(allocator.worker(0)::free);
        }
    }

    @Test
    void refusesToFreeWhatIsNoLiveBlock() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(4 * MIB))) {
            BlockAllocator worker = allocator.worker(0);
            long address = worker.allocate(MemoryPool.NETWORK, 1000);
            assertFreeRefused(worker, address + 64, "pool=NETWORK, blockBytes=1024");
            assertFreeRefused(worker, address + 1, "inside");
            assertFreeRefused(worker, address - 1024, "no live block starts here");
            assertFreeRefused(worker, 0, "no block of this allocator");
            assertFreeRefused(worker, -1, "no block of this allocator");
            assertFreeRefused(worker, address + (32 << 20), "no live block here");
            worker.free(address);
            assertFreeRefused(worker, address, "address=0x" + Long.toHexString(address));
            assertFreeRefused(allocator.shared(), address, "given back before");
            assertThrows(IllegalArgumentException.class, () -> worker.sizeOf(address));
            assertEquals(0, allocator.liveBytes());
        }
    }

    @Test
    void refusesSizesThatNoBlockHas() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(MIB))) {
            BlockAllocator worker = allocator.worker(0);
            for (int size : new int[] {0, -1, BlockAllocator.MAX_BLOCK_BYTES + 1, Integer.MIN_VALUE}) {
                assertThrows(IllegalArgumentException.class, () -> worker.tryAllocate(MemoryPool.INDEX, size));
            }
            assertThrows(IllegalArgumentException.class, () -> allocator.worker(1));
            assertThrows(IllegalArgumentException.class, () -> allocator.worker(-1));
        }
    }

    @Test
    void saysWhatWasLeftWhenItWasClosed() {
        SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(MIB));
        long first = allocator.worker(0).allocate(MemoryPool.EVENTS, 65536);
        long second = allocator.shared().allocate(MemoryPool.EVENTS, 65000);
        long third = allocator.shared().allocate(MemoryPool.SPILL, 1);
        assertEquals(
                "blocks not given back: liveBytes=131136: pool=EVENTS blockBytes=65536 blockCount=2; "
                        + "pool=SPILL blockBytes=64 blockCount=1",
                allocator.leaks().summary());
        allocator.worker(0).free(first);
        allocator.worker(0).free(second);
        assertEquals(64, allocator.leaks().liveBytes());
        allocator.worker(0).free(third);
        allocator.close();
    }

    @Test
    void closingGivesLeftBlocksBackButDoesNotExcuseThem() {
        long before = SlabAllocator.liveBytesOfProcess();
        SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(MIB));
        allocator.worker(0).allocate(MemoryPool.SNAPSHOT, 4096);
        allocator.close();
        assertEquals(0, allocator.liveBytes());
        assertEquals(
                List.of(new LeakReport.Leak(MemoryPool.SNAPSHOT, 4096, 1)),
                allocator.leaks().leaks());
        assertEquals(before + 4096, SlabAllocator.liveBytesOfProcess());
        OpenAllocators.forgive(4096);
    }

    @Test
    void refusesItsUseOnceClosed() {
        SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(MIB));
        BlockAllocator worker = allocator.worker(0);
        worker.free(worker.allocate(MemoryPool.EVENTS, 100));
        long address = worker.allocate(MemoryPool.EVENTS, 100);
        worker.free(address);
        allocator.close();
        assertThrows(IllegalStateException.class, () -> worker.allocate(MemoryPool.EVENTS, 100));
        assertThrows(IllegalStateException.class, () -> allocator.shared().allocate(MemoryPool.EVENTS, 100));
        assertThrows(IllegalArgumentException.class, () -> worker.free(address));
        assertEquals(0, allocator.liveBytes());
    }

    @Test
    void doesNotGrowWhileSizesAlternate() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(4 * MIB))) {
            BlockAllocator worker = allocator.worker(0);
            long mostSlabBytesAtFirst = 0;
            for (int round = 0; round < 60; round++) {
                for (int size = 64; size <= 1 << 20; size = size * 5 / 3 + 1) {
                    List<Long> blocks = Blocks.fill(worker, MemoryPool.INDEX, size);
                    assertTrue(blocks.size() > 0, "nothing left: sizeBytes=" + size + ", round=" + round);
                    blocks.forEach(worker::free);
                }
                long slabBytes = allocator.statistics().slabBytes();
                if (round < 20) {
                    mostSlabBytesAtFirst = Math.max(mostSlabBytesAtFirst, slabBytes);
                }
                assertTrue(slabBytes <= mostSlabBytesAtFirst, "round=" + round + ", slabBytes=" + slabBytes);
            }
        }
    }

    @Test
    void zeroIsNeverABlockAndBlocksStartOnCacheLines() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(2 * MIB))) {
            BlockAllocator shared = allocator.shared();
            for (int size = 1; size <= 1 << 20; size += 997) {
                long address = shared.allocate(MemoryPool.SNAPSHOT, size);
                assertNotEquals(BlockAllocator.NONE, address);
                assertEquals(0, address % 64);
                assertTrue(shared.sizeOf(address) >= size);
                shared.free(address);
            }
        }
    }

    private static void assertFreeRefused(BlockAllocator allocator, long address, String part) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> allocator.free(address));
        assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    }
}
