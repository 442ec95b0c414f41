package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class AllocatorConfigTest {
    @Test
    void refusesABudgetThatCannotWorkWithTheValueTheLimitAndTheFix() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> AllocatorConfig.ofMemoryBytes(1000));
        assertTrue(
                refusal.getMessage().contains("memoryBytes=1000, minBytes=1048576")
                        && refusal.getMessage().contains("at least 1 MiB"),
                refusal.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> AllocatorConfig.ofMemoryBytes(AllocatorConfig.MAX_MEMORY_BYTES + 1));
        assertThrows(IllegalArgumentException.class, () -> AllocatorConfig.ofMemoryBytes(-1));
        AllocatorConfig.ofMemoryBytes(AllocatorConfig.MAX_MEMORY_BYTES);
    }

    @Test
    void boundsTheNumberOfWorkers() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(AllocatorConfig.MIN_MEMORY_BYTES);
        assertThrows(IllegalArgumentException.class, () -> config.withWorkers(0));
        assertThrows(IllegalArgumentException.class, () -> config.withWorkers(AllocatorConfig.MAX_WORKERS + 1));
        assertEquals(
                AllocatorConfig.MAX_WORKERS,
                config.withWorkers(AllocatorConfig.MAX_WORKERS).workers());
    }

    @Test
    void changesOneThingAtATime() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(1 << 20)
                .withMemoryBytes(2 << 20)
                .withWorkers(3)
                .withHugePages(AllocatorConfig.HugePages.OFF)
                .withNuma(AllocatorConfig.Numa.OFF);
        assertEquals(new AllocatorConfig(2 << 20, 3, AllocatorConfig.HugePages.OFF, AllocatorConfig.Numa.OFF), config);
    }

    @Test
    void theLeastBudgetHoldsTheLargestBlockAndTheMostWorkers() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(AllocatorConfig.MIN_MEMORY_BYTES)
                .withWorkers(AllocatorConfig.MAX_WORKERS);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            BlockAllocator last = allocator.worker(AllocatorConfig.MAX_WORKERS - 1);
            last.free(last.allocate(MemoryPool.INDEX, BlockAllocator.MAX_BLOCK_BYTES));
        }
    }
}
