package dev.millrace.allocator;

import dev.millrace.numa.NumaNode;
import dev.millrace.numa.Topology;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The nodes that workers take memory from, without repetition, in the order in which workers come to them. Immutable.
 *
 * @param topology the machine
 * @param nodes by the dense index of the topology
 * @param ofWorker for each worker the position of its node in {@code nodes}
 */
record HomeNodes(Topology topology, List<Integer> nodes, List<Integer> ofWorker) {
    static HomeNodes of(Topology topology, int workers) {
        List<Integer> nodes = new ArrayList<>();
        List<Integer> ofWorker = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            int home = topology.nearestMemory(topology.nodeOfWorker(worker));
            if (!nodes.contains(home)) {
                nodes.add(home);
            }
            ofWorker.add(nodes.indexOf(home));
        }
        return new HomeNodes(topology, List.copyOf(nodes), List.copyOf(ofWorker));
    }

    int count() {
        return nodes.size();
    }

    /** The node at a position. */
    NumaNode node(int position) {
        return topology.nodes().get(nodes.get(position));
    }

    /** The kernel's numbers of the nodes. */
    List<Integer> ids() {
        return nodes.stream().map(node -> topology.nodes().get(node).id()).toList();
    }

    /** How many workers take memory from each node. */
    List<Integer> workerCounts() {
        return nodes.stream()
                .map(node -> Collections.frequency(ofWorker, nodes.indexOf(node)))
                .toList();
    }

    /** All positions, the given one first, then by distance from it. */
    List<Integer> nearestFirst(int position) {
        NumaNode from = node(position);
        List<Integer> order = new ArrayList<>();
        for (int other = 0; other < count(); other++) {
            order.add(other);
        }
        order.sort((left, right) -> {
            int leftDistance = left == position ? 0 : from.distances().get(nodes.get(left));
            int rightDistance = right == position ? 0 : from.distances().get(nodes.get(right));
            return Integer.compare(leftDistance, rightDistance);
        });
        return order;
    }
}
