package dev.millrace.allocator;

import dev.millrace.numa.NumaNode;
import dev.millrace.numa.Placement;
import dev.millrace.numa.Rung;
import dev.millrace.numa.Topology;
import java.util.List;

/** Spreads what is to be bound to a node over all nodes that have memory. As {@link Placement} says of threads. */
record InterleavedPlacement(Placement placement, List<NumaNode> nodes) implements Placement {
    static InterleavedPlacement over(Placement placement, Topology topology) {
        return new InterleavedPlacement(
                placement, topology.nodes().stream().filter(NumaNode::hasMemory).toList());
    }

    @Override
    public Rung rung() {
        return placement.rung();
    }

    @Override
    public String reason() {
        return placement.reason() + ", interleaved";
    }

    @Override
    public boolean bindPreferred(long address, long bytes, NumaNode node) {
        return placement.interleave(address, bytes, nodes);
    }

    @Override
    public boolean firstTouch(long address, long bytes, NumaNode node, long pageBytes) {
        return rung().bindsRanges();
    }

    @Override
    public int nodeOf(long address) {
        return placement.nodeOf(address);
    }

    @Override
    public int nodesOf(long[] addresses, int[] nodeIds) {
        return placement.nodesOf(addresses, nodeIds);
    }
}
