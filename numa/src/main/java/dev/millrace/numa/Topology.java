package dev.millrace.numa;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the machine looks like: its nodes, their processors and memory, and how far they are from each other.
 *
 * <p>Immutable; any thread may read it. Nodes are known by a dense index, their position in {@link #nodes()};
 * {@link NumaNode#id} is what the kernel calls them. There is always at least one node with a processor and one with
 * memory.
 *
 * @param nodes the nodes, ascending by kernel id
 */
public record Topology(List<NumaNode> nodes) {
    /** Where Linux describes the machine. */
    public static final Path SYSFS_ROOT = Path.of("/sys/devices/system");

    /** What a flat node claims to have: there is memory, and nobody counted it. */
    static final long UNCOUNTED_BYTES = Long.MAX_VALUE;

    public Topology {
        nodes = List.copyOf(nodes);
        if (nodes.stream().noneMatch(NumaNode::hasCpus) || nodes.stream().noneMatch(NumaNode::hasMemory)) {
            throw new IllegalArgumentException(
                    "a machine needs a node with processors and one with memory: nodes=" + nodes);
        }
        for (NumaNode node : nodes) {
            if (node.distances().size() != nodes.size()) {
                throw new IllegalArgumentException("a node must name its distance to every node: node=" + node.id()
                        + ", distances=" + node.distances() + ", nodeCount=" + nodes.size());
            }
        }
    }

    /**
     * Reads the machine's description; whatever is missing or damaged makes it one flat node of all processors.
     *
     * @param sysfsRoot the folder that holds {@code node} and {@code cpu}; normally {@link #SYSFS_ROOT}
     */
    public static Topology read(Path sysfsRoot) {
        return SysfsReader.read(sysfsRoot);
    }

    /** One node with processors 0 to {@code cpuCount - 1} and memory of unknown size. */
    public static Topology flat(int cpuCount) {
        if (cpuCount < 1) {
            throw new IllegalArgumentException("a machine has a processor: cpuCount=" + cpuCount);
        }
        List<Integer> cpus = new ArrayList<>(cpuCount);
        for (int cpu = 0; cpu < cpuCount; cpu++) {
            cpus.add(cpu);
        }
        return new Topology(List.of(new NumaNode(0, cpus, UNCOUNTED_BYTES, List.of(NumaNode.LOCAL_DISTANCE))));
    }

    /**
     * The same machine with only some of its processors, as a process sees it that may use no others. Nodes stay, even
     * if they lose all processors, so that dense indexes stay.
     *
     * @return this topology if none of its processors would be left
     */
    public Topology restrictedTo(Collection<Integer> allowedCpus) {
        Set<Integer> allowed = new HashSet<>(allowedCpus);
        List<NumaNode> restricted = new ArrayList<>(nodes.size());
        boolean anyLeft = false;
        for (NumaNode node : nodes) {
            List<Integer> cpus = node.cpus().stream().filter(allowed::contains).toList();
            anyLeft |= !cpus.isEmpty();
            restricted.add(new NumaNode(node.id(), cpus, node.memoryBytes(), node.distances()));
        }
        return anyLeft ? new Topology(restricted) : this;
    }

    /** The number of processors on all nodes. */
    public int cpuCount() {
        return nodes.stream().mapToInt(node -> node.cpus().size()).sum();
    }

    /**
     * The dense index of the node with a kernel id.
     *
     * @return −1 if there is none
     */
    public int indexOfId(int kernelId) {
        for (int index = 0; index < nodes.size(); index++) {
            if (nodes.get(index).id() == kernelId) {
                return index;
            }
        }
        return -1;
    }

    /**
     * The dense index of the node that has a processor.
     *
     * @return −1 if there is none
     */
    public int indexOfCpu(int cpu) {
        for (int index = 0; index < nodes.size(); index++) {
            if (nodes.get(index).cpus().contains(cpu)) {
                return index;
            }
        }
        return -1;
    }

    /**
     * The node with memory that a node reaches at the least cost: itself if it has any. Ties go to the lower index.
     *
     * @param index a dense index
     * @return a dense index
     */
    public int nearestMemory(int index) {
        NumaNode from = nodes.get(index);
        if (from.hasMemory()) {
            return index;
        }
        int nearest = -1;
        for (int to = 0; to < nodes.size(); to++) {
            if (nodes.get(to).hasMemory()
                    && (nearest < 0
                            || from.distances().get(to) < from.distances().get(nearest))) {
                nearest = to;
            }
        }
        return nearest;
    }

    /**
     * The node a worker belongs to: workers go round the nodes that have processors, so that any number of workers uses
     * the memory of all nodes.
     *
     * @return a dense index
     */
    public int nodeOfWorker(int workerIndex) {
        List<Integer> homes = nodesWithCpus();
        return homes.get(Math.floorMod(workerIndex, homes.size()));
    }

    /**
     * The processor a worker belongs to: the next one of its node, from the start again once all have a worker.
     *
     * @return the kernel's number of the processor
     */
    public int cpuOfWorker(int workerIndex) {
        List<Integer> cpus = nodes.get(nodeOfWorker(workerIndex)).cpus();
        return cpus.get(Math.floorMod(Math.floorDiv(workerIndex, nodesWithCpus().size()), cpus.size()));
    }

    private List<Integer> nodesWithCpus() {
        List<Integer> homes = new ArrayList<>(nodes.size());
        for (int index = 0; index < nodes.size(); index++) {
            if (nodes.get(index).hasCpus()) {
                homes.add(index);
            }
        }
        return homes;
    }
}
