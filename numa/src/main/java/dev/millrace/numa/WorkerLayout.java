package dev.millrace.numa;

import java.util.ArrayList;
import java.util.List;

/**
 * Which worker runs on which processors, and which node its memory comes from.
 *
 * <p>Workers are dealt one processor each: the first of every core before the second of any, the nodes taking turns; once
 * every processor has a worker it starts over. A worker's memory comes from its node, or from the nearest that has any.
 * The same machine always gives the same layout.
 *
 * <p>Immutable; any thread may read it.
 *
 * @param topology the machine that the dense indexes speak of
 * @param seats one a worker, in their order
 */
public record WorkerLayout(Topology topology, List<Seat> seats) {
    /**
     * Where one worker belongs.
     *
     * @param cpus the kernel's numbers of the processors that it may run on, ascending
     * @param node the node of these processors, by dense index
     * @param memoryNode the node that its memory comes from, by dense index
     */
    public record Seat(int workerIndex, List<Integer> cpus, int node, int memoryNode) {
        public Seat {
            cpus = List.copyOf(cpus);
        }
    }

    public WorkerLayout {
        seats = List.copyOf(seats);
    }

    /**
     * The layout with one processor for each worker.
     *
     * @param workers at least 1
     */
    public static WorkerLayout of(Topology topology, int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("a layout needs a worker: workers=" + workers
                    + "; ask for one a processor at most, here " + topology.cpuCount());
        }
        CpuDeal deal = CpuDeal.of(topology);
        List<Seat> seats = new ArrayList<>(workers);
        for (int worker = 0; worker < workers; worker++) {
            CpuDeal.Seat seat = deal.seat(worker);
            seats.add(new Seat(worker, List.of(seat.cpu()), seat.node(), topology.nearestMemory(seat.node())));
        }
        return new WorkerLayout(topology, seats);
    }

    /** The same nodes, with each worker free to run on all processors of its node. */
    public WorkerLayout onWholeNodes() {
        List<Seat> wider = new ArrayList<>(seats.size());
        for (Seat seat : seats) {
            List<Integer> cpus = topology.nodes().get(seat.node()).cpus();
            wider.add(new Seat(seat.workerIndex(), cpus, seat.node(), seat.memoryNode()));
        }
        return new WorkerLayout(topology, wider);
    }

    /** The nodes that workers take memory from, by dense index, in the order of their first worker. */
    public List<Integer> memoryNodes() {
        return seats.stream().map(Seat::memoryNode).distinct().toList();
    }

    /**
     * A line for each worker, with the kernel's numbers, for a report at start. A core is named by its lowest processor;
     * a distance of 10 is local.
     *
     * <pre>
     *   worker  cpu       core  node  memory  distance
     *        0  0            0     0       0        10
     *        1  4            4     1       0        21
     * </pre>
     */
    public String table() {
        StringBuilder table = new StringBuilder("worker  cpu       core  node  memory  distance\n");
        for (Seat seat : seats) {
            table.append("%6d  %-8s  %4s  %4d  %6d  %8d%n"
                    .formatted(
                            seat.workerIndex(),
                            KernelList.format(seat.cpus()),
                            seat.cpus().size() == 1
                                    ? topology.coreOf(seat.cpus().get(0))
                                    : "any",
                            topology.nodes().get(seat.node()).id(),
                            topology.nodes().get(seat.memoryNode()).id(),
                            topology.distance(seat.node(), seat.memoryNode())));
        }
        return table.toString();
    }
}
