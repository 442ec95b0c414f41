package dev.millrace.numa;

import java.util.List;

/**
 * One node of the machine: processors and the memory next to them. Either may be absent.
 *
 * <p>Immutable; any thread may read it.
 *
 * @param id the kernel's number, which may leave gaps; the dense index is the position in {@link Topology#nodes()}
 * @param cpus the kernel's numbers of its processors, ascending; empty for a node that is memory only
 * @param memoryBytes its memory; 0 for a node that has processors only
 * @param distances the cost of reaching each node, by dense index; 10 is local
 */
public record NumaNode(int id, List<Integer> cpus, long memoryBytes, List<Integer> distances) {
    /** The distance of a node to itself, by the firmware's convention. */
    public static final int LOCAL_DISTANCE = 10;

    public NumaNode {
        if (id < 0) {
            throw new IllegalArgumentException("node id must not be negative: id=" + id);
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("node memory must not be negative: memoryBytes=" + memoryBytes);
        }
        cpus = List.copyOf(cpus);
        distances = List.copyOf(distances);
    }

    /** Says whether memory can be placed here. */
    public boolean hasMemory() {
        return memoryBytes > 0;
    }

    /** Says whether a thread can run here. */
    public boolean hasCpus() {
        return !cpus.isEmpty();
    }
}
