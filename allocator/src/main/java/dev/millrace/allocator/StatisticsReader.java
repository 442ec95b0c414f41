package dev.millrace.allocator;

import dev.millrace.numa.Rung;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Puts snapshots together from what handles, slabs and nodes count anyway.
 *
 * <p>Any thread may read at any time. The data path pays nothing: what handles count is read without their knowledge, what
 * magazines hold is looked at without a lock, and each node's lock is held for one number.
 */
final class StatisticsReader {
    /** What belongs to one node. */
    record Node(int nodeId, NodeHeap heap) {}

    private final Budget budget;
    private final SlabTable table;
    private final List<Node> nodes;
    private final List<MagazineAllocator> handles;
    private final WatchedRanges ranges;
    private final Rung rung;
    private final boolean hasHugePages;

    StatisticsReader(
            Budget budget,
            SlabTable table,
            List<Node> nodes,
            List<MagazineAllocator> handles,
            WatchedRanges ranges,
            Rung rung,
            boolean hasHugePages) {
        this.budget = budget;
        this.table = table;
        this.nodes = List.copyOf(nodes);
        this.handles = List.copyOf(handles);
        this.ranges = ranges;
        this.rung = rung;
        this.hasHugePages = hasHugePages;
    }

    /** A snapshot of now. */
    MemoryStatistics read(PageStatistics pages) {
        List<NodeStatistics> byNode = new ArrayList<>();
        long[][] inMagazines = magazineBlocks();
        for (int node = 0; node < nodes.size(); node++) {
            byNode.add(node(node, inMagazines[node]));
        }
        return snapshot(byNode, pages, false);
    }

    /** What is left to say once nothing is held. */
    MemoryStatistics readClosed() {
        return snapshot(List.of(), PageStatistics.NOT_ASKED, true);
    }

    /** Live blocks by kind: exact while nobody allocates or frees. */
    long[] liveBlocksByKind() {
        long[] blocks = new long[SizeClasses.KIND_COUNT];
        for (int kind = 0; kind < blocks.length; kind++) {
            for (MagazineAllocator handle : handles) {
                blocks[kind] += handle.liveBlocks(kind);
            }
        }
        return blocks;
    }

    private MemoryStatistics snapshot(List<NodeStatistics> byNode, PageStatistics pages, boolean isClosed) {
        Map<MemoryPool, Long> live = new EnumMap<>(MemoryPool.class);
        Map<MemoryPool, Long> refusals = new EnumMap<>(MemoryPool.class);
        for (MemoryPool pool : MemoryPool.values()) {
            live.put(pool, isClosed ? 0 : sum(handle -> handle.liveBytes(pool)));
            refusals.put(pool, sum(handle -> handle.counters().refusals(pool)));
        }
        return new MemoryStatistics(
                budget.limitBytes(),
                byNode.stream().mapToLong(NodeStatistics::reservedBytes).sum(),
                byNode.stream().mapToLong(NodeStatistics::residentBytes).sum(),
                byNode.stream().mapToLong(NodeStatistics::slabBytes).sum(),
                live.values().stream().mapToLong(Long::longValue).sum(),
                live,
                budget.peakBytes(),
                sum(MagazineAllocator::blocksInMagazines),
                sum(handle -> handle.counters().refills()),
                sum(handle -> handle.counters().drains()),
                refusals.values().stream().mapToLong(Long::longValue).sum(),
                refusals,
                rung,
                hasHugePages,
                byNode,
                pages);
    }

    private NodeStatistics node(int index, long[] inMagazines) {
        Node node = nodes.get(index);
        NodeHeap heap = node.heap();
        return new NodeStatistics(
                node.nodeId(),
                heap.bytes(),
                heap.residentBytes(),
                heap.slabBytes(),
                sumAtHome(heap, handle -> handle.counters().refills()),
                sumAtHome(heap, handle -> handle.counters().drains()),
                sumAtHome(heap, handle -> handle.outbox().handedOver()),
                sumAtHome(heap, handle -> handle.counters().spills()),
                ranges.purgedBytes(index),
                classes(index, inMagazines));
    }

    private List<ClassStatistics> classes(int index, long[] inMagazines) {
        Node node = nodes.get(index);
        NodeHeap heap = node.heap();
        SlabCounts counts = heap.counts();
        long[] inInbox = heap.inbox().blocksByKind(table);
        List<ClassStatistics> classes = new ArrayList<>();
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            if (counts.slabs(kind) > 0) {
                int sizeClass = SizeClasses.classOfKind(kind);
                long blocks = counts.slabs(kind) * SizeClasses.blocksPerSlab(sizeClass);
                long free = counts.freeBlocks(kind)
                        + inMagazines[kind]
                        + heap.depot().blocks(kind)
                        + inInbox[kind];
                classes.add(new ClassStatistics(
                        node.nodeId(),
                        SizeClasses.poolOfKind(kind),
                        SizeClasses.blockBytesOfKind(kind),
                        (counts.slabs(kind) * SizeClasses.slabUnits(sizeClass)) << SizeClasses.UNIT_SHIFT,
                        Math.max(0, blocks - free),
                        inMagazines[kind],
                        heap.depot().blocks(kind),
                        inInbox[kind],
                        counts.freeBlocks(kind),
                        requestedShare(kind)));
            }
        }
        return classes;
    }

    /** By the node that each block lies on, then by kind. A block that another thread moves meanwhile may be missed. */
    private long[][] magazineBlocks() {
        long[][] blocks = new long[nodes.size()][SizeClasses.KIND_COUNT];
        for (MagazineAllocator handle : handles) {
            for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
                blocks[handle.home().index()][kind] += handle.blocksInMagazines(kind);
            }
            handle.outbox().addBlocks(table, blocks);
        }
        return blocks;
    }

    private double requestedShare(int kind) {
        long blocks = sum(handle -> handle.sampler().sampledBlocks(kind));
        long requested = sum(handle -> handle.sampler().requestedBytes(kind));
        return blocks == 0 ? 1 : (double) requested / (blocks * SizeClasses.blockBytesOfKind(kind));
    }

    private long sum(ToLongFunction<MagazineAllocator> value) {
        return handles.stream().mapToLong(value).sum();
    }

    private long sumAtHome(NodeHeap home, ToLongFunction<MagazineAllocator> value) {
        return handles.stream()
                .filter(handle -> handle.home() == home)
                .mapToLong(value)
                .sum();
    }
}
