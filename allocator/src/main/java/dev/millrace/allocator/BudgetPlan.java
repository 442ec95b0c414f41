package dev.millrace.allocator;

import java.util.List;
import java.util.Map;

/**
 * What a tree of budgets is made from: the configuration, and the nodes that workers take memory from.
 *
 * <p>Limits of a pool are those of the whole process. Each node has the part of them that its workers make up.
 *
 * @param limitBytes the budget of the process
 * @param reserveBytes what of it is kept for barriers and freeing paths
 * @param nodeIds the kernel's numbers of the nodes, by dense index
 * @param workers how many workers take memory from each node
 * @param nodeLimits by the kernel's number; a node without has none
 * @param poolLimits by pool; a pool without has none
 * @param handleCount how many handles claim credit
 */
record BudgetPlan(
        long limitBytes,
        long reserveBytes,
        List<Integer> nodeIds,
        List<Integer> workers,
        Map<Integer, MemoryLimits> nodeLimits,
        Map<MemoryPool, MemoryLimits> poolLimits,
        int handleCount) {
    BudgetPlan {
        nodeIds = List.copyOf(nodeIds);
        workers = List.copyOf(workers);
        nodeLimits = Map.copyOf(nodeLimits);
        poolLimits = Map.copyOf(poolLimits);
        checkNodes(nodeIds, nodeLimits);
        checkMinimaOfNodes(nodeIds, workers, nodeLimits, poolLimits);
        checkMinima(limitBytes, reserveBytes, nodeIds, workers, nodeLimits, poolLimits);
    }

    static BudgetPlan plain(long limitBytes, int handleCount) {
        return new BudgetPlan(limitBytes, 0, List.of(0), List.of(1), Map.of(), Map.of(), handleCount);
    }

    static BudgetPlan of(AllocatorConfig config, List<Integer> nodeIds, List<Integer> workers, int handleCount) {
        return new BudgetPlan(
                config.memoryBytes(), config.reserve(), nodeIds, workers, config.nodes(), config.pools(), handleCount);
    }

    int nodeCount() {
        return nodeIds.size();
    }

    String nodeName(int node) {
        return Integer.toString(nodeIds.get(node));
    }

    MemoryLimits node(int node) {
        return nodeLimits.getOrDefault(nodeIds.get(node), MemoryLimits.NONE);
    }

    MemoryLimits pool(int node, MemoryPool pool) {
        return pool(node, pool, workers, poolLimits);
    }

    private static MemoryLimits pool(
            int node, MemoryPool pool, List<Integer> workers, Map<MemoryPool, MemoryLimits> limits) {
        return part(limits.getOrDefault(pool, MemoryLimits.NONE), node, workers);
    }

    /** The part of limits of the whole process that a node has. */
    MemoryLimits part(MemoryLimits limits, int node) {
        return part(limits, node, workers);
    }

    private static MemoryLimits part(MemoryLimits limits, int node, List<Integer> workers) {
        long before =
                workers.subList(0, node).stream().mapToLong(Integer::longValue).sum();
        long all = workers.stream().mapToLong(Integer::longValue).sum();
        return limits.part(before, workers.get(node), all);
    }

    private static void checkNodes(List<Integer> nodeIds, Map<Integer, MemoryLimits> nodeLimits) {
        for (int id : nodeLimits.keySet()) {
            if (!nodeIds.contains(id)) {
                throw new IllegalArgumentException("no such node to limit: node=" + id + ", known=" + nodeIds
                        + "; limit one of those that workers take memory from, or have more workers");
            }
        }
    }

    private static void checkMinimaOfNodes(
            List<Integer> nodeIds,
            List<Integer> workers,
            Map<Integer, MemoryLimits> nodeLimits,
            Map<MemoryPool, MemoryLimits> poolLimits) {
        for (int node = 0; node < nodeIds.size(); node++) {
            Arithmetic minima = new Arithmetic();
            addPools(minima, "", node, workers, poolLimits);
            long maxBytes = nodeLimits
                    .getOrDefault(nodeIds.get(node), MemoryLimits.NONE)
                    .maxBytes();
            if (minima.sum() > maxBytes) {
                throw new IllegalArgumentException("guaranteed minima do not fit their node: " + minima + ", node="
                        + nodeIds.get(node) + ", maxBytes=" + maxBytes + "; lower a minimum by "
                        + (minima.sum() - maxBytes) + " bytes, or raise the maximum of the node");
            }
        }
    }

    private static void checkMinima(
            long limitBytes,
            long reserveBytes,
            List<Integer> nodeIds,
            List<Integer> workers,
            Map<Integer, MemoryLimits> nodeLimits,
            Map<MemoryPool, MemoryLimits> poolLimits) {
        Arithmetic minima = new Arithmetic();
        for (int node = 0; node < nodeIds.size(); node++) {
            int id = nodeIds.get(node);
            String prefix = nodeIds.size() == 1 ? "" : "node." + id + ".";
            Arithmetic ofPools = new Arithmetic();
            addPools(ofPools, "", node, workers, poolLimits);
            long ofNode = nodeLimits.getOrDefault(id, MemoryLimits.NONE).minBytes();
            if (ofNode > ofPools.sum()) {
                minima.add("node." + id, ofNode);
            } else {
                addPools(minima, prefix, node, workers, poolLimits);
            }
        }
        minima.add("reserve", reserveBytes);
        if (minima.sum() > limitBytes) {
            throw new IllegalArgumentException("guaranteed minima do not fit the memory budget: " + minima
                    + ", memoryBytes=" + limitBytes + "; lower a minimum by " + (minima.sum() - limitBytes)
                    + " bytes, or give memoryBytes=" + minima.sum());
        }
    }

    private static void addPools(
            Arithmetic minima,
            String prefix,
            int node,
            List<Integer> workers,
            Map<MemoryPool, MemoryLimits> poolLimits) {
        for (MemoryPool pool : MemoryPool.values()) {
            minima.add(
                    prefix + "pool." + pool.name(),
                    pool(node, pool, workers, poolLimits).minBytes());
        }
    }
}
