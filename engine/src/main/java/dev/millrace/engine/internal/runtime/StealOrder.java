package dev.millrace.engine.internal.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

/**
 * Whom a worker takes tasks from when it has none: first those on its own node, then the others, the nearest node first. Among
 * equals each begins with the worker behind it, so that not all of them ask the same one first.
 *
 * @param near by worker: those on its node
 * @param far by worker: those on other nodes
 */
public record StealOrder(List<List<Integer>> near, List<List<Integer>> far) {
    public StealOrder {
        near = near.stream().map(List::copyOf).toList();
        far = far.stream().map(List::copyOf).toList();
    }

    /**
     * The order on a machine.
     *
     * @param nodes the node of each worker
     * @param distance from one node to another
     */
    public static StealOrder of(List<Integer> nodes, IntBinaryOperator distance) {
        List<List<Integer>> near = new ArrayList<>();
        List<List<Integer>> far = new ArrayList<>();
        for (int worker = 0; worker < nodes.size(); worker++) {
            int self = worker;
            int node = nodes.get(worker);
            List<Integer> others = IntStream.range(1, nodes.size())
                    .mapToObj(step -> (self + step) % nodes.size())
                    .toList();
            near.add(others.stream().filter(other -> nodes.get(other) == node).toList());
            far.add(others.stream()
                    .filter(other -> nodes.get(other) != node)
                    .sorted(Comparator.comparingInt(other -> distance.applyAsInt(node, nodes.get(other))))
                    .toList());
        }
        return new StealOrder(near, far);
    }

    /** The order where all workers are on one node. */
    public static StealOrder flat(int workers) {
        return of(IntStream.range(0, workers).mapToObj(worker -> 0).toList(), (from, to) -> 0);
    }

    /** How many workers there are. */
    public int workers() {
        return near.size();
    }
}
