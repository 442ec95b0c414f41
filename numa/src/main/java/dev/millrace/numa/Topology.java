package dev.millrace.numa;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What the machine looks like: its nodes, their processors and memory, and how far they are from each other.
 *
 * <p>Immutable; any thread may read it. Nodes are known by a dense index, their position in {@link #nodes()};
 * {@link NumaNode#id} is what the kernel calls them. There is always at least one node with a processor and one with
 * memory.
 *
 * @param nodes the nodes, ascending by kernel id
 * @param cores the processors that share a core, for each core that has several, ascending; what is not named here has a
 *     core of its own
 */
public record Topology(List<NumaNode> nodes, List<List<Integer>> cores) {
    /** Where Linux describes the machine. */
    public static final Path SYSFS_ROOT = Path.of("/sys/devices/system");

    /** What a flat node claims to have: there is memory, and nobody counted it. */
    static final long UNCOUNTED_BYTES = Long.MAX_VALUE;

    public Topology {
        nodes = List.copyOf(nodes);
        cores = cores.stream().map(List::copyOf).toList();
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

    /** A machine whose processors have a core each. */
    public Topology(List<NumaNode> nodes) {
        this(nodes, List.of());
    }

    /**
     * The machine as this process may use it: without the processors that the calling thread is kept from, by a container, a
     * cpuset or {@code taskset}, and without memory that the process is kept from. Never throws.
     */
    public static Topology ofThisProcess() {
        return read(SYSFS_ROOT)
                .restrictedTo(CpuPinning.detect().currentAffinity())
                .restrictedToMemory(AllowedNodes.read(AllowedNodes.OF_THIS_PROCESS));
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
        List<NumaNode> restricted = changed(node -> new NumaNode(
                node.id(),
                node.cpus().stream().filter(allowed::contains).toList(),
                node.memoryBytes(),
                node.distances()));
        return restricted.stream().anyMatch(NumaNode::hasCpus) ? new Topology(restricted, cores) : this;
    }

    /**
     * The same machine with memory on only some of its nodes, as a process sees it that may use no other. Nodes stay, so
     * that dense indexes stay.
     *
     * @param allowedIds kernel ids
     * @return this topology if no memory would be left
     */
    public Topology restrictedToMemory(Collection<Integer> allowedIds) {
        List<NumaNode> restricted = changed(node -> new NumaNode(
                node.id(), node.cpus(), allowedIds.contains(node.id()) ? node.memoryBytes() : 0, node.distances()));
        return restricted.stream().anyMatch(NumaNode::hasMemory) ? new Topology(restricted, cores) : this;
    }

    private List<NumaNode> changed(UnaryOperator<NumaNode> change) {
        return nodes.stream().map(change).toList();
    }

    /** Says whether this was read from a description of nodes; otherwise it is one node that stands for all there is. */
    public boolean describesNodes() {
        return nodes.stream().noneMatch(node -> node.memoryBytes() == UNCOUNTED_BYTES);
    }

    /** The nodes that have memory, by dense index, ascending. */
    public List<Integer> memoryNodes() {
        return IntStream.range(0, nodes.size())
                .filter(index -> nodes.get(index).hasMemory())
                .boxed()
                .toList();
    }

    /** The cost of reaching the memory of one node from another, both by dense index; 10 is local. */
    public int distance(int from, int to) {
        return nodes.get(from).distances().get(to);
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

    /** The lowest processor of the core that a processor belongs to: a name for the core. */
    public int coreOf(int cpu) {
        for (List<Integer> core : cores) {
            if (core.contains(cpu)) {
                return core.get(0);
            }
        }
        return cpu;
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
            if (nodes.get(to).hasMemory() && (nearest < 0 || distance(index, to) < distance(index, nearest))) {
                nearest = to;
            }
        }
        return nearest;
    }

    /**
     * The node a worker belongs to: see {@link WorkerLayout}.
     *
     * @return a dense index
     */
    public int nodeOfWorker(int workerIndex) {
        return CpuDeal.of(this).seat(workerIndex).node();
    }

    /**
     * The processor a worker belongs to: see {@link WorkerLayout}.
     *
     * @return the kernel's number of the processor
     */
    public int cpuOfWorker(int workerIndex) {
        return CpuDeal.of(this).seat(workerIndex).cpu();
    }
}
