package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
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
        TierSizes small = new TierSizes(2, 4096, 0, 2, 1, 0, Duration.ZERO);
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(1 << 20)
                .withMemoryBytes(2 << 20)
                .withWorkers(3)
                .withHugePages(AllocatorConfig.HugePages.OFF)
                .withPreTouches(true)
                .withNuma(AllocatorConfig.Numa.OFF)
                .withMisuse(AllocatorConfig.Misuse.CHECK)
                .withLeakSampleInterval(7)
                .withTiers(small);
        assertEquals(
                new AllocatorConfig(
                        2 << 20,
                        3,
                        AllocatorConfig.HugePages.OFF,
                        true,
                        AllocatorConfig.Numa.OFF,
                        AllocatorConfig.Misuse.CHECK,
                        7,
                        small,
                        Map.of(),
                        Map.of(),
                        MemoryLimits.NONE,
                        AllocatorConfig.DERIVED,
                        true),
                config);
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
