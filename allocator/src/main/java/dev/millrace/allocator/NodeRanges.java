package dev.millrace.allocator;

import dev.millrace.numa.NumaNode;
import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.Rung;
import dev.millrace.numa.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The one reservation of an allocator: a range for each node that workers take memory from, bound and advised before its
 * first touch, and the tiers that lie in it.
 *
 * <pre>
 *   base                 + rangeBytes
 *   | node of worker 0   | next node    | ...        each can hold the whole budget twice, and what slabs keep open
 * </pre>
 *
 * <p>Made and closed by the allocator that owns it; read by any thread.
 */
final class NodeRanges {
    /** Addresses beyond twice the budget: for slabs that are open in many kinds at once. */
    private static final long SLACK_BYTES = 128L << 20;

    /** Addresses for the slabs that a handle's magazines keep open. */
    private static final long HANDLE_SLACK_BYTES = 16L << 20;

    /** One part of the budget in this many may wait in depots. */
    private static final int DEPOT_PART = 32;

    /** One part of the budget in this many may wait in inboxes. */
    private static final int INBOX_PART = 64;

    /** Less would make a depot or an inbox useless. */
    private static final long MIN_BYTES_IN_BETWEEN = 512 << 10;

    /** Less would send memory back and forth under a small budget. */
    private static final int MIN_BACKED_CHUNKS = 4;

    private static final long SMALL_PAGE_BYTES = 4096;

    private final RangeSource ranges;
    private final Topology topology;
    private final List<Integer> homes;
    private final long base;
    private final long rangeBytes;
    private final boolean hasHugePages;
    private final Rung rung;
    private final Instruments instruments;
    private final Placement placement;
    private final List<NodeHeap> heaps;

    private NodeRanges(
            AllocatorConfig config,
            Topology topology,
            Placement placement,
            RangeSource ranges,
            LongSupplier nanoClock,
            long base,
            Instruments instruments) {
        this.ranges = ranges;
        this.topology = topology;
        this.placement = placement;
        this.instruments = instruments;
        this.base = base;
        homes = homes(topology, config.workers());
        rangeBytes = rangeBytes(config);
        hasHugePages =
                config.hugePages() != AllocatorConfig.HugePages.OFF && ranges.adviseHugePages(base, reservedBytes());
        heaps = new ArrayList<>(homes.size());
        boolean isPlaced = true;
        for (int home : homes) {
            NumaNode node = topology.nodes().get(home);
            long start = base + heaps.size() * rangeBytes;
            isPlaced &= place(config, placement, start, node);
            heaps.add(newHeap(config, chunkMemory(placement, node), nanoClock, start));
        }
        rung = isPlaced ? placement.rung() : Rung.FLAT;
    }

    /**
     * Reserves the addresses, and says what is wished for.
     *
     * @throws dev.millrace.numa.ReservationException if the operating system has no addresses left
     */
    static NodeRanges reserve(
            AllocatorConfig config,
            Topology topology,
            Placement placement,
            RangeSource ranges,
            LongSupplier nanoClock) {
        long reservedBytes = Math.multiplyExact(
                rangeBytes(config), homes(topology, config.workers()).size());
        long base = ranges.reserve(reservedBytes);
        try {
            Watch.Span reservation = new Watch.Span(base, reservedBytes);
            Instruments instruments = Instruments.open(config, ranges, reservation, rangeBytes(config));
            return over(instruments, config, topology, placement, ranges, nanoClock, base);
        } catch (RuntimeException | Error e) {
            ranges.release(base, reservedBytes);
            throw e;
        }
    }

    private static NodeRanges over(
            Instruments instruments,
            AllocatorConfig config,
            Topology topology,
            Placement placement,
            RangeSource ranges,
            LongSupplier nanoClock,
            long base) {
        try {
            return new NodeRanges(config, topology, placement, ranges, nanoClock, base, instruments);
        } catch (RuntimeException | Error e) {
            instruments.close();
            throw e;
        }
    }

    /** What watches and counts. */
    Instruments instruments() {
        return instruments;
    }

    /** Tells the instruments where the numbers are. Called once. */
    void connectInstruments(Budget budget, List<MagazineAllocator> handles) {
        List<StatisticsReader.Node> nodes = new ArrayList<>();
        for (int i = 0; i < homes.size(); i++) {
            nodes.add(
                    new StatisticsReader.Node(topology.nodes().get(homes.get(i)).id(), heaps.get(i)));
        }
        instruments.connect(budget, nodes, handles, placement, rung, hasHugePages);
    }

    /** What is known about every unit. */
    SlabTable table() {
        return instruments.table();
    }

    /** The nodes in the order of their ranges. */
    List<NodeHeap> heaps() {
        return heaps;
    }

    /** The nodes as a worker prefers them: its own, or the nearest with memory, then by distance. */
    NodeHeap[] heapsOfWorker(int worker) {
        int home = topology.nearestMemory(topology.nodeOfWorker(worker));
        NumaNode from = topology.nodes().get(home);
        List<Integer> order = new ArrayList<>(homes);
        order.sort((left, right) -> {
            int leftDistance = left == home ? 0 : from.distances().get(left);
            int rightDistance = right == home ? 0 : from.distances().get(right);
            return Integer.compare(leftDistance, rightDistance);
        });
        return order.stream().map(node -> heaps.get(homes.indexOf(node))).toArray(NodeHeap[]::new);
    }

    long reservedBytes() {
        return rangeBytes * homes.size();
    }

    boolean hasHugePages() {
        return hasHugePages;
    }

    /** How well memory is placed; flat if a range could not be. */
    Rung rung() {
        return rung;
    }

    /** Makes every address invalid, then gives the reservation back. */
    void close() {
        heaps.forEach(NodeHeap::close);
        instruments.close();
        ranges.release(base, reservedBytes());
    }

    private boolean place(AllocatorConfig config, Placement placement, long start, NumaNode node) {
        return switch (config.numa()) {
            case REQUIRED, PREFERRED, OFF ->
                placement.bindPreferred(start, rangeBytes, node) || placement.rung() == Rung.FIRST_TOUCH;
            case INTERLEAVE ->
                placement.interleave(
                        start,
                        rangeBytes,
                        topology.nodes().stream().filter(NumaNode::hasMemory).toList());
        };
    }

    private ChunkMemory chunkMemory(Placement placement, NumaNode node) {
        long pageBytes = hasHugePages ? ChunkHeap.CHUNK_BYTES : SMALL_PAGE_BYTES;
        return new ChunkMemory() {
            @Override
            public boolean commit(long address, long bytes) {
                if (!instruments.ranges().commit(address, bytes)) {
                    return false;
                }
                placement.firstTouch(address, bytes, node, pageBytes);
                return true;
            }

            @Override
            public boolean giveBack(long address, long bytes) {
                return instruments.ranges().giveBack(address, bytes);
            }
        };
    }

    private NodeHeap newHeap(AllocatorConfig config, ChunkMemory memory, LongSupplier nanoClock, long start) {
        TierSizes tiers = config.tiers();
        long shareBytes = config.memoryBytes() / homes.size();
        int floorChunks = Math.toIntExact(tiers.floorBytes() / ChunkHeap.CHUNK_BYTES);
        int maxBackedChunks = Math.toIntExact(Math.max(MIN_BACKED_CHUNKS, shareBytes / ChunkHeap.CHUNK_BYTES));
        int chunkCount = Math.toIntExact(rangeBytes / ChunkHeap.CHUNK_BYTES);
        ChunkHeap chunks = new ChunkHeap(
                memory,
                nanoClock,
                start,
                chunkCount,
                floorChunks,
                maxBackedChunks,
                tiers.decay().toNanos());
        Depot depot = new Depot(tiers.depotMagazines(), Math.max(MIN_BYTES_IN_BETWEEN, shareBytes / DEPOT_PART));
        NodeInbox inbox = new NodeInbox(Math.max(MIN_BYTES_IN_BETWEEN, shareBytes / INBOX_PART));
        return new NodeHeap(heaps.size(), instruments.table(), chunks, depot, inbox, start, rangeBytes);
    }

    /** Any pattern of sizes may keep half-empty slabs; each node can hold the whole budget. */
    private static long rangeBytes(AllocatorConfig config) {
        long bytes = 2 * config.memoryBytes() + SLACK_BYTES + (config.workers() + 1) * HANDLE_SLACK_BYTES;
        return (bytes + RangeSource.ALIGNMENT_BYTES - 1) & -RangeSource.ALIGNMENT_BYTES;
    }

    /** The nodes that workers take memory from, by dense index, without repetition. */
    private static List<Integer> homes(Topology topology, int workers) {
        List<Integer> homes = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            int home = topology.nearestMemory(topology.nodeOfWorker(worker));
            if (!homes.contains(home)) {
                homes.add(home);
            }
        }
        return homes;
    }
}
