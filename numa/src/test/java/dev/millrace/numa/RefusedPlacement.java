package dev.millrace.numa;

import com.sun.jna.Pointer;
import java.util.List;

/**
 * Places memory on every node of the machine while the kernel refuses all policy calls, and prints what came of it. Ends
 * with 1 if a page lies on the wrong node.
 */
final class RefusedPlacement {
    private static final long CHUNK_BYTES = RangeSource.ALIGNMENT_BYTES;
    private static final int CHUNKS = 4;
    private static final int PAGE_BYTES = 4096;

    private final Placement placement;
    private final RangeSource ranges = RangeSource.detect().orElseThrow();
    private final Topology topology = Topology.ofThisProcess();

    private RefusedPlacement(Placement placement) {
        this.placement = placement;
    }

    public static void main(String[] arguments) {
        RefusedPolicies.install(Integer.parseInt(arguments[0]));
        Placement placement = Placement.detect();
        System.out.println("rung=" + placement.rung());
        System.out.println("reason=" + placement.reason());
        int wrong = new RefusedPlacement(placement).wrongPages();
        System.out.println("wrong=" + wrong);
        System.exit(wrong == 0 ? 0 : 1);
    }

    /** One reservation with a range for each node, as an allocator has it. */
    private int wrongPages() {
        List<NumaNode> homes = topology.memoryNodes().stream()
                .map(topology.nodes()::get)
                .filter(NumaNode::hasCpus)
                .toList();
        long rangeBytes = CHUNKS * CHUNK_BYTES;
        long reservedBytes = rangeBytes * homes.size();
        long base = ranges.reserve(reservedBytes);
        ranges.adviseHugePages(base, reservedBytes);
        for (int i = 0; i < homes.size(); i++) {
            System.out.println("bound=" + placement.bindPreferred(base + i * rangeBytes, rangeBytes, homes.get(i)));
        }
        int wrong = 0;
        for (int i = 0; i < homes.size(); i++) {
            wrong += wrongPages(base + i * rangeBytes, homes.get(i));
        }
        ranges.release(base, reservedBytes);
        return wrong;
    }

    private int wrongPages(long start, NumaNode home) {
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            long address = start + chunk * CHUNK_BYTES;
            System.out.println("placed=" + placement.firstTouch(address, CHUNK_BYTES, home, CHUNK_BYTES));
            new Pointer(address).setMemory(0, CHUNK_BYTES, (byte) 7);
        }
        int pages = (int) (CHUNKS * CHUNK_BYTES / PAGE_BYTES);
        long[] addresses = new long[pages];
        for (int page = 0; page < pages; page++) {
            addresses[page] = start + (long) page * PAGE_BYTES;
        }
        int[] nodes = new int[pages];
        System.out.println("known=" + placement.nodesOf(addresses, nodes) + " of " + pages + " on node " + home.id());
        int wrong = 0;
        for (int node : nodes) {
            wrong += node == home.id() ? 0 : 1;
        }
        return wrong;
    }
}
