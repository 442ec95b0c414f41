package dev.millrace.numa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The processors of a machine in the order in which workers get them.
 *
 * <p>First one processor of each core, then the second of each core that has one, and so on. Within such a round the nodes
 * take turns, until each has given all it has. So any number of workers uses the memory of all nodes, no two workers share a
 * core while another core is idle, and no two share a processor while another one is idle.
 *
 * @param seats one a processor
 */
record CpuDeal(List<Seat> seats) {
    /**
     * A processor and the node that it is on.
     *
     * @param cpu the kernel's number
     * @param node a dense index
     */
    record Seat(int cpu, int node) {}

    static CpuDeal of(Topology topology) {
        int cpuCount = topology.cpuCount();
        List<Seat> seats = new ArrayList<>(cpuCount);
        Map<Integer, Integer> cores = coreByCpu(topology);
        Set<Integer> dealt = new HashSet<>();
        while (seats.size() < cpuCount) {
            List<List<Integer>> round = new ArrayList<>();
            for (NumaNode node : topology.nodes()) {
                round.add(oneOfEachCore(cores, node, dealt));
            }
            round.forEach(dealt::addAll);
            takeTurns(round, seats);
        }
        return new CpuDeal(seats);
    }

    private static Map<Integer, Integer> coreByCpu(Topology topology) {
        Map<Integer, Integer> cores = new HashMap<>();
        for (List<Integer> core : topology.cores()) {
            core.forEach(cpu -> cores.put(cpu, core.get(0)));
        }
        return cores;
    }

    /** The lowest processor of each core of a node that has one left. */
    private static List<Integer> oneOfEachCore(Map<Integer, Integer> cores, NumaNode node, Set<Integer> dealt) {
        List<Integer> cpus = new ArrayList<>();
        Set<Integer> coresUsed = new HashSet<>();
        for (int cpu : node.cpus()) {
            if (!dealt.contains(cpu) && coresUsed.add(cores.getOrDefault(cpu, cpu))) {
                cpus.add(cpu);
            }
        }
        return cpus;
    }

    private static void takeTurns(List<List<Integer>> round, List<Seat> seats) {
        int longest = round.stream().mapToInt(List::size).max().orElse(0);
        for (int turn = 0; turn < longest; turn++) {
            for (int node = 0; node < round.size(); node++) {
                if (turn < round.get(node).size()) {
                    seats.add(new Seat(round.get(node).get(turn), node));
                }
            }
        }
    }

    /** The seat of a worker; they are dealt again from the start once all are taken. */
    Seat seat(int workerIndex) {
        return seats.get(Math.floorMod(workerIndex, seats.size()));
    }
}
