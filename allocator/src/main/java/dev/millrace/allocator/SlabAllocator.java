package dev.millrace.allocator;

import dev.millrace.numa.CpuPinning;
import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.Rung;
import dev.millrace.numa.Topology;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
 * <p><b>Budgets.</b> Live blocks count at the size of their class and nothing else counts: not rounding inside slabs, not
 * free blocks in magazines. Budgets form a tree: process, node, pool, operator. Live bytes never pass a maximum on the way
 * from the block to {@link AllocatorConfig#memoryBytes}, and what is guaranteed to a pool, a node or an operator is refused
 * to everybody else. A handle that is alone in use is refused exactly when the block would pass a limit. With several, credit
 * that idle handles kept at hand may make a refusal early, all of it together by no more than a sixteenth of the limit; a
 * handle in use keeps none near the limit. Before a refusal those are asked who can make room, see {@link #onPressure}. A small
 * {@link #reserve} is left for barriers and for paths that free.
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

    /** The shared handle and that of the reserve. */
    private static final int OTHER_HANDLES = 2;

    private final AllocatorConfig config;
    private final RangeSource ranges;
    private final long base;
    private final long reservedBytes;
    private final boolean hasHugePages;
    private final Rung rung;
    private final StartReport startReport;
    private final HomeNodes homes;
    private final BudgetPlan plan;
    private final Budget budget;
    private final Pressure pressure = new Pressure();
    private final SlabTable table;
    private final List<NodeHeap> heaps;
    private final List<MagazineAllocator> handles;
    private final BlockAllocator shared;
    private final BlockAllocator reserve;
    private final Map<OperatorKey, OperatorAllocator> operators = new ConcurrentHashMap<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile LeakReport leaksAtClose = new LeakReport(List.of());

    /** What is at hand of a handle is lost with it: one for each operator and worker, however often it is asked for. */
    private record OperatorKey(Account account, int workerIndex) {}

    private SlabAllocator(
            AllocatorConfig config,
            HomeNodes homes,
            BudgetPlan plan,
            Placement placement,
            RangeSource ranges,
            long base,
            String container) {
        this.config = config;
        this.homes = homes;
        this.plan = plan;
        this.ranges = ranges;
        this.base = base;
        long rangeBytes = rangeBytes(config);
        reservedBytes = homes.count() * rangeBytes;
        hasHugePages = MemoryPolicies.adviseHugePages(config, ranges, base, reservedBytes);
        budget = new Budget(plan);
        table = new SlabTable(base, reservedBytes);
        heaps = new ArrayList<>(homes.count());
        boolean isPlaced = true;
        for (int node = 0; node < homes.count(); node++) {
            long start = base + node * rangeBytes;
            isPlaced &= MemoryPolicies.bind(config, placement, start, rangeBytes, homes.node(node));
            heaps.add(newHeap(start, rangeBytes, homes.count()));
        }
        // Where no range can be bound at all, the rung says so itself.
        rung = isPlaced || !placement.rung().bindsRanges() ? placement.rung() : Rung.FLAT;
        handles = new ArrayList<>(config.workers() + OTHER_HANDLES);
        for (int home : homes.ofWorker()) {
            handles.add(newHandle(HandleCredit.under(budget, home, pressure)));
        }
        MagazineAllocator unlocked = newHandle(HandleCredit.locked(budget, 0));
        MagazineAllocator ofReserve = newHandle(HandleCredit.ofReserve(budget, 0));
        handles.add(unlocked);
        handles.add(ofReserve);
        shared = new LockedAllocator(unlocked, pressure);
        reserve = new LockedAllocator(ofReserve, pressure);
        long touchedBytes = config.preTouches() ? preTouch(rangeBytes) : 0;
        startReport = new StartReport(
                config, plan, homes, rung, placement.reason(), hasHugePages, reservedBytes, touchedBytes, container);
    }

    /**
     * Opens an allocator on this machine.
     *
     * @throws IllegalArgumentException if guaranteed minima do not fit, a node is limited that no worker uses, or memory,
     *     heap and JVM do not fit the container; says the sum
     * @throws dev.millrace.numa.ReservationException if the operating system has no addresses left
     * @throws MemoryPolicyException if huge pages or placement are required and not to be had
     */
    public static SlabAllocator open(AllocatorConfig config) {
        Topology topology = Topology.read(Topology.SYSFS_ROOT)
                .restrictedTo(CpuPinning.detect().currentAffinity());
        RangeSource ranges = RangeSource.detect().orElseGet(NativeRanges::new);
        return open(config, topology, Placement.detect(), ranges, ContainerCheck.ofThisMachine());
    }

    /**
     * Opens an allocator on a machine that is described, for tests and for whoever asked the machine already. Nobody is
     * asked whether the memory fits the container.
     *
     * @throws dev.millrace.numa.ReservationException if the operating system has no addresses left
     * @throws MemoryPolicyException if huge pages or placement are required and not to be had
     */
    public static SlabAllocator open(
            AllocatorConfig config, Topology topology, Placement placement, RangeSource ranges) {
        ContainerCheck unknown = new ContainerCheck(Long.MAX_VALUE, "nobody asked", 0);
        return open(config, topology, placement, ranges, unknown);
    }

    private static SlabAllocator open(
            AllocatorConfig config,
            Topology topology,
            Placement placement,
            RangeSource ranges,
            ContainerCheck container) {
        String sum = container.check(config);
        return switch (config.numa()) {
            case PREFERRED, REQUIRED -> reserve(config, topology, placement, ranges, sum);
            case INTERLEAVE ->
                reserve(
                        config,
                        Topology.flat(topology.cpuCount()),
                        InterleavedPlacement.over(placement, topology),
                        ranges,
                        sum);
            case OFF -> reserve(config, Topology.flat(1), Placement.flat("placement is switched off"), ranges, sum);
        };
    }

    private static SlabAllocator reserve(
            AllocatorConfig config, Topology topology, Placement placement, RangeSource ranges, String container) {
        HomeNodes homes = HomeNodes.of(topology, config.workers());
        BudgetPlan plan = BudgetPlan.of(config, homes.ids(), homes.workerCounts(), config.workers() + OTHER_HANDLES);
        long reservedBytes = Math.multiplyExact(rangeBytes(config), homes.count());
        long base = MemoryPolicies.reserve(config, ranges, reservedBytes);
        try {
            SlabAllocator allocator = new SlabAllocator(config, homes, plan, placement, ranges, base, container);
            OpenAllocators.add(allocator);
            return allocator;
        } catch (RuntimeException | Error e) {
            ranges.release(base, reservedBytes);
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
        return handles.get(workerIndex);
    }

    /** The handle of threads that are no workers, for any of them. */
    public BlockAllocator shared() {
        return shared;
    }

    /**
     * A handle for any thread whose blocks may take from the reserve when the budget is used up: for barriers, for commits,
     * and for paths that free but must allocate to do so. Such a block may pass the maximum of its node and pool, but not the
     * budget of the process. It is freed through any handle.
     */
    public BlockAllocator reserve() {
        return reserve;
    }

    /**
     * A worker's handle whose blocks of a pool count against an operator too.
     *
     * <p>Used by the worker's thread. Blocks of the pool are freed through a handle of the same operator. Handles of one
     * operator on several workers share its limits, which are those of the whole process: each node has the part that its
     * workers make up.
     *
     * @throws IllegalArgumentException if the operator has other limits already and blocks with them, or minima do not fit
     * @throws MemoryLimitException if the minimum would fit, but others use what it takes
     */
    public BlockAllocator forOperator(int workerIndex, String name, MemoryPool pool, MemoryLimits limits) {
        worker(workerIndex);
        MagazineAllocator handle = handles.get(workerIndex);
        int node = handle.credit().home();
        Account account = budget.operator(name, node, pool, plan.part(limits, node));
        return operators.computeIfAbsent(
                new OperatorKey(account, workerIndex), key -> OperatorAllocator.of(budget, handle, pool, account));
    }

    /**
     * Registers who can make room when a block would be refused. Asked in the order that {@link Reclaimer} tells, on the
     * thread that is short.
     */
    public void onPressure(MemoryPool pool, Reclaimer reclaimer) {
        pressure.add(pool, reclaimer);
    }

    /** Takes back what {@link #onPressure} did; a call that is under way ends. */
    public void removeReclaimer(MemoryPool pool, Reclaimer reclaimer) {
        pressure.remove(pool, reclaimer);
    }

    /** What came of the configuration on this machine, in lines for people: every setting and where it comes from. */
    public String startReport() {
        return startReport.toString();
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
        return isClosed.get() ? leaksAtClose : LeakReport.of(table.liveBlocksByKind());
    }

    /** What is held, and what was done so far. */
    public MemoryStatistics statistics() {
        Map<MemoryPool, Long> byPool = new EnumMap<>(MemoryPool.class);
        for (MemoryPool pool : MemoryPool.values()) {
            byPool.put(pool, isClosed.get() ? 0 : liveBytes(pool));
        }
        return new MemoryStatistics(
                budget.limitBytes(),
                isClosed.get() ? 0 : reservedBytes,
                isClosed.get()
                        ? 0
                        : heaps.stream().mapToLong(NodeHeap::slabBytes).sum(),
                byPool.values().stream().mapToLong(Long::longValue).sum(),
                byPool,
                budget.peakBytes(),
                sum(MagazineAllocator::blocksInMagazines),
                sum(MagazineAllocator::refills),
                sum(MagazineAllocator::drains),
                sum(MagazineAllocator::refusals),
                rung,
                hasHugePages);
    }

    /**
     * Gives the reservation back, and with it every block that is still live; {@link #leaks} says which. The second call
     * does nothing.
     */
    @Override
    public void close() {
        if (!isClosed.get()) {
            LeakReport leaks = LeakReport.of(table.liveBlocksByKind());
            leaksAtClose = leaks;
            if (isClosed.compareAndSet(false, true)) {
                heaps.forEach(NodeHeap::close);
                handles.forEach(MagazineAllocator::abandon);
                table.closeAll();
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

    private MagazineAllocator newHandle(HandleCredit credit) {
        long share = config.memoryBytes() / CACHED_PART / (config.workers() + OTHER_HANDLES);
        NodeHeap[] order =
                homes.nearestFirst(credit.home()).stream().map(heaps::get).toArray(NodeHeap[]::new);
        return new MagazineAllocator(table, credit, order, Math.max(MIN_CACHED_BYTES, share));
    }

    private long preTouch(long rangeBytes) {
        long shareBytes = config.memoryBytes() / homes.count() / NodeUnits.CHUNK_BYTES * NodeUnits.CHUNK_BYTES;
        PreTouch touch = new PreTouch(ranges, CpuPinning.detect(), hasHugePages);
        for (int node = 0; node < homes.count(); node++) {
            touch.begin(base + node * rangeBytes, Math.max(NodeUnits.CHUNK_BYTES, shareBytes), homes.node(node));
        }
        return touch.await();
    }

    private NodeHeap newHeap(long start, long rangeBytes, int nodeCount) {
        int unitCount = Math.toIntExact(rangeBytes >>> SizeClasses.UNIT_SHIFT);
        int firstUnit = Math.toIntExact((start - base) >>> SizeClasses.UNIT_SHIFT);
        long shareChunks = config.memoryBytes() / nodeCount / NodeUnits.CHUNK_BYTES;
        int maxBackedChunks = Math.toIntExact(Math.max(MIN_BACKED_CHUNKS, shareChunks));
        NodeUnits units = new NodeUnits(ranges, start, unitCount, maxBackedChunks);
        return new NodeHeap(table, units, firstUnit, start, rangeBytes);
    }

    /** Any pattern of sizes may keep half-empty slabs; each node can hold the whole budget. */
    private static long rangeBytes(AllocatorConfig config) {
        long bytes = 2 * config.memoryBytes() + SLACK_BYTES + (config.workers() + OTHER_HANDLES) * HANDLE_SLACK_BYTES;
        return (bytes + RangeSource.ALIGNMENT_BYTES - 1) & -RangeSource.ALIGNMENT_BYTES;
    }
}
