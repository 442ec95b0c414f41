package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ContainerCheckTest {
    private static final long MIB = 1 << 20;

    @Test
    void refusesMoreThanTheContainerHasWithTheSumTheLimitAndTheFix() {
        ContainerCheck check = new ContainerCheck(1024 * MIB, "/sys/fs/cgroup/memory.max", 512 * MIB);
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class, () -> check.check(AllocatorConfig.ofMemoryBytes(400 * MIB)));
        assertTrue(
                refusal.getMessage()
                        .contains("memoryBytes=419430400 + maxHeapBytes=536870912 + jvmBytes=134217728 = 1090519040, "
                                + "limitBytes=1073741824, limitFrom=/sys/fs/cgroup/memory.max; "
                                + "give at most memory=384MiB, or the heap less (-Xmx), "
                                + "give the container 1.0 GiB, or say memory.container-check=off"),
                refusal.getMessage());
        assertTrue(check.check(AllocatorConfig.ofMemoryBytes(384 * MIB)).contains("= 1073741824 of limitBytes"));
    }

    @Test
    void asksForASmallerHeapWhereThatAloneIsTooMuch() {
        ContainerCheck check = new ContainerCheck(512 * MIB, "limit", 512 * MIB);
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> check.check(AllocatorConfig.ofMemoryBytes(MIB)));
        assertTrue(refusal.getMessage().contains("limitFrom=limit; give the heap less (-Xmx)"), refusal.getMessage());
    }

    @Test
    void canBeSwitchedOff() {
        ContainerCheck check = new ContainerCheck(MIB, "limit", 512 * MIB);
        AllocatorConfig config =
                AllocatorConfig.builder().memory("1GiB").checksContainer(false).build();
        assertEquals("not checked, memory.container-check=off", check.check(config));
    }

    @Test
    void whereNobodyKnowsALimitThereIsNone() {
        ContainerCheck check = new ContainerCheck(Long.MAX_VALUE, "unknown", 512 * MIB);
        assertTrue(check.check(AllocatorConfig.ofMemoryBytes(AllocatorConfig.MAX_MEMORY_BYTES))
                .endsWith("limit unknown"));
    }

    @Test
    void openingAsksTheMachine() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> SlabAllocator.open(AllocatorConfig.ofMemoryBytes(AllocatorConfig.MAX_MEMORY_BYTES)));
        assertTrue(refusal.getMessage().contains("memory.container-check=off"), refusal.getMessage());
    }
}
