package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class PressureTest {
    private static final int MIB = 1 << 20;

    private final List<String> asked = new ArrayList<>();

    @Test
    void asksWhoeverCanMakeRoomBeforeItRefuses() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(4 * MIB))) {
            BlockAllocator worker = allocator.worker(0);
            Deque<Long> evictable = new ArrayDeque<>();
            allocator.onPressure(MemoryPool.INDEX, wantedBytes -> {
                asked.add("INDEX " + wantedBytes);
                worker.free(evictable.removeFirst());
                return MIB;
            });
            for (int i = 0; i < 4; i++) {
                evictable.add(worker.allocate(MemoryPool.INDEX, MIB));
            }
            long page = worker.allocate(MemoryPool.EVENTS, 5000);
            assertEquals(List.of("INDEX 5120"), asked);
            assertEquals(3, evictable.size());
            assertEquals(0, allocator.statistics().refusals(), "it was not refused after all");
            worker.free(page);
            evictable.forEach(worker::free);
        }
    }

    @Test
    void asksTheShortPoolFirstAndTheOthersByWhatTheyCost() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(MIB))) {
            for (MemoryPool pool : MemoryPool.values()) {
                allocator.onPressure(pool, wantedBytes -> note(pool.name(), 0));
            }
            long all = allocator.worker(0).allocate(MemoryPool.EVENTS, MIB);
            assertEquals(BlockAllocator.NONE, allocator.worker(0).tryAllocate(MemoryPool.NETWORK, 64));
            assertEquals(List.of("NETWORK", "SNAPSHOT", "SPILL", "INDEX", "EVENTS"), asked);
            allocator.worker(0).free(all);
        }
    }

    @Test
    void asksNoOtherPoolWhereItIsThePoolsOwnMaximum() {
        AllocatorConfig config =
                AllocatorConfig.ofMemoryBytes(4 * MIB).withPool(MemoryPool.INDEX, MemoryLimits.atMost(MIB));
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            for (MemoryPool pool : MemoryPool.values()) {
                allocator.onPressure(pool, wantedBytes -> note(pool.name(), 0));
            }
            long all = allocator.worker(0).allocate(MemoryPool.INDEX, MIB);
            assertEquals(BlockAllocator.NONE, allocator.worker(0).tryAllocate(MemoryPool.INDEX, 64));
            assertEquals(List.of("INDEX"), asked);
            allocator.worker(0).free(all);
        }
    }

    @Test
    void stopsAskingOnceThereIsEnoughAndTellsTheRestThatIsMissing() {
        Pressure pressure = new Pressure();
        pressure.add(MemoryPool.INDEX, wantedBytes -> note("first " + wantedBytes, 300));
        pressure.add(MemoryPool.INDEX, wantedBytes -> note("second " + wantedBytes, 700));
        pressure.add(MemoryPool.INDEX, wantedBytes -> note("third " + wantedBytes, 1));
        assertTrue(pressure.relieve(MemoryPool.INDEX, 1000, BudgetLevel.PROCESS));
        assertEquals(List.of("first 1000", "second 700"), asked);
    }

    @Test
    void asksNobodyOnBehalfOfWhoeverMakesRoom() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(MIB))) {
            allocator.onPressure(MemoryPool.SPILL, wantedBytes -> {
                assertEquals(BlockAllocator.NONE, allocator.worker(0).tryAllocate(MemoryPool.SPILL, 64));
                assertEquals(BlockAllocator.NONE, allocator.shared().tryAllocate(MemoryPool.SPILL, 64));
                return note("once", 0);
            });
            long all = allocator.worker(0).allocate(MemoryPool.EVENTS, MIB);
            assertThrows(MemoryLimitException.class, () -> allocator.worker(0).allocate(MemoryPool.SPILL, 64));
            assertEquals(List.of("once"), asked);
            allocator.worker(0).free(all);
        }
    }

    @Test
    void holdsNoLockOfTheSharedHandleWhileItAsks() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(MIB))) {
            BlockAllocator shared = allocator.shared();
            Deque<Long> blocks = new ArrayDeque<>(List.of(shared.allocate(MemoryPool.EVENTS, MIB)));
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                allocator.onPressure(MemoryPool.EVENTS, wantedBytes -> {
                    // Another thread would wait for ever if the lock were held here.
                    waitFor(other, () -> shared.free(blocks.removeFirst()));
                    return MIB;
                });
                long first = shared.allocate(MemoryPool.INDEX, 64);
                blocks.add(shared.allocate(MemoryPool.EVENTS, MIB / 2));
                assertEquals(0, allocator.statistics().refusals(), "it was not refused after all");
                shared.free(first);
                shared.free(blocks.removeFirst());
            } finally {
                other.shutdownNow();
            }
        }
    }

    @Test
    void whoWasTakenBackIsNotAsked() {
        Pressure pressure = new Pressure();
        Reclaimer reclaimer = wantedBytes -> note("gone", 1);
        pressure.add(MemoryPool.INDEX, reclaimer);
        pressure.remove(MemoryPool.INDEX, reclaimer);
        assertFalse(pressure.relieve(MemoryPool.INDEX, 1, BudgetLevel.PROCESS));
        assertEquals(List.of(), asked);
    }

    @Test
    void aReclaimerThatFailsIsAskedAgainNextTime() {
        Pressure pressure = new Pressure();
        pressure.add(MemoryPool.INDEX, wantedBytes -> {
            asked.add("failing");
            throw new IllegalStateException("broken on purpose");
        });
        for (int i = 1; i <= 2; i++) {
            assertThrows(IllegalStateException.class, () -> pressure.relieve(MemoryPool.INDEX, 1, BudgetLevel.PROCESS));
            assertEquals(i, asked.size());
        }
    }

    @Test
    void theReserveGivesABlockWhenTheBudgetIsUsedUp() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(4 * MIB).withReserveBytes(64 << 10);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            BlockAllocator worker = allocator.worker(0);
            List<Long> blocks = new ArrayList<>();
            long block = worker.tryAllocate(MemoryPool.INDEX, 4096);
            while (block != BlockAllocator.NONE) {
                blocks.add(block);
                block = worker.tryAllocate(MemoryPool.INDEX, 4096);
            }
            assertEquals((4 * MIB - (64 << 10)) / 4096, blocks.size());
            assertEquals(BlockAllocator.NONE, allocator.shared().tryAllocate(MemoryPool.SPILL, 64));
            long barrier = allocator.reserve().allocate(MemoryPool.SPILL, 64 << 10);
            assertNotEquals(BlockAllocator.NONE, barrier);
            assertEquals(BlockAllocator.NONE, allocator.reserve().tryAllocate(MemoryPool.SPILL, 64));
            assertEquals(4 * MIB, allocator.liveBytes());
            worker.free(barrier);
            assertEquals(BlockAllocator.NONE, worker.tryAllocate(MemoryPool.INDEX, 64), "the reserve is full again");
            blocks.forEach(worker::free);
        }
    }

    @Test
    void anOperatorsBlocksCountAgainstItAndItsPoolOnce() {
        try (SlabAllocator allocator = SlabAllocator.open(
                AllocatorConfig.ofMemoryBytes(8 * MIB).withPool(MemoryPool.INDEX, MemoryLimits.atMost(4 * MIB)))) {
            BlockAllocator join =
                    allocator.forOperator(0, "join", MemoryPool.INDEX, new MemoryLimits(2 * MIB, 3 * MIB));
            BlockAllocator worker = allocator.worker(0);
            List<Long> others = fill(worker, MemoryPool.INDEX);
            assertEquals(2 * MIB / 4096, others.size(), "the operator's minimum is kept");
            List<Long> own = fill(join, MemoryPool.INDEX);
            assertEquals(2 * MIB / 4096, own.size());
            others.forEach(worker::free);
            own.addAll(fill(join, MemoryPool.INDEX));
            assertEquals(3 * MIB / 4096, own.size(), "and its maximum");
            MemoryLimitException refusal =
                    assertThrows(MemoryLimitException.class, () -> join.allocate(MemoryPool.INDEX, 100));
            assertEquals(BudgetLevel.OPERATOR, refusal.level());
            assertEquals("join", refusal.operator().orElseThrow());
            assertEquals(3 * MIB, refusal.usedBytes());
            assertEquals(3 * MIB, refusal.limitBytes());
            assertEquals(128, refusal.blockBytes());
            others = fill(worker, MemoryPool.INDEX);
            assertEquals(MIB / 4096, others.size(), "a block is not charged twice");
            List<Long> pages = fill(join, MemoryPool.EVENTS);
            assertEquals(4 * MIB / 4096, pages.size(), "other pools are the worker's");
            pages.forEach(join::free);
            own.forEach(join::free);
            others.forEach(worker::free);
            own = fill(worker, MemoryPool.INDEX);
            assertEquals(2 * MIB / 4096, own.size());
            own.forEach(worker::free);
            assertSame(join, allocator.forOperator(0, "join", MemoryPool.INDEX, new MemoryLimits(2 * MIB, 3 * MIB)));
        }
    }

    @Test
    void whatIdleHandlesKeepEatsNoMinimum() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(8 * MIB)
                .withWorkers(4)
                .withPool(MemoryPool.INDEX, MemoryLimits.atLeast(MIB));
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            for (int idle = 1; idle < 4; idle++) {
                BlockAllocator handle = allocator.worker(idle);
                handle.free(handle.allocate(MemoryPool.INDEX, 4096));
            }
            List<Long> pages = fill(allocator.worker(0), MemoryPool.EVENTS);
            List<Long> state = fill(allocator.worker(0), MemoryPool.INDEX);
            assertTrue(state.size() >= MIB / 4096 * 15 / 16, "blocks=" + state.size());
            pages.forEach(allocator.worker(0)::free);
            state.forEach(allocator.worker(0)::free);
        }
    }

    @Test
    void aGuaranteeHoldsWhileAnotherThreadTakesAllItCan() throws Exception {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(8 * MIB)
                .withWorkers(2)
                .withPool(MemoryPool.INDEX, new MemoryLimits(2 * MIB, 4 * MIB))
                .withPool(MemoryPool.EVENTS, MemoryLimits.atMost(7 * MIB));
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                AtomicBoolean isDone = new AtomicBoolean();
                Future<?> greedy = other.submit(() -> {
                    while (!isDone.get()) {
                        fill(allocator.worker(1), MemoryPool.EVENTS).forEach(allocator.worker(1)::free);
                    }
                });
                BlockAllocator worker = allocator.worker(0);
                for (int round = 0; round < 300; round++) {
                    List<Long> state = new ArrayList<>();
                    for (int i = 0; i < 2 * MIB / 4096; i++) {
                        state.add(worker.allocate(MemoryPool.INDEX, 4096));
                    }
                    assertTrue(allocator.statistics().peakLiveBytes() <= 8 * MIB);
                    state.forEach(worker::free);
                }
                isDone.set(true);
                greedy.get();
            } finally {
                other.shutdownNow();
            }
            assertEquals(0, allocator.liveBytes());
        }
    }

    private long note(String who, long freedBytes) {
        asked.add(who);
        return freedBytes;
    }

    private static void waitFor(ExecutorService thread, Runnable action) {
        try {
            thread.submit(action).get(1, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new IllegalStateException("the other thread got nowhere", e);
        }
    }

    private static List<Long> fill(BlockAllocator handle, MemoryPool pool) {
        List<Long> blocks = new ArrayList<>();
        long address = handle.tryAllocate(pool, 4096);
        while (address != BlockAllocator.NONE) {
            blocks.add(address);
            address = handle.tryAllocate(pool, 4096);
        }
        return blocks;
    }
}
