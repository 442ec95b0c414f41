package dev.millrace.engine.internal.runtime;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which handle of the allocator is whose. A worker's own handle has its number. Behind those come, for each worker and
 * each node where another worker lives, one more: for tasks from there that it steals, so that their memory stays at home.
 * The last ones are for threads that are no workers, one a node.
 *
 * <p>Immutable; any thread may read it.
 */
public final class HandlePlan {
    private static final int NONE = -1;

    /** So many handles may lie on other nodes for each that is needed: the processors of all nodes are dealt round and round. */
    private static final int MOST_SKIPPED = 4096;

    private final int[] nodes;
    /** By worker and node; the last row is for other threads. */
    private final int[][] handles;

    private final int count;

    private HandlePlan(int[] nodes, int[][] handles, int count) {
        this.nodes = nodes;
        this.handles = handles;
        this.count = count;
    }

    /** @param nodeOfHandle where the allocator puts the handle with a number */
    public static HandlePlan of(int workers, IntUnaryOperator nodeOfHandle) {
        int[] nodes = IntStream.range(0, workers).map(nodeOfHandle).toArray();
        int nodeCount = Arrays.stream(nodes).max().orElse(0) + 1;
        int[][] handles = new int[workers + 1][nodeCount];
        for (int[] row : handles) {
            Arrays.fill(row, NONE);
        }
        int missing = (int) Arrays.stream(nodes).distinct().count() * (workers + 1) - workers;
        for (int worker = 0; worker < workers; worker++) {
            handles[worker][nodes[worker]] = worker;
        }
        int limit = workers + missing * MOST_SKIPPED;
        int next = workers;
        for (; missing > 0 && next < limit; next++) {
            int node = nodeOfHandle.applyAsInt(next);
            if (node < nodeCount && isHome(nodes, node) && give(handles, node, next)) {
                missing--;
            }
        }
        if (missing > 0) {
            throw new IllegalStateException("no handle lies on a node where workers live: workers=" + workers
                    + ", looked at=" + limit + ", missing=" + missing);
        }
        return new HandlePlan(nodes, handles, next);
    }

    private static boolean isHome(int[] nodes, int node) {
        return Arrays.stream(nodes).anyMatch(home -> home == node);
    }

    private static boolean give(int[][] handles, int node, int handle) {
        for (int[] row : handles) {
            if (row[node] == NONE) {
                row[node] = handle;
                return true;
            }
        }
        return false;
    }

    /** How many handles there must be. */
    public int count() {
        return count;
    }

    /** The node of a worker. */
    public int nodeOf(int worker) {
        return nodes[worker];
    }

    /** The handle of a worker for memory of the node where another one lives. */
    int handle(int worker, int home) {
        return handles[worker][nodes[home]];
    }

    /** The handle of other threads for memory of the node where a worker lives. */
    int outside(int home) {
        return handles[handles.length - 1][nodes[home]];
    }

    /** All handles that a worker uses. */
    int[] handlesOf(int worker) {
        return used(handles[worker]);
    }

    /** All handles of other threads. */
    int[] handlesOutside() {
        return used(handles[handles.length - 1]);
    }

    private static int[] used(int[] row) {
        return Arrays.stream(row).filter(handle -> handle != NONE).toArray();
    }
}
