package dev.millrace.allocator;

import dev.millrace.numa.CpuPinning;
import dev.millrace.numa.NumaNode;
import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.Rung;
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
    private final HomeNodes homes;
    private final long base;
    private final long rangeBytes;
    private final boolean hasHugePages;
    private final Rung rung;
    private final Instruments instruments;
    private final Placement placement;
    private final List<NodeHeap> heaps;

    private NodeRanges(
            AllocatorConfig config,
            HomeNodes homes,
            Placement placement,
            RangeSource ranges,
            LongSupplier nanoClock,
            long base,
            Instruments instruments) {
        this.ranges = ranges;
        this.homes = homes;
        this.placement = placement;
        this.instruments = instruments;
        this.base = base;
        rangeBytes = rangeBytes(config);
        hasHugePages = MemoryPolicies.adviseHugePages(config, ranges, base, reservedBytes());
        heaps = new ArrayList<>(homes.count());
        boolean isPlaced = true;
        for (int position = 0; position < homes.count(); position++) {
            NumaNode node = homes.node(position);
            long start = base + position * rangeBytes;
            isPlaced &= MemoryPolicies.bind(config, placement, start, rangeBytes, node);
            heaps.add(newHeap(config, chunkMemory(node), nanoClock, start));
        }
        // Where no range can be bound at all, the rung says so itself.
        rung = isPlaced || !placement.rung().bindsRanges() ? placement.rung() : Rung.FLAT;
    }

    /**
     * Reserves the addresses, and says what is wished for.
     *
     * @throws dev.millrace.numa.ReservationException if the operating system has no addresses left
     */
    static NodeRanges reserve(
            AllocatorConfig config, HomeNodes homes, Placement placement, RangeSource ranges, LongSupplier nanoClock) {
        long reservedBytes = Math.multiplyExact(rangeBytes(config), homes.count());
        long base = MemoryPolicies.reserve(config, ranges, reservedBytes);
        try {
            Watch.Span reservation = new Watch.Span(base, reservedBytes);
            Instruments instruments = Instruments.open(config, ranges, reservation, rangeBytes(config));
            return over(instruments, config, homes, placement, ranges, nanoClock, base);
        } catch (RuntimeException | Error e) {
            ranges.release(base, reservedBytes);
            throw e;
        }
    }

    private static NodeRanges over(
            Instruments instruments,
            AllocatorConfig config,
            HomeNodes homes,
            Placement placement,
            RangeSource ranges,
            LongSupplier nanoClock,
            long base) {
        try {
            return new NodeRanges(config, homes, placement, ranges, nanoClock, base, instruments);
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
        for (int position = 0; position < homes.count(); position++) {
            nodes.add(new StatisticsReader.Node(homes.node(position).id(), heaps.get(position)));
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

    /** All nodes, the one at a position first, then by distance from it. */
    NodeHeap[] nearestFirst(int position) {
        return homes.nearestFirst(position).stream().map(heaps::get).toArray(NodeHeap[]::new);
    }

    /** Which nodes these are. */
    HomeNodes homes() {
        return homes;
    }

    /** Why it is this rung. */
    String placementReason() {
        return placement.reason();
    }

    /**
     * Puts memory behind what the budget needs, by a thread on each node.
     *
     * @return the bytes that have memory now
     */
    long preTouch(AllocatorConfig config) {
        PreTouch touch = new PreTouch(ranges, CpuPinning.detect(), hasHugePages);
        for (int position = 0; position < homes.count(); position++) {
            NodeHeap heap = heaps.get(position);
            long backedBytes = heap.back(shareChunks(config));
            if (backedBytes > 0) {
                touch.begin(heap.start(), backedBytes, homes.node(position));
            }
        }
        return touch.await();
    }

    long reservedBytes() {
        return rangeBytes * homes.count();
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

    private ChunkMemory chunkMemory(NumaNode node) {
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

            @Override
            public boolean giveBackPages(long free, long freeBytes, long address, long bytes) {
                return instruments.ranges().giveBackPages(free, freeBytes, address, bytes);
            }

            @Override
            public boolean setHuge(long address, boolean mayBeHuge) {
                return hasHugePages
                        && (mayBeHuge
                                ? instruments.ranges().adviseHugePages(address, ChunkHeap.CHUNK_BYTES)
                                : instruments.ranges().adviseSmallPages(address, ChunkHeap.CHUNK_BYTES));
            }

            @Override
            public void useAgain(long address, long bytes) {
                placement.firstTouch(address, bytes, node, SMALL_PAGE_BYTES);
            }
        };
    }

    private NodeHeap newHeap(AllocatorConfig config, ChunkMemory memory, LongSupplier nanoClock, long start) {
        TierSizes tiers = config.tiers();
        long shareBytes = config.memoryBytes() / homes.count();
        int shareChunks = shareChunks(config);
        int floorChunks = Math.toIntExact(tiers.floorBytes() / ChunkHeap.CHUNK_BYTES);
        if (config.preTouches()) {
            // What was touched beforehand was meant to stay.
            floorChunks = Math.max(floorChunks, shareChunks);
        }
        int maxBackedChunks = Math.max(MIN_BACKED_CHUNKS, shareChunks);
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
        long bytes = 2 * config.memoryBytes() + SLACK_BYTES + (config.workers() + Handles.OTHERS) * HANDLE_SLACK_BYTES;
        return (bytes + RangeSource.ALIGNMENT_BYTES - 1) & -RangeSource.ALIGNMENT_BYTES;
    }

    /** A node's part of the budget. */
    private int shareChunks(AllocatorConfig config) {
        return Math.toIntExact(Math.max(1, config.memoryBytes() / homes.count() / ChunkHeap.CHUNK_BYTES));
    }
}
