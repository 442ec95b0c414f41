package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopologyTest {
    @TempDir
    Path root;

    @Test
    void readsTwoNodes() {
        Topology topology = Topology.read(RecordedSysfs.replay("2node.txt", root));
        assertEquals(2, topology.nodes().size());
        assertEquals(List.of(0, 1), topology.nodes().get(0).cpus());
        assertEquals(List.of(2, 3), topology.nodes().get(1).cpus());
        assertEquals(4, topology.cpuCount());
        assertEquals(
                topology.nodes().get(0).distances().get(1),
                topology.nodes().get(1).distances().get(0));
        assertEquals(
                NumaNode.LOCAL_DISTANCE, topology.nodes().get(1).distances().get(1));
        assertTrue(topology.nodes().get(1).memoryBytes() > 100L << 20);
        assertEquals(1, topology.indexOfCpu(2));
        assertEquals(-1, topology.indexOfCpu(4));
    }

    @Test
    void readsSiblingsAsProcessorsOfTheirNode() {
        Topology topology = Topology.read(RecordedSysfs.replay("2node-smt.txt", root));
        assertEquals(List.of(0, 1, 2, 3), topology.nodes().get(0).cpus());
        assertEquals(List.of(4, 5, 6, 7), topology.nodes().get(1).cpus());
    }

    @Test
    void readsEightNodes() {
        Topology topology = Topology.read(RecordedSysfs.replay("8node.txt", root));
        assertEquals(8, topology.nodes().size());
        for (int index = 0; index < 8; index++) {
            assertEquals(List.of(index), topology.nodes().get(index).cpus());
            assertEquals(8, topology.nodes().get(index).distances().size());
            assertEquals(index, topology.nodeOfWorker(index));
            assertEquals(index, topology.nodeOfWorker(index + 8));
        }
    }

    @Test
    void aNodeWithoutMemoryTakesItFromTheNearestThatHasSome() {
        Topology topology = Topology.read(RecordedSysfs.replay("2node-one-without-memory.txt", root));
        assertFalse(topology.nodes().get(1).hasMemory());
        assertTrue(topology.nodes().get(1).hasCpus());
        assertEquals(0, topology.nearestMemory(1));
        assertEquals(0, topology.nearestMemory(0));
        assertEquals(1, topology.nodeOfWorker(1));
    }

    @Test
    void aNodeWithoutProcessorsIsNobodysHome() {
        Topology topology = Topology.read(RecordedSysfs.replay("3node-one-without-cpus.txt", root));
        assertFalse(topology.nodes().get(2).hasCpus());
        assertTrue(topology.nodes().get(2).hasMemory());
        assertEquals(
                List.of(0, 1, 0, 1, 0),
                IntStream.range(0, 5).mapToObj(topology::nodeOfWorker).toList());
        assertEquals(
                List.of(0, 2, 1, 3, 0),
                IntStream.range(0, 5).mapToObj(topology::cpuOfWorker).toList());
    }

    @Test
    void kernelIdsMayLeaveGaps() {
        Topology topology = Topology.read(RecordedSysfs.write(
                root,
                Map.of(
                        "node/online", "0,3",
                        "node/node0/cpulist", "0-1",
                        "node/node0/distance", "10 31",
                        "node/node0/meminfo", "Node 0 MemTotal:  1024 kB\nNode 0 MemFree:  1 kB",
                        "node/node3/cpulist", "2,7",
                        "node/node3/distance", "31 10",
                        "node/node3/meminfo", "Node 3 MemTotal:  2048 kB")));
        assertEquals(1, topology.indexOfId(3));
        assertEquals(-1, topology.indexOfId(1));
        assertEquals(
                new NumaNode(3, List.of(2, 7), 2048 * 1024, List.of(31, 10)),
                topology.nodes().get(1));
    }

    @Test
    void nearestMemoryIsTheOneAtTheLeastDistance() {
        NumaNode bare = new NumaNode(0, List.of(0), 0, List.of(10, 31, 21));
        NumaNode far = new NumaNode(1, List.of(1), 1 << 20, List.of(31, 10, 21));
        NumaNode near = new NumaNode(2, List.of(2), 1 << 20, List.of(21, 21, 10));
        assertEquals(2, new Topology(List.of(bare, far, near)).nearestMemory(0));
    }

    @Test
    void nothingThereIsOneFlatNode() {
        Topology topology = Topology.read(root.resolve("absent"));
        assertEquals(1, topology.nodes().size());
        assertEquals(Runtime.getRuntime().availableProcessors(), topology.cpuCount());
        assertTrue(topology.nodes().get(0).hasMemory());
    }

    @Test
    void processorsWithoutNodesAreOneFlatNode() {
        Topology topology = Topology.read(RecordedSysfs.write(root, Map.of("cpu/online", "0-2,5")));
        assertEquals(1, topology.nodes().size());
        assertEquals(List.of(0, 1, 2, 5), topology.nodes().get(0).cpus());
    }

    @Test
    void aDamagedDescriptionIsOneFlatNode() {
        for (Map<String, String> damage : List.of(
                Map.of("node/node1/cpulist", "2-x"),
                Map.of("node/node1/distance", "20"),
                Map.of("node/node1/distance", "20 ten"),
                Map.of("node/node1/meminfo", "nothing"),
                Map.of("node/online", ""),
                Map.of("node/online", "0-9"))) {
            RecordedSysfs.replay("2node.txt", root);
            Topology topology = Topology.read(RecordedSysfs.write(root, damage));
            assertEquals(1, topology.nodes().size(), "damage=" + damage);
            assertEquals(List.of(0, 1, 2, 3), topology.nodes().get(0).cpus(), "damage=" + damage);
        }
    }

    @Test
    void aProcessMayBeHeldToSomeProcessors() {
        Topology topology = Topology.read(RecordedSysfs.replay("2node.txt", root));
        Topology half = topology.restrictedTo(List.of(2));
        assertEquals(List.of(), half.nodes().get(0).cpus());
        assertEquals(List.of(2), half.nodes().get(1).cpus());
        assertEquals(1, half.nodeOfWorker(0));
        assertEquals(2, half.cpuOfWorker(5));
        assertSame(topology, topology.restrictedTo(List.of(99)));
    }

    @Test
    void aProcessMayBeHeldToTheMemoryOfSomeNodes() {
        Topology topology = Topology.read(RecordedSysfs.replay("2node-smt.txt", root));
        Topology half = topology.restrictedToMemory(List.of(1, 7));
        assertFalse(half.nodes().get(0).hasMemory());
        assertEquals(topology.nodes().get(0).cpus(), half.nodes().get(0).cpus());
        assertEquals(1, half.nearestMemory(0));
        assertEquals(List.of(1), half.memoryNodes());
        assertEquals(topology.cores(), half.cores());
        assertSame(topology, topology.restrictedToMemory(List.of()));
    }

    @Test
    void theAllowedMemoryIsInTheStatusOfTheProcess() {
        RecordedSysfs.write(
                root, Map.of("status", "Name:\tjava\nMems_allowed:\t00000000,00000005\nMems_allowed_list:\t0,2"));
        assertEquals(List.of(0, 2), AllowedNodes.read(root.resolve("status")));
        RecordedSysfs.write(root, Map.of("status", "Mems_allowed_list:\tall"));
        assertEquals(List.of(), AllowedNodes.read(root.resolve("status")));
        assertEquals(List.of(), AllowedNodes.read(root.resolve("absent")));
    }

    @Test
    void saysWhetherNodesWereDescribed() {
        assertTrue(Topology.read(RecordedSysfs.replay("2node.txt", root)).describesNodes());
        assertFalse(Topology.flat(2).describesNodes());
        assertFalse(Topology.read(root.resolve("absent")).describesNodes());
    }

    @Test
    void aMachineThatDoesNotTellItsCoresHasOneForEachProcessor() {
        RecordedSysfs.replay("2node-smt.txt", root);
        Topology topology =
                Topology.read(RecordedSysfs.write(root, Map.of("cpu/cpu0/topology/thread_siblings_list", "?")));
        assertEquals(0, topology.coreOf(1));
        assertEquals(2, topology.coreOf(3));
        assertEquals(99, topology.coreOf(99));
    }

    @Test
    void flatHasEveryProcessorOnOneNode() {
        Topology topology = Topology.flat(3);
        assertEquals(List.of(0, 1, 2), topology.nodes().get(0).cpus());
        assertEquals(0, topology.nodeOfWorker(17));
        assertEquals(2, topology.cpuOfWorker(17));
        assertThrows(IllegalArgumentException.class, () -> Topology.flat(0));
    }

    @Test
    void refusesAMachineThatCannotRun() {
        NumaNode memoryOnly = new NumaNode(0, List.of(), 1, List.of(10));
        NumaNode cpusOnly = new NumaNode(0, List.of(0), 0, List.of(10));
        assertThrows(IllegalArgumentException.class, () -> new Topology(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Topology(List.of(memoryOnly)));
        assertThrows(IllegalArgumentException.class, () -> new Topology(List.of(cpusOnly)));
        assertThrows(IllegalArgumentException.class, () -> new NumaNode(-1, List.of(), 0, List.of()));
        assertThrows(IllegalArgumentException.class, () -> new NumaNode(0, List.of(), -1, List.of()));
    }

    @Test
    void readsThisMachine() {
        Topology topology = Topology.read(Topology.SYSFS_ROOT);
        assertTrue(topology.cpuCount() >= 1);
        assertTrue(topology.nodeOfWorker(0) >= 0);
        Topology own = Topology.ofThisProcess();
        assertTrue(own.cpuCount() <= topology.cpuCount());
        assertFalse(own.memoryNodes().isEmpty());
    }
}
