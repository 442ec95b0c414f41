package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.numa.RangeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handles over ranges so small that they run out. */
final class MagazineAllocatorTest {
    private static final long RANGE_BYTES = RangeSource.ALIGNMENT_BYTES;
    private static final int UNITS = (int) (RANGE_BYTES / SizeClasses.UNIT_BYTES);

    private final FakeMachine machine = new FakeMachine();
    private final long base = machine.reserve(2 * RANGE_BYTES);
    private final SlabTable table = new SlabTable(base, 2 * RANGE_BYTES);
    private final NodeHeap near = heap(0);
    private final NodeHeap far = heap(UNITS);
    private final Budget budget =
            new Budget(BudgetPlan.of(AllocatorConfig.ofMemoryBytes(1L << 30), List.of(0, 1), List.of(1, 1), 2));

    @AfterEach
    void release() {
        machine.release(base, 2 * RANGE_BYTES);
    }

    @Test
    void refusesWithoutHarmOnceARangeIsUsedUp() {
        MagazineAllocator handle = handle(RANGE_BYTES, near);
        List<Long> blocks = fill(handle, 65536);
        assertEquals(UNITS, blocks.size());
        assertEquals(1, handle.refusals());
        assertThrows(MemoryLimitException.class, () -> handle.allocate(MemoryPool.INDEX, 64));
        handle.free(blocks.remove(0));
        blocks.add(handle.allocate(MemoryPool.EVENTS, 65536));
        blocks.forEach(handle::free);
        assertEquals(0, handle.liveBytes(MemoryPool.EVENTS));
    }

    @Test
    void freeBlocksOfOneKindMakeRoomForAnother() {
        MagazineAllocator handle = handle(RANGE_BYTES, near);
        for (int size = 64; size <= 1 << 20; size *= 4) {
            List<Long> blocks = fill(handle, size);
            assertTrue(blocks.size() >= RANGE_BYTES / size, "size=" + size + ", blocks=" + blocks.size());
            blocks.forEach(handle::free);
        }
        handle.flushMagazines();
        assertEquals(0, near.slabBytes());
    }

    @Test
    void spillsToTheNextNodeAndGivesItsBlocksBack() {
        MagazineAllocator handle = handle(4 * RANGE_BYTES, near, far);
        List<Long> blocks = fill(handle, 65536);
        assertEquals(2 * UNITS, blocks.size());
        assertEquals(RANGE_BYTES, far.slabBytes());
        blocks.forEach(handle::free);
        handle.flushMagazines();
        assertEquals(0, near.slabBytes() + far.slabBytes());
        assertEquals(0, handle.blocksInMagazines());
    }

    @Test
    void keepsNoMoreFreeBytesThanItMay() {
        long maxCachedBytes = 256 << 10;
        MagazineAllocator handle = handle(maxCachedBytes, near, far);
        long seed = 0x5EED_0004L;
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> live = new ArrayList<>();
        for (int step = 0; step < 100_000; step++) {
            int size = 1 + random.nextInt(1 << random.nextInt(6, 17));
            if (random.nextBoolean() || live.isEmpty()) {
                long address = handle.tryAllocate(MemoryPool.values()[random.nextInt(5)], size);
                if (address != BlockAllocator.NONE) {
                    live.add(address);
                }
            } else {
                handle.free(live.remove(random.nextInt(live.size())));
            }
            assertTrue(
                    handle.cachedBytes() >= 0 && handle.cachedBytes() <= maxCachedBytes,
                    "seed=" + seed + ", step=" + step + ", cachedBytes=" + handle.cachedBytes());
        }
        live.forEach(handle::free);
        handle.flushMagazines();
        assertEquals(0, near.slabBytes() + far.slabBytes());
    }

    @Test
    void aPairThatCrossesTheEdgeOfAMagazineLeavesTheLockAlone() {
        MagazineAllocator handle = handle(RANGE_BYTES, near);
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            blocks.add(handle.allocate(MemoryPool.EVENTS, 64));
        }
        long refills = handle.refills();
        for (int i = 0; i < 1000; i++) {
            long first = handle.allocate(MemoryPool.EVENTS, 64);
            handle.free(first);
        }
        assertTrue(handle.refills() - refills <= 1, "refills=" + (handle.refills() - refills));
        assertEquals(0, handle.drains());
        blocks.forEach(handle::free);
    }

    private NodeHeap heap(int firstUnit) {
        long start = base + (long) firstUnit * SizeClasses.UNIT_BYTES;
        return new NodeHeap(table, new NodeUnits(machine, start, UNITS, 4), firstUnit, start, RANGE_BYTES);
    }

    private MagazineAllocator handle(long maxCachedBytes, NodeHeap... heaps) {
        return new MagazineAllocator(table, new HandleCredit(budget), heaps, maxCachedBytes);
    }

    private static List<Long> fill(BlockAllocator handle, int sizeBytes) {
        List<Long> blocks = new ArrayList<>();
        long address = handle.tryAllocate(MemoryPool.EVENTS, sizeBytes);
        while (address != BlockAllocator.NONE) {
            blocks.add(address);
            address = handle.tryAllocate(MemoryPool.EVENTS, sizeBytes);
        }
        return blocks;
    }
}
