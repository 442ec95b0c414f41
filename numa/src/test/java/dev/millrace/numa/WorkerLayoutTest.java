package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerLayoutTest {
    @TempDir
    Path root;

    @Test
    void everyCoreGetsAWorkerBeforeAnyGetsTwo() {
        Topology topology = recorded("2node-smt.txt");
        assertEquals(List.of(List.of(0, 1), List.of(2, 3), List.of(4, 5), List.of(6, 7)), topology.cores());
        assertEquals(List.of(0, 4, 2, 6, 1, 5, 3, 7, 0, 4), cpus(WorkerLayout.of(topology, 10)));
    }

    @Test
    void nodesTakeTurns() {
        WorkerLayout layout = WorkerLayout.of(recorded("8node.txt"), 16);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7), nodes(layout));
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), layout.memoryNodes());
    }

    @Test
    void aNodeWithMoreProcessorsGetsTheWorkersThatOthersHaveNoneFor() {
        Topology uneven = recorded("2node.txt").restrictedTo(List.of(0, 1, 3));
        WorkerLayout layout = WorkerLayout.of(uneven, 3);
        assertEquals(List.of(0, 3, 1), cpus(layout));
        assertEquals(List.of(0, 1, 0), nodes(layout));
    }

    @Test
    void theSecondProcessorOfACoreIsTheFirstIfOnlyItIsAllowed() {
        Topology half = recorded("2node-smt.txt").restrictedTo(List.of(1, 2, 3));
        assertEquals(List.of(1, 2, 3), cpus(WorkerLayout.of(half, 3)));
    }

    @Test
    void workersOfANodeWithoutMemoryTakeItFromTheNearest() {
        WorkerLayout layout = WorkerLayout.of(recorded("2node-one-without-memory.txt"), 2);
        assertEquals(List.of(0, 1), nodes(layout));
        assertEquals(
                List.of(0, 0),
                layout.seats().stream().map(WorkerLayout.Seat::memoryNode).toList());
        assertEquals(List.of(0), layout.memoryNodes());
    }

    @Test
    void aNodeWithoutProcessorsHasNoWorkers() {
        WorkerLayout layout = WorkerLayout.of(recorded("3node-one-without-cpus.txt"), 6);
        assertEquals(List.of(0, 1, 0, 1, 0, 1), nodes(layout));
        assertEquals(List.of(0, 2, 1, 3, 0, 2), cpus(layout));
    }

    @Test
    void workersMayRunOnTheirWholeNode() {
        WorkerLayout layout = WorkerLayout.of(recorded("2node-smt.txt"), 3).onWholeNodes();
        assertEquals(List.of(0, 1, 0), nodes(layout));
        assertEquals(List.of(4, 5, 6, 7), layout.seats().get(1).cpus());
    }

    @Test
    void printsAsATableInTheKernelsNumbers() {
        NumaNode bare = new NumaNode(0, List.of(0, 1), 0, List.of(10, 21));
        NumaNode far = new NumaNode(3, List.of(64, 65), 1 << 20, List.of(21, 10));
        Topology topology = new Topology(List.of(bare, far), List.of(List.of(64, 65)));
        WorkerLayout layout = WorkerLayout.of(topology, 3);
        assertEquals(
                """
                worker  cpu       core  node  memory  distance
                     0  0            0     0       3        21
                     1  64          64     3       3        10
                     2  1            1     0       3        21
                """,
                layout.table());
        assertEquals(
                """
                worker  cpu       core  node  memory  distance
                     0  0-1        any     0       3        21
                     1  64-65      any     3       3        10
                     2  0-1        any     0       3        21
                """,
                layout.onWholeNodes().table());
    }

    @Test
    void refusesALayoutOfNobody() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> WorkerLayout.of(Topology.flat(2), 0));
        assertTrue(refusal.getMessage().contains("workers=0"), refusal.getMessage());
    }

    /** Random machines, with cores across the numbering, bare nodes, and processors that are not allowed. */
    @Test
    void noProcessorOrCoreIsSharedWhileAnotherIsIdle() {
        long seed = 0x5eedL;
        SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < 300; step++) {
            String context = "seed=" + seed + ", step=" + step;
            Topology topology = RandomMachine.of(random);
            int workers = 1 + random.nextInt(2 * topology.cpuCount());
            WorkerLayout layout = WorkerLayout.of(topology, workers);
            assertEquals(layout, WorkerLayout.of(topology, workers), context);
            Map<Integer, Integer> byCpu = new HashMap<>();
            Map<Integer, Integer> byCore = new HashMap<>();
            for (WorkerLayout.Seat seat : layout.seats()) {
                int cpu = seat.cpus().get(0);
                assertEquals(topology.indexOfCpu(cpu), seat.node(), context);
                assertTrue(topology.nodes().get(seat.memoryNode()).hasMemory(), context);
                assertEquals(seat.node(), topology.nodeOfWorker(seat.workerIndex()), context);
                assertEquals(cpu, topology.cpuOfWorker(seat.workerIndex()), context);
                byCpu.merge(cpu, 1, Integer::sum);
                byCore.merge(topology.coreOf(cpu), 1, Integer::sum);
            }
            Set<Integer> cores = new HashSet<>();
            topology.nodes().forEach(node -> node.cpus().forEach(cpu -> cores.add(topology.coreOf(cpu))));
            assertEquals(Math.min(workers, topology.cpuCount()), byCpu.size(), context);
            assertEquals(Math.min(workers, cores.size()), byCore.size(), context);
        }
    }

    private Topology recorded(String recording) {
        return Topology.read(RecordedSysfs.replay(recording, root));
    }

    private static List<Integer> cpus(WorkerLayout layout) {
        return layout.seats().stream().map(seat -> seat.cpus().get(0)).toList();
    }

    private static List<Integer> nodes(WorkerLayout layout) {
        return layout.seats().stream().map(WorkerLayout.Seat::node).toList();
    }
}
