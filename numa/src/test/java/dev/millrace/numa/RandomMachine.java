package dev.millrace.numa;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A machine of 1 to 6 nodes with some processors missing, some nodes bare, and gaps in the numbers. */
final class RandomMachine {
    private RandomMachine() {}

    static Topology of(SplittableRandom random) {
        int nodeCount = 1 + random.nextInt(6);
        int threadsOfACore = 1 + random.nextInt(3);
        int coreCount = 1 + random.nextInt(5);
        List<NumaNode> nodes = new ArrayList<>();
        List<List<Integer>> cores = new ArrayList<>();
        int cpuSpan = nodeCount * coreCount;
        int id = 0;
        for (int node = 0; node < nodeCount; node++) {
            List<Integer> cpus = new ArrayList<>();
            for (int core = 0; core < coreCount; core++) {
                List<Integer> threads = new ArrayList<>();
                for (int thread = 0; thread < threadsOfACore; thread++) {
                    threads.add(node * coreCount + core + thread * cpuSpan);
                }
                cores.add(threads);
                threads.stream().filter(cpu -> random.nextInt(4) > 0).forEach(cpus::add);
            }
            boolean isLast = node == nodeCount - 1;
            if (isLast && cpus.isEmpty()) {
                cpus.add(node * coreCount);
            }
            cpus.sort(null);
            long memoryBytes = isLast || random.nextInt(4) > 0 ? 1 << 20 : 0;
            nodes.add(new NumaNode(id, cpus, memoryBytes, distances(random, node, nodeCount)));
            id += 1 + random.nextInt(3);
        }
        return new Topology(nodes, cores);
    }

    private static List<Integer> distances(SplittableRandom random, int from, int nodeCount) {
        List<Integer> distances = new ArrayList<>();
        for (int to = 0; to < nodeCount; to++) {
            distances.add(to == from ? NumaNode.LOCAL_DISTANCE : 11 + random.nextInt(30));
        }
        return distances;
    }
}
