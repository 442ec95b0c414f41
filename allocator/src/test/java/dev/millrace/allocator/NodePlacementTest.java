package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.numa.CpuPinning;
import dev.millrace.numa.NumaNode;
import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.ReservationException;
import dev.millrace.numa.Rung;
import dev.millrace.numa.Topology;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NodePlacementTest {
    private static final AllocatorConfig CONFIG =
            AllocatorConfig.ofMemoryBytes(4 << 20).withWorkers(4);

    private final FakeMachine machine = new FakeMachine();

    @Test
    void advisesAndBindsOneRangeANodeBeforeAnythingIsTouched() {
        try (SlabAllocator allocator = open(CONFIG, 2)) {
            assertEquals(List.of("reserve", "huge pages", "bind 0", "bind 2"), machine.wishes);
            MemoryStatistics statistics = allocator.statistics();
            assertEquals(Rung.LIBNUMA, statistics.rung());
            assertTrue(statistics.hugePages());
            assertEquals(machine.reservedBytes, statistics.reservedBytes());
        }
        assertEquals("release", machine.wishes.get(machine.wishes.size() - 1));
        assertEquals(0, machine.reservedBytes);
    }

    @Test
    void wishesForNothingThatIsSwitchedOff() {
        AllocatorConfig off =
                CONFIG.withHugePages(AllocatorConfig.HugePages.OFF).withNuma(AllocatorConfig.Numa.OFF);
        try (SlabAllocator allocator = open(off, 2)) {
            assertEquals(List.of("reserve"), machine.wishes);
            assertEquals(Rung.FLAT, allocator.statistics().rung());
            assertEquals(false, allocator.statistics().hugePages());
        }
    }

    @Test
    void reservesOnlyOnNodesThatWorkersUse() {
        try (SlabAllocator allocator = open(CONFIG.withWorkers(1), 8)) {
            assertEquals(List.of("reserve", "huge pages", "bind 0"), machine.wishes);
            assertEquals(0, allocator.liveBytes());
        }
    }

    @Test
    void aWorkerGetsMemoryOfItsOwnNode() {
        try (SlabAllocator allocator = open(CONFIG, 2)) {
            for (int worker = 0; worker < 4; worker++) {
                BlockAllocator handle = allocator.worker(worker);
                long address = handle.allocate(MemoryPool.EVENTS, 5000);
                assertEquals(2 * (worker % 2), machine.nodeOf(address));
                handle.free(address);
            }
        }
    }

    @Test
    void blocksOfAnotherNodeGoHome() {
        try (SlabAllocator allocator = open(CONFIG, 2)) {
            BlockAllocator near = allocator.worker(0);
            BlockAllocator far = allocator.worker(1);
            for (int round = 0; round < 50; round++) {
                List<Long> blocks = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    blocks.add(near.allocate(MemoryPool.EVENTS, 64 << (i % 8)));
                }
                blocks.forEach(far::free);
                long own = far.allocate(MemoryPool.EVENTS, 64);
                assertEquals(2, machine.nodeOf(own), "a block of the other node was kept");
                far.free(own);
            }
            assertEquals(0, allocator.liveBytes());
            assertTrue(allocator.statistics().slabBytes() < 4 << 20, "blocks did not come home");
        }
    }

    @Test
    void aNodeWithoutMemoryUsesTheNearestThatHasSome() {
        NumaNode bare = new NumaNode(0, List.of(0), 0, List.of(10, 30, 20));
        NumaNode far = new NumaNode(1, List.of(1), 1 << 30, List.of(30, 10, 30));
        NumaNode near = new NumaNode(2, List.of(), 1 << 30, List.of(20, 30, 10));
        Topology topology = new Topology(List.of(bare, far, near));
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG, topology, machine, machine)) {
            assertEquals(List.of("reserve", "huge pages", "bind 2", "bind 1"), machine.wishes);
            long address = allocator.worker(0).allocate(MemoryPool.INDEX, 64);
            assertEquals(2, machine.nodeOf(address));
            allocator.worker(0).free(address);
        }
    }

    @Test
    void aRangeThatCannotBeBoundIsReportedAsFlat() {
        machine.refusesToBind = true;
        try (SlabAllocator allocator = open(CONFIG, 2)) {
            assertEquals(Rung.FLAT, allocator.statistics().rung());
            allocator.worker(1).free(allocator.worker(1).allocate(MemoryPool.INDEX, 64));
        }
    }

    @Test
    void aPlacementThatFailsLeavesNoReservationBehind() {
        machine.failsToBind = true;
        assertThrows(IllegalStateException.class, () -> open(CONFIG, 2));
        assertEquals(0, machine.reservedBytes);
    }

    @Test
    void aRefusedReservationLeavesNothingBehind() {
        machine.refusesReservations = true;
        assertThrows(ReservationException.class, () -> open(CONFIG, 2));
        assertEquals(List.of(), machine.wishes);
    }

    @Test
    void pagesReallyLieOnTheNodeOfTheirWorker() {
        Placement placement = Placement.detect();
        assumeTrue(placement.rung() == Rung.LIBNUMA && RangeSource.detect().isPresent(), placement.reason());
        Topology topology = Topology.read(Topology.SYSFS_ROOT)
                .restrictedTo(CpuPinning.detect().currentAffinity());
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            assertEquals(Rung.LIBNUMA, allocator.statistics().rung());
            for (int worker = 0; worker < 4; worker++) {
                BlockAllocator handle = allocator.worker(worker);
                long address = handle.allocate(MemoryPool.EVENTS, 65536);
                Memory.fill(address, 65536, (byte) 1);
                int home = topology.nearestMemory(topology.nodeOfWorker(worker));
                assertEquals(topology.nodes().get(home).id(), placement.nodeOf(address + 40_000));
                handle.free(address);
            }
        }
    }

    private SlabAllocator open(AllocatorConfig config, int nodeCount) {
        return SlabAllocator.open(config, FakeMachine.topology(nodeCount), machine, machine);
    }
}
