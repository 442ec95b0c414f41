package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocks that count against another pool than the one they were taken from. */
final class CountedElsewhereTest {
    private static final long LIMIT_BYTES = 8L << 20;
    private static final int BLOCK_BYTES = 32 << 10;
    private static final AllocatorConfig CONFIG = AllocatorConfig.ofMemoryBytes(LIMIT_BYTES)
            .withPool(MemoryPool.SNAPSHOT, MemoryLimits.atMost(10L * BLOCK_BYTES));

    @Test
    void theOtherPoolIsChargedAndTheOwnOneIsNot() {
        for (AllocatorConfig.Misuse misuse :
                List.of(AllocatorConfig.Misuse.OFF, AllocatorConfig.Misuse.STATE, AllocatorConfig.Misuse.CHECK)) {
            try (SlabAllocator allocator = SlabAllocator.open(CONFIG.withMisuse(misuse))) {
                BlockAllocator worker = allocator.worker(0);
                long block = worker.allocate(MemoryPool.INDEX, 20_000);
                long bytes = allocator.liveBytes();
                assertTrue(worker.tryCountAgainst(block, MemoryPool.SNAPSHOT));
                assertEquals(bytes, live(allocator, MemoryPool.SNAPSHOT));
                assertEquals(0, live(allocator, MemoryPool.INDEX));
                assertEquals(bytes, allocator.liveBytes());
                worker.countAgainstOwnPool(block, MemoryPool.SNAPSHOT);
                worker.free(block);
                assertEquals(0, live(allocator, MemoryPool.SNAPSHOT));
                assertEquals(0, live(allocator, MemoryPool.INDEX));
            }
        }
    }

    @Test
    void theLimitOfTheOtherPoolHolds() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            BlockAllocator worker = allocator.worker(0);
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                blocks.add(worker.allocate(MemoryPool.INDEX, BLOCK_BYTES));
            }
            for (int i = 0; i < 10; i++) {
                assertTrue(worker.tryCountAgainst(blocks.get(i), MemoryPool.SNAPSHOT), "i=" + i);
            }
            assertFalse(worker.tryCountAgainst(blocks.get(10), MemoryPool.SNAPSHOT));
            MemoryLimitException refusal = assertThrows(
                    MemoryLimitException.class, () -> worker.countAgainst(blocks.get(10), MemoryPool.SNAPSHOT));
            assertEquals(BudgetLevel.POOL, refusal.level());
            assertEquals(MemoryPool.SNAPSHOT, refusal.pool());
            assertEquals(BLOCK_BYTES, live(allocator, MemoryPool.INDEX), "it counts as it did");
            worker.countAgainstOwnPool(blocks.get(0), MemoryPool.SNAPSHOT);
            assertTrue(worker.tryCountAgainst(blocks.get(10), MemoryPool.SNAPSHOT), "there is room again");
            worker.countAgainstOwnPool(blocks.get(10), MemoryPool.SNAPSHOT);
            for (int i = 1; i < 10; i++) {
                worker.countAgainstOwnPool(blocks.get(i), MemoryPool.SNAPSHOT);
            }
            blocks.forEach(worker::free);
            assertEquals(0, allocator.liveBytes());
        }
    }

    /** All of the memory is in use, so that nothing could be charged twice even for a moment. */
    @Test
    void aFullBudgetDoesNotStandInTheWay() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(LIMIT_BYTES);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            BlockAllocator worker = allocator.worker(0);
            List<Long> blocks = Blocks.fill(worker, MemoryPool.INDEX, BLOCK_BYTES);
            blocks.forEach(block -> assertTrue(worker.tryCountAgainst(block, MemoryPool.SNAPSHOT)));
            assertEquals(blocks.size() * (long) BLOCK_BYTES, live(allocator, MemoryPool.SNAPSHOT));
            for (long block : blocks) {
                worker.countAgainstOwnPool(block, MemoryPool.SNAPSHOT);
                worker.free(block);
            }
            assertEquals(blocks.size(), freeAll(worker, Blocks.fill(worker, MemoryPool.INDEX, BLOCK_BYTES)));
        }
    }

    @Test
    void anOperatorDoesNotPayForIt() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(LIMIT_BYTES);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            BlockAllocator join =
                    allocator.forOperator(0, "join", MemoryPool.INDEX, MemoryLimits.atMost(4L * BLOCK_BYTES));
            List<Long> old = new ArrayList<>();
            for (int round = 0; round < 5; round++) {
                List<Long> blocks = Blocks.fill(join, MemoryPool.INDEX, BLOCK_BYTES);
                assertEquals(4, blocks.size(), "round=" + round);
                blocks.forEach(block -> assertTrue(join.tryCountAgainst(block, MemoryPool.SNAPSHOT)));
                old.addAll(blocks);
            }
            assertEquals(20L * BLOCK_BYTES, live(allocator, MemoryPool.SNAPSHOT));
            for (long block : old) {
                join.countAgainstOwnPool(block, MemoryPool.SNAPSHOT);
                join.free(block);
            }
            assertEquals(0, allocator.liveBytes());
            assertEquals(4, freeAll(join, Blocks.fill(join, MemoryPool.INDEX, BLOCK_BYTES)));
        }
    }

    @Test
    void nothingIsLostOnTheWayThereAndBack() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            BlockAllocator worker = allocator.worker(0);
            int most = freeAll(worker, Blocks.fill(worker, MemoryPool.INDEX, BLOCK_BYTES));
            for (int round = 0; round < 2000; round++) {
                long block = worker.allocate(MemoryPool.INDEX, BLOCK_BYTES);
                assertTrue(worker.tryCountAgainst(block, MemoryPool.SNAPSHOT), "round=" + round);
                worker.countAgainstOwnPool(block, MemoryPool.SNAPSHOT);
                worker.free(block);
            }
            assertEquals(most, freeAll(worker, Blocks.fill(worker, MemoryPool.INDEX, BLOCK_BYTES)));
        }
    }

    private static int freeAll(BlockAllocator allocator, List<Long> blocks) {
        blocks.forEach(allocator::free);
        return blocks.size();
    }

    private static long live(SlabAllocator allocator, MemoryPool pool) {
        return allocator.statistics().liveBytesByPool().get(pool);
    }
}
