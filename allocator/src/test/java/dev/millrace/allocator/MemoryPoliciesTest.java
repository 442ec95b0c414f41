package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.numa.Placement;
import dev.millrace.numa.Rung;
import dev.millrace.numa.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryPoliciesTest {
    private static final AllocatorConfig CONFIG =
            AllocatorConfig.ofMemoryBytes(4 << 20).withWorkers(2);

    private final FakeMachine machine = new FakeMachine();

    @Test
    void requiredPlacementIsRefusedWithTheReasonWhereARangeCannotBeBound() {
        machine.refusesToBind = true;
        MemoryPolicyException refusal = assertThrows(
                MemoryPolicyException.class, () -> open(CONFIG.withNuma(AllocatorConfig.Numa.REQUIRED), machine));
        assertEquals("memory.numa=required", refusal.policy());
        assertTrue(refusal.getMessage().contains("node=0, rung=LIBNUMA (pretended)"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("or say memory.numa=preferred"), refusal.getMessage());
        assertEquals(0, machine.reservedBytes, "nothing is kept");
        Placement flat = Placement.flat("there is no library");
        refusal = assertThrows(
                MemoryPolicyException.class, () -> open(CONFIG.withNuma(AllocatorConfig.Numa.REQUIRED), flat));
        assertTrue(refusal.reason().contains("FLAT (there is no library)"), refusal.reason());
    }

    @Test
    void requiredPlacementThatIsThereIsNoObstacle() {
        try (SlabAllocator allocator = open(CONFIG.withNuma(AllocatorConfig.Numa.REQUIRED), machine)) {
            assertEquals(Rung.LIBNUMA, allocator.statistics().rung());
        }
    }

    @Test
    void requiredHugePagesAreRefusedWithTheReasonWhereThereAreNone() {
        MemoryPolicyException refusal = assertThrows(
                MemoryPolicyException.class,
                () -> open(CONFIG.withHugePages(AllocatorConfig.HugePages.REQUIRED), machine));
        assertEquals("memory.huge-pages=required", refusal.policy());
        assertTrue(refusal.reason().contains("no pool of huge pages"), refusal.reason());
        assertTrue(refusal.getMessage().contains("say memory.huge-pages=preferred"), refusal.getMessage());
        assertEquals(0, machine.reservedBytes);
    }

    @Test
    void requiredHugePagesComeFromThePoolThatWasSetAside() {
        machine.hasHugePagePool = true;
        try (SlabAllocator allocator = open(CONFIG.withHugePages(AllocatorConfig.HugePages.REQUIRED), machine)) {
            assertEquals(List.of("reserve huge", "bind 0", "bind 2"), machine.wishes);
            assertTrue(allocator.statistics().hugePages());
        }
    }

    @Test
    void interleavingSpreadsOneRangeOverAllNodesWithMemory() {
        try (SlabAllocator allocator = open(CONFIG.withNuma(AllocatorConfig.Numa.INTERLEAVE), machine)) {
            assertEquals(List.of("reserve", "huge pages", "interleave [0, 2]"), machine.wishes);
            assertEquals(Rung.LIBNUMA, allocator.statistics().rung());
            assertTrue(allocator.startReport().contains("interleave; rung LIBNUMA: pretended, interleaved"));
        }
    }

    @Test
    void touchesTheMemoryOfEachNodeFromAThreadOfItsOwnBeforeItOpens() {
        try (SlabAllocator allocator = open(CONFIG.withPreTouches(true), machine)) {
            assertEquals(2, machine.touched.size());
            assertEquals(2 << 20, machine.touched.get("millrace-pre-touch-0"));
            assertEquals(2 << 20, machine.touched.get("millrace-pre-touch-2"));
            assertTrue(
                    allocator.startReport().contains("pre-touch:  4.0 MiB backed with memory"), allocator::startReport);
            assertEquals(0, allocator.liveBytes());
        }
    }

    @Test
    void touchesNothingUnlessAsked() {
        try (SlabAllocator allocator = open(CONFIG, machine)) {
            assertTrue(machine.touched.isEmpty());
            assertTrue(allocator.startReport().contains("pre-touch:  off"), allocator::startReport);
        }
    }

    @Test
    void pretouchedMemoryOfTheRealMachineIsThere() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG.withPreTouches(true))) {
            assertTrue(
                    allocator.startReport().contains("pre-touch:  4.0 MiB backed with memory"), allocator::startReport);
        }
    }

    @Test
    void reportsWhatCameOfEverySetting() {
        AllocatorConfig config = CONFIG.toBuilder()
                .pool(MemoryPool.INDEX, new MemoryLimits(1 << 20, 2 << 20))
                .reserveBytes(64 << 10)
                .build();
        try (SlabAllocator allocator = open(config, machine)) {
            String report = allocator.startReport();
            for (String part : List.of(
                    "memory:     4.0 MiB budget, 64.0 KiB of it in reserve",
                    "container:  memoryBytes=4194304",
                    "placement:  preferred; rung LIBNUMA: pretended",
                    "pages:      preferred; huge pages of 2 MiB",
                    "node 2:     min 0B, max none; index min 512KiB, max 1MiB",
                    "worker 1:   cpu 1 on node 2, memory of node 2",
                    "memory.reserve               64KiB      given")) {
                assertTrue(report.contains(part), () -> "lacks \"" + part + "\":\n" + report);
            }
        }
    }

    @Test
    void refusesToLimitANodeThatNoWorkerUses() {
        AllocatorConfig config =
                CONFIG.toBuilder().node(7, MemoryLimits.atMost(1 << 20)).build();
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> open(config, machine));
        assertTrue(refusal.getMessage().contains("node=7, known=[0, 2]; limit one of those"), refusal.getMessage());
        assertTrue(machine.wishes.isEmpty(), "before anything is reserved");
    }

    @Test
    void refusesMinimaThatDoNotFitWithTheSum() {
        AllocatorConfig config = AllocatorConfig.builder()
                .memory("64MiB")
                .pool(MemoryPool.INDEX, MemoryLimits.atLeast(40 << 20))
                .pool(MemoryPool.EVENTS, MemoryLimits.atLeast(30 << 20))
                .build();
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> SlabAllocator.open(config));
        assertTrue(
                refusal.getMessage()
                        .contains(
                                "pool.EVENTS=31457280 + pool.INDEX=41943040 + reserve=1048576 = 74448896, "
                                        + "memoryBytes=67108864; lower a minimum by 7340032 bytes, or give memoryBytes=74448896"),
                refusal.getMessage());
    }

    @Test
    void refusesMinimaThatDoNotFitTheNodesWithEachSummand() {
        AllocatorConfig config = CONFIG.toBuilder()
                .pool(MemoryPool.INDEX, MemoryLimits.atLeast(3 << 20))
                .node(2, MemoryLimits.atLeast(3 << 20))
                .build();
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> open(config, machine));
        assertTrue(
                refusal.getMessage().contains("node.0.pool.INDEX=1572864 + node.2=3145728 = 4718592"),
                refusal.getMessage());
        AllocatorConfig limited = CONFIG.toBuilder()
                .pool(MemoryPool.INDEX, MemoryLimits.atLeast(3 << 20))
                .node(2, MemoryLimits.atMost(1 << 20))
                .build();
        refusal = assertThrows(IllegalArgumentException.class, () -> open(limited, machine));
        assertTrue(
                refusal.getMessage().contains("do not fit their node: pool.INDEX=1572864 = 1572864, node=2"),
                refusal.getMessage());
    }

    private SlabAllocator open(AllocatorConfig config, Placement placement) {
        Topology topology = FakeMachine.topology(2);
        return SlabAllocator.open(config, topology, placement, machine);
    }
}
