package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.numa.RangeSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handles over ranges so small that they run out. */
final class MagazineAllocatorTest {
    private static final long RANGE_BYTES = RangeSource.ALIGNMENT_BYTES;
    private static final int UNITS = (int) (RANGE_BYTES / SizeClasses.UNIT_BYTES);

    private static final int KIND_64 = SizeClasses.kind(MemoryPool.EVENTS, SizeClasses.of(64));
    private static final int KIND_SNAPSHOT_256 = SizeClasses.kind(MemoryPool.SNAPSHOT, SizeClasses.of(256));

    private final AtomicInteger flushRequests = new AtomicInteger();
    private final FakeMachine machine = new FakeMachine();
    private final long base = machine.reserve(2 * RANGE_BYTES);
    private final SlabTable table = new SlabTable(base, 2 * RANGE_BYTES);
    private final NodeHeap near = heap(0);
    private final NodeHeap far = heap(1);
    private final Budget budget =
            new Budget(BudgetPlan.of(AllocatorConfig.ofMemoryBytes(1L << 30), List.of(0, 1), List.of(1, 1), 2));

    @AfterEach
    void release() {
        machine.release(base, 2 * RANGE_BYTES);
    }

    @Test
    void refusesWithoutHarmOnceARangeIsUsedUp() {
        MagazineAllocator handle = handle(RANGE_BYTES, near);
        List<Long> blocks = Blocks.fill(handle, MemoryPool.EVENTS, 65536);
        assertEquals(UNITS, blocks.size());
        assertEquals(1, handle.counters().refusals(MemoryPool.EVENTS));
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
            List<Long> blocks = Blocks.fill(handle, MemoryPool.EVENTS, size);
            assertTrue(blocks.size() >= RANGE_BYTES / size, "size=" + size + ", blocks=" + blocks.size());
            blocks.forEach(handle::free);
        }
        handle.flushMagazines();
        assertEquals(0, near.slabBytes());
    }

    @Test
    void spillsToTheNextNodeAndGivesItsBlocksBack() {
        MagazineAllocator handle = handle(4 * RANGE_BYTES, near, far);
        List<Long> blocks = Blocks.fill(handle, MemoryPool.EVENTS, 65536);
        assertEquals(2 * UNITS, blocks.size());
        assertEquals(RANGE_BYTES, far.slabBytes());
        blocks.forEach(handle::free);
        handle.flushMagazines();
        near.collect();
        far.collect();
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
        near.collect();
        far.collect();
        assertEquals(0, near.slabBytes() + far.slabBytes());
    }

    @Test
    void aPairThatCrossesTheEdgeOfAMagazineLeavesTheLockAlone() {
        MagazineAllocator handle = handle(RANGE_BYTES, near);
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            blocks.add(handle.allocate(MemoryPool.EVENTS, 64));
        }
        long refills = handle.counters().refills();
        for (int i = 0; i < 1000; i++) {
            long first = handle.allocate(MemoryPool.EVENTS, 64);
            handle.free(first);
        }
        assertTrue(
                handle.counters().refills() - refills <= 1,
                "refills=" + (handle.counters().refills() - refills));
        assertEquals(0, handle.counters().drains());
        blocks.forEach(handle::free);
    }

    @Test
    void fullMagazinesGoToAnotherHandleByWayOfTheDepot() {
        MagazineAllocator giver = handle(4 * RANGE_BYTES, near);
        MagazineAllocator taker = handle(4 * RANGE_BYTES, near);
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 1024; i++) {
            blocks.add(giver.allocate(MemoryPool.EVENTS, 64));
        }
        blocks.forEach(taker::free);
        assertEquals(0, taker.counters().drains());
        assertEquals(4, near.depot().magazines(KIND_64));
        assertEquals(1024 - 4 * 128, taker.blocksInMagazines(), "a few full ones stay with the handle");
        long refills = giver.counters().refills();
        List<Long> again = new ArrayList<>();
        for (long left = 4 * 128 + giver.blocksInMagazines(KIND_64); left > 0; left--) {
            again.add(giver.allocate(MemoryPool.EVENTS, 64));
        }
        assertEquals(refills, giver.counters().refills(), "slabs were asked, though the depot had blocks");
        assertEquals(0, near.depot().magazines(KIND_64));
        again.forEach(giver::free);
    }

    @Test
    void whatWasNotNeededSinceTheLastSweepGoesBackToItsSlabs() {
        MagazineAllocator handle = handle(RANGE_BYTES, near);
        List<Long> idle = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            idle.add(handle.allocate(MemoryPool.SNAPSHOT, 256));
        }
        idle.forEach(handle::free);
        assertTrue(handle.blocksInMagazines(KIND_SNAPSHOT_256) >= 100);
        for (int round = 0; round < 600; round++) {
            List<Long> busy = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                busy.add(handle.allocate(MemoryPool.EVENTS, 64));
            }
            busy.forEach(handle::free);
        }
        assertEquals(0, handle.blocksInMagazines(KIND_SNAPSHOT_256), "idle blocks were kept");
        assertTrue(handle.blocksInMagazines(KIND_64) >= 128, "busy ones were not");
    }

    @Test
    void batchesOfForeignBlocksComeHomeThroughTheInbox() {
        MagazineAllocator here = handle(4 * RANGE_BYTES, near, far);
        MagazineAllocator there = handle(4 * RANGE_BYTES, far, near);
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            blocks.add(here.allocate(MemoryPool.NETWORK, 1024));
        }
        blocks.forEach(there::free);
        assertEquals(1, there.outbox().handedOver());
        assertEquals(64 * 1024, near.inbox().bytes());
        assertEquals(36 * 1024, there.outbox().bytes());
        there.flush();
        assertEquals(2, there.outbox().handedOver());
        assertEquals(100 * 1024, near.inbox().bytes());
        long drainsBefore = here.counters().refills();
        Set<Long> home = new HashSet<>(blocks);
        long kept = here.blocksInMagazines();
        for (int i = 0; i < kept; i++) {
            blocks.add(here.allocate(MemoryPool.NETWORK, 1024));
        }
        blocks.add(here.allocate(MemoryPool.NETWORK, 1024));
        assertTrue(home.contains(blocks.get(blocks.size() - 1)), "the inbox comes before slabs");
        assertEquals(drainsBefore, here.counters().refills());
        blocks.subList(100, blocks.size()).forEach(here::free);
    }

    @Test
    void anIdleHandleEndsUpWithNothing() {
        MagazineAllocator handle = handle(RANGE_BYTES, near);
        handle.free(handle.allocate(MemoryPool.INDEX, 100));
        handle.flush();
        assertTrue(handle.blocksInMagazines() > 0, "one quiet moment is no reason");
        for (int call = 0; call < 128; call++) {
            handle.flush();
        }
        assertEquals(0, handle.blocksInMagazines());
        assertEquals(0, near.slabBytes());
        assertEquals(0, handle.cachedBytes());
    }

    @Test
    void whoFindsNoRoomAsksTheOthersToPutBackWhatTheyKeep() {
        MagazineAllocator hoarder = handle(RANGE_BYTES, near);
        MagazineAllocator needy = handle(RANGE_BYTES, near);
        List<Long> blocks = Blocks.fill(hoarder, MemoryPool.EVENTS, 65536);
        blocks.subList(2, blocks.size()).forEach(hoarder::free);
        List<Long> got = Blocks.fill(needy, MemoryPool.EVENTS, 65536);
        assertTrue(got.size() < UNITS - 2, "the test is about what the other keeps");
        blocks.add(hoarder.allocate(MemoryPool.SPILL, 65536));
        hoarder.free(blocks.remove(blocks.size() - 1));
        got.addAll(Blocks.fill(needy, MemoryPool.EVENTS, 65536));
        assertEquals(UNITS - 2, got.size() + hoarder.blocksInMagazines());
        got.forEach(needy::free);
        blocks.subList(0, 2).forEach(hoarder::free);
    }

    @Test
    void aHandleThatMayNotLeaveHomeIsRefusedInstead() {
        MagazineAllocator handle = new MagazineAllocator(
                table,
                new HandleCredit(budget),
                new NodeHeap[] {near, far},
                false,
                TierSizes.DEFAULT,
                RANGE_BYTES,
                flushRequests,
                AllocationSampler.none());
        List<Long> blocks = Blocks.fill(handle, MemoryPool.EVENTS, 65536);
        assertEquals(UNITS, blocks.size());
        assertEquals(BlockAllocator.NONE, handle.tryAllocateRun(MemoryPool.INDEX, RANGE_BYTES));
        assertEquals(0, far.slabBytes());
        assertEquals(0, handle.counters().spills());
        blocks.forEach(handle::free);
    }

    @Test
    void runsTakeUnitsThenWholeChunksAndSpillLikeBlocks() {
        MagazineAllocator handle = handle(RANGE_BYTES, near, far);
        long first = handle.allocateRun(MemoryPool.INDEX, (1 << 20) + 1);
        assertEquals(17 * 65536, handle.sizeOf(first));
        long block = handle.allocateRun(MemoryPool.INDEX, 1 << 20);
        assertEquals(1 << 20, handle.sizeOfRun(block));
        assertTrue(near.contains(first) && far.contains(block), "no room for sixteen more units at home");
        handle.free(first);
        long chunk = handle.allocateRun(MemoryPool.INDEX, RANGE_BYTES - 1);
        assertEquals(near.start(), chunk);
        assertEquals(2, handle.counters().spills() + 1);
        assertEquals(RANGE_BYTES + (1 << 20), handle.liveBytes(MemoryPool.INDEX));
        assertThrows(IllegalArgumentException.class, () -> handle.free(chunk + 65536));
        assertThrows(IllegalArgumentException.class, () -> handle.allocateRun(MemoryPool.INDEX, Long.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> handle.allocateRun(MemoryPool.INDEX, 0));
        assertThrows(MemoryLimitException.class, () -> handle.allocateRun(MemoryPool.INDEX, RANGE_BYTES));
        handle.free(block);
        handle.free(chunk);
        assertThrows(IllegalArgumentException.class, () -> handle.free(chunk));
        assertEquals(0, handle.liveBytes(MemoryPool.INDEX));
    }

    private NodeHeap heap(int index) {
        long start = base + index * RANGE_BYTES;
        ChunkHeap chunks = new ChunkHeap(new FakeChunkMemory(), () -> 0, start, 1, 1, 1, 0);
        return new NodeHeap(
                index, table, chunks, new Depot(4, RANGE_BYTES), new NodeInbox(RANGE_BYTES), start, RANGE_BYTES);
    }

    private MagazineAllocator handle(long maxCachedBytes, NodeHeap... heaps) {
        return new MagazineAllocator(
                table,
                new HandleCredit(budget),
                heaps,
                true,
                TierSizes.DEFAULT.withMagazinesUpTo((int) maxCachedBytes / 4),
                maxCachedBytes,
                flushRequests,
                AllocationSampler.none());
    }
}
