package dev.millrace.allocator.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.Extension;

final class LeakGuardTest {
    @Test
    void failsATestThatLeavesABlock() {
        long before = SlabAllocator.liveBytesOfProcess();
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20))) {
            long address = allocator.shared().allocate(MemoryPool.INDEX, 100);
            AssertionError error = assertThrows(AssertionError.class, () -> LeakGuard.check("leaky", before));
            assertTrue(error.getMessage().contains("test=leaky, leftBytes=128"), error.getMessage());
            allocator.shared().free(address);
            assertDoesNotThrow(() -> LeakGuard.check("tidy", before));
        }
    }

    @Test
    void isFoundWithoutBeingNamed() {
        assertTrue(ServiceLoader.load(Extension.class).stream().anyMatch(found -> found.type() == LeakGuard.class));
    }
}
