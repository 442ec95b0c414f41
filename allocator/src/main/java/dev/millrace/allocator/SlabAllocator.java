package dev.millrace.allocator;

import dev.millrace.numa.CpuPinning;
import dev.millrace.numa.NumaNode;
import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.Rung;
import dev.millrace.numa.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;

/**
 * The owner of all off-heap memory of an engine: blocks in size classes, tagged by pool, under one budget.
 *
 * <pre>
 *   worker handle        worker handle        shared handle       magazines: arrays of free blocks, no lock
 *        |  \                 |                    |
 *   +----v---\----------------v-----+   +----------v--------+
 *   | node 0  \  slabs by kind      |   | node 1            |     one lock each, taken once a magazine
 *   +----------\--------------------+   +-------------------+
 *   | 64 KiB units ...              |   | 64 KiB units ...  |     one reservation, a range for each node,
 *   +-------------------------------+   +-------------------+     bound and advised before its first touch
 * </pre>
 *
 * <p><b>Threads.</b> Each worker handle is used by one thread at a time, the shared one by any. Statistics may be read by
 * any thread. {@link #close} is called when no thread uses a handle any more.
 *
 * <p><b>Budget.</b> Live blocks count at the size of their class and nothing else counts: not rounding inside slabs, not
 * free blocks in magazines. Live bytes never pass {@link AllocatorConfig#memoryBytes}. A handle that is alone in use is
 * refused exactly when the block would pass the budget. With several, credit that idle handles kept at hand may make a
 * refusal early, all of it together by no more than a sixteenth of the budget; a handle in use keeps none near the limit.
 *
 * <p><b>Beyond the budget.</b> Free blocks hold memory too: an eighth of the budget in magazines, or half a MiB a handle if
 * that is more, and what the program's pattern of sizes leaves open in slabs. Memory without slabs goes back to the
 * operating system once more than the budget has memory behind it. Should the pattern use up the addresses of the
 * reservation, which is more than twice the budget, blocks are refused below the budget too.
 *
 * <p><b>Nodes.</b> Workers go round the nodes ({@link Topology#nodeOfWorker}); each is given memory of its own node, or of
 * the nearest that has any, and of others only when that range is used up.
 */
public final class SlabAllocator implements AutoCloseable {
    /** Addresses beyond twice the budget: for slabs that are open in many kinds at once. */
    private static final long SLACK_BYTES = 128L << 20;

    /** Addresses for the slabs that a handle's magazines keep open. */
    private static final long HANDLE_SLACK_BYTES = 16L << 20;

    /** One part of the budget in this many may lie in magazines, free. */
    private static final int CACHED_PART = 8;

    /** Less than this in the magazines of a handle would make them useless. */
    private static final long MIN_CACHED_BYTES = 512 << 10;

    /** Less would send memory back and forth under a small budget. */
    private static final int MIN_BACKED_CHUNKS = 4;

    private final AllocatorConfig config;
    private final RangeSource ranges;
    private final long base;
    private final long reservedBytes;
    private final boolean hasHugePages;
    private final Rung rung;
    private final Budget budget;
    private final SlabTable table;
    private final List<NodeHeap> heaps;
    private final List<MagazineAllocator> handles;
    /** What the program gets for each of them, as the misuse mode says. */
    private final List<BlockAllocator> watched;

    private final BlockAllocator shared;
    private final Instruments instruments;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile LeakReport leaksAtClose = LeakReport.NONE;

    private SlabAllocator(
            AllocatorConfig config,
            Topology topology,
            Placement placement,
            RangeSource ranges,
            long base,
            Instruments instruments) {
        this.config = config;
        this.instruments = instruments;
        this.ranges = ranges;
        this.base = base;
        List<Integer> homes = homes(topology, config.workers());
        long rangeBytes = rangeBytes(config);
        reservedBytes = reservedBytes(config, topology);
        hasHugePages =
                config.hugePages() != AllocatorConfig.HugePages.OFF && ranges.adviseHugePages(base, reservedBytes);
        budget = new Budget(config.memoryBytes(), config.workers() + 1);
        table = instruments.table();
        heaps = new ArrayList<>(homes.size());
        boolean isPlaced = true;
        for (int home : homes) {
            long start = base + heaps.size() * rangeBytes;
            isPlaced &=
                    placement.bindPreferred(start, rangeBytes, topology.nodes().get(home));
            heaps.add(newHeap(start, rangeBytes, homes.size()));
        }
        rung = isPlaced ? placement.rung() : Rung.FLAT;
        handles = new ArrayList<>(config.workers() + 1);
        for (int worker = 0; worker < config.workers(); worker++) {
            int home = topology.nearestMemory(topology.nodeOfWorker(worker));
            handles.add(newHandle(topology, homes, home));
        }
        watched = handles.stream().map(instruments::over).toList();
        MagazineAllocator unlocked = newHandle(topology, homes, homes.get(0));
        handles.add(unlocked);
        shared = instruments.over(new LockedAllocator(unlocked));
        instruments.connect(budget, nodes(topology, homes), handles, placement, rung, hasHugePages);
    }

    /** Opens an allocator on this machine. */
    public static SlabAllocator open(AllocatorConfig config) {
        Topology topology = Topology.read(Topology.SYSFS_ROOT)
                .restrictedTo(CpuPinning.detect().currentAffinity());
        return open(config, topology, Placement.detect(), RangeSource.detect().orElseGet(NativeRanges::new));
    }

    /**
     * Opens an allocator on a machine that is described, for tests and for whoever asked the machine already.
     *
     * @throws dev.millrace.numa.ReservationException if the operating system has no addresses left
     */
    public static SlabAllocator open(
            AllocatorConfig config, Topology topology, Placement placement, RangeSource ranges) {
        return switch (config.numa()) {
            case PREFERRED, REQUIRED, INTERLEAVE -> reserve(config, topology, placement, ranges);
            case OFF -> reserve(config, Topology.flat(1), Placement.flat("placement is switched off"), ranges);
        };
    }

    private static SlabAllocator reserve(
            AllocatorConfig config, Topology topology, Placement placement, RangeSource ranges) {
        long reservedBytes = reservedBytes(config, topology);
        long base = ranges.reserve(reservedBytes);
        try {
            Watch.Span reservation = new Watch.Span(base, reservedBytes);
            Instruments instruments = Instruments.open(config, ranges, reservation, rangeBytes(config));
            return wire(config, topology, placement, ranges, base, instruments);
        } catch (RuntimeException | Error e) {
            ranges.release(base, reservedBytes);
            throw e;
        }
    }

    private static SlabAllocator wire(
            AllocatorConfig config,
            Topology topology,
            Placement placement,
            RangeSource ranges,
            long base,
            Instruments instruments) {
        try {
            SlabAllocator allocator = new SlabAllocator(config, topology, placement, ranges, base, instruments);
            OpenAllocators.add(allocator);
            return allocator;
        } catch (RuntimeException | Error e) {
            instruments.close();
            throw e;
        }
    }

    /** Live bytes of all allocators of this process, and those that were live when their allocator was closed. */
    public static long liveBytesOfProcess() {
        return OpenAllocators.liveBytes();
    }

    /** The handle of a worker, for one thread at a time. */
    public BlockAllocator worker(int workerIndex) {
        if (workerIndex < 0 || workerIndex >= config.workers()) {
            throw new IllegalArgumentException("no such worker: workerIndex=" + workerIndex + ", workers="
                    + config.workers() + "; open the allocator for more workers");
        }
        return watched.get(workerIndex);
    }

    /** The handle of threads that are no workers, for any of them. */
    public BlockAllocator shared() {
        return shared;
    }

    /** What the allocator was opened with. */
    public AllocatorConfig config() {
        return config;
    }

    /** Live bytes now; exact while nobody allocates or frees. Zero once closed. */
    public long liveBytes() {
        if (isClosed.get()) {
            return 0;
        }
        long bytes = 0;
        for (MemoryPool pool : MemoryPool.values()) {
            bytes += liveBytes(pool);
        }
        return bytes;
    }

    /** Which blocks are live, or were when the allocator was closed. Exact while nobody allocates or frees. */
    public LeakReport leaks() {
        return isClosed.get() ? leaksAtClose : instruments.leaks();
    }

    /** What is held, and what was done so far. Cheap, but not for every event: it looks at every slab. */
    public MemoryStatistics statistics() {
        return isClosed.get() ? instruments.statisticsOfClosed() : instruments.statistics();
    }

    /**
     * The same, and what the operating system says about the pages: it is asked for each page of the sample, and for a list
     * of all memory of the process, which takes milliseconds.
     *
     * @param sampledPages how many pages of slabs are chosen by chance, 0 to 65,536
     * @param seed chooses the pages
     */
    public MemoryStatistics statisticsWithPages(int sampledPages, long seed) {
        return isClosed.get() ? instruments.statisticsOfClosed() : instruments.statisticsWithPages(sampledPages, seed);
    }

    /** Says what an address is to this allocator: a live block, its inside, free memory, or nothing. Any will do. */
    public String describe(long address) {
        return instruments.describe(address);
    }

    /** In misuse mode {@code GUARD}, a line for each block with its pages, to be printed before a crash. Else empty. */
    public String blockMap() {
        return instruments.blockMap();
    }

    /**
     * In misuse mode {@code CHECK}, looks now for writes to memory that is free, which is looked at again only when it is
     * handed out. For a moment when no thread uses a handle.
     *
     * @return how many bytes were looked at; 0 in the other modes
     * @throws MemoryMisuseException if one was written to after its block was freed
     */
    public long recheck() {
        return instruments.recheck();
    }

    /**
     * Gives the reservation back, and with it every block that is still live; {@link #leaks} says which. The second call
     * does nothing.
     */
    @Override
    public void close() {
        if (!isClosed.get()) {
            LeakReport leaks = instruments.leaks();
            leaksAtClose = leaks;
            if (isClosed.compareAndSet(false, true)) {
                heaps.forEach(NodeHeap::close);
                handles.forEach(MagazineAllocator::abandon);
                instruments.close();
                OpenAllocators.remove(this, leaks.liveBytes());
                ranges.release(base, reservedBytes);
            }
        }
    }

    private long liveBytes(MemoryPool pool) {
        return sum(handle -> handle.liveBytes(pool));
    }

    private long sum(ToLongFunction<MagazineAllocator> value) {
        return handles.stream().mapToLong(value).sum();
    }

    private MagazineAllocator newHandle(Topology topology, List<Integer> homes, int home) {
        long share = config.memoryBytes() / CACHED_PART / (config.workers() + 1);
        NodeHeap[] order = heapsFrom(topology, homes, home);
        long maxCachedBytes = Math.max(MIN_CACHED_BYTES, share);
        return new MagazineAllocator(table, budget, order, maxCachedBytes, instruments.newSampler(handles.size()));
    }

    private List<StatisticsReader.Node> nodes(Topology topology, List<Integer> homes) {
        List<StatisticsReader.Node> nodes = new ArrayList<>();
        for (int i = 0; i < homes.size(); i++) {
            NodeHeap heap = heaps.get(i);
            int firstUnit = Math.toIntExact((heap.start() - base) >>> SizeClasses.UNIT_SHIFT);
            nodes.add(
                    new StatisticsReader.Node(topology.nodes().get(homes.get(i)).id(), firstUnit, heap));
        }
        return nodes;
    }

    private NodeHeap newHeap(long start, long rangeBytes, int nodeCount) {
        int unitCount = Math.toIntExact(rangeBytes >>> SizeClasses.UNIT_SHIFT);
        int firstUnit = Math.toIntExact((start - base) >>> SizeClasses.UNIT_SHIFT);
        long shareChunks = config.memoryBytes() / nodeCount / NodeUnits.CHUNK_BYTES;
        int maxBackedChunks = Math.toIntExact(Math.max(MIN_BACKED_CHUNKS, shareChunks));
        NodeUnits units = new NodeUnits(instruments.ranges(), start, unitCount, maxBackedChunks);
        return new NodeHeap(table, units, firstUnit, start, rangeBytes);
    }

    private static long reservedBytes(AllocatorConfig config, Topology topology) {
        return Math.multiplyExact(
                rangeBytes(config), homes(topology, config.workers()).size());
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

    private NodeHeap[] heapsFrom(Topology topology, List<Integer> homes, int home) {
        NumaNode from = topology.nodes().get(home);
        List<Integer> order = new ArrayList<>(homes);
        order.sort((left, right) -> {
            int leftDistance = left == home ? 0 : from.distances().get(left);
            int rightDistance = right == home ? 0 : from.distances().get(right);
            return Integer.compare(leftDistance, rightDistance);
        });
        return order.stream().map(node -> heaps.get(homes.indexOf(node))).toArray(NodeHeap[]::new);
    }
}
