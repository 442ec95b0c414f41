package dev.millrace.allocator;

import dev.millrace.numa.CpuPinning;
import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.Topology;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * The owner of all off-heap memory of an engine: blocks in size classes, tagged by pool, under one budget.
 *
 * <pre>
 *   worker handle     worker handle         worker handle       magazines: arrays of free blocks, no lock
 *      |      |          |     \                 |
 *   +--v------v----------v--+   \  +-------------v---------+
 *   | depot                 |    `-&gt;| inbox                 |    full magazines, by reference; foreign blocks, in batches
 *   | slabs by kind         |      | slabs by kind         |    one lock each, taken once a magazine; fullest first
 *   | chunks of 2 MiB       |      | chunks of 2 MiB       |    fullest first; empty ones leave after the decay
 *   +-----------------------+      +-----------------------+
 *   | node 0                |      | node 1                |    one reservation, a range for each node,
 *   +-----------------------+      +-----------------------+    bound and advised before its first touch
 * </pre>
 *
 * <p><b>Threads.</b> Each worker handle is used by one thread at a time, the shared one by any. Statistics may be read by
 * any thread. {@link #close} is called when no thread uses a handle any more.
 *
 * <p><b>Budgets.</b> Live blocks count at the size of their class, runs at theirs, and nothing else counts: not rounding
 * inside slabs, not free blocks in magazines. Budgets form a tree: process, node, pool, operator. Live bytes never pass a maximum on the way
 * from the block to {@link AllocatorConfig#memoryBytes}, and what is guaranteed to a pool, a node or an operator is refused
 * to everybody else. A handle that is alone in use is refused exactly when the block would pass a limit. With several, credit
 * that idle handles kept at hand may make a refusal early, all of it together by no more than a sixteenth of the limit; a
 * handle in use keeps none near the limit. Before a refusal those are asked who can make room, see {@link #onPressure}. A small
 * {@link #reserve} is left for barriers and for paths that free.
 *
 * <p><b>Beyond the budget.</b> Free blocks hold memory too: a sixteenth of the budget in magazines, or half a MiB a handle
 * if that is more; half of that again in depots, where more may lie while the budget is not used up, and what the program's pattern of sizes leaves open in slabs. Should the
 * pattern use up the addresses of the reservation, which is more than twice the budget, blocks are refused below it too.
 *
 * <p><b>Memory goes back</b> to the operating system in chunks of 2 MiB that have been empty for {@link TierSizes#decay},
 * down to {@link TierSizes#floorBytes} a node. Who looks: any handle that opens or empties a slab, any handle whose user is
 * idle and says so by {@link BlockAllocator#flush}, and {@link #giveBackIdle}, which a service thread calls now and then
 * where no worker may be there to do it.
 *
 * <p><b>Nodes.</b> Workers go round the nodes ({@link Topology#nodeOfWorker}); each is given memory of its own node, or of
 * the nearest that has any, and of others only when that range is used up. Where nodes are
 * {@linkplain AllocatorConfig.Numa#REQUIRED required}, it is refused then.
 */
public final class SlabAllocator implements AutoCloseable {
    private final AllocatorConfig config;
    private final NodeRanges nodes;
    private final StartReport startReport;
    private final Pressure pressure = new Pressure();
    private final Handles handles;
    private final Instruments instruments;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile LeakReport leaksAtClose = LeakReport.NONE;

    private SlabAllocator(AllocatorConfig config, BudgetPlan plan, NodeRanges nodes, String container) {
        this.config = config;
        this.nodes = nodes;
        instruments = nodes.instruments();
        Budget budget = new Budget(plan);
        nodes.heaps().forEach(heap -> heap.depot().connect(() -> budget.unusedBytes() / budget.nodeCount()));
        handles = new Handles(config, nodes, plan, budget, pressure);
        nodes.connectInstruments(budget, handles.all());
        long touchedBytes = config.preTouches() ? nodes.preTouch(config) : 0;
        startReport = new StartReport(
                config,
                plan,
                nodes.homes(),
                nodes.rung(),
                nodes.placementReason(),
                nodes.hasHugePages(),
                nodes.reservedBytes(),
                touchedBytes,
                container);
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
        return open(config, topology, Placement.detect(), ranges, System::nanoTime, ContainerCheck.ofThisMachine());
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
        return open(config, topology, placement, ranges, System::nanoTime);
    }

    /**
     * The same, with a clock for the decay.
     *
     * @param nanoClock read where a slab is opened or falls empty, never for a block
     */
    public static SlabAllocator open(
            AllocatorConfig config,
            Topology topology,
            Placement placement,
            RangeSource ranges,
            LongSupplier nanoClock) {
        ContainerCheck unknown = new ContainerCheck(Long.MAX_VALUE, "nobody asked", 0);
        return open(config, topology, placement, ranges, nanoClock, unknown);
    }

    private static SlabAllocator open(
            AllocatorConfig config,
            Topology topology,
            Placement placement,
            RangeSource ranges,
            LongSupplier nanoClock,
            ContainerCheck container) {
        String sum = container.check(config);
        return switch (config.numa()) {
            case PREFERRED, REQUIRED -> reserve(config, topology, placement, ranges, nanoClock, sum);
            case INTERLEAVE ->
                reserve(
                        config,
                        Topology.flat(topology.cpuCount()),
                        InterleavedPlacement.over(placement, topology),
                        ranges,
                        nanoClock,
                        sum);
            case OFF ->
                reserve(config, Topology.flat(1), Placement.flat("placement is switched off"), ranges, nanoClock, sum);
        };
    }

    private static SlabAllocator reserve(
            AllocatorConfig config,
            Topology topology,
            Placement placement,
            RangeSource ranges,
            LongSupplier nanoClock,
            String container) {
        HomeNodes homes = HomeNodes.of(topology, config.workers());
        BudgetPlan plan = BudgetPlan.of(config, homes.ids(), homes.workerCounts(), config.workers() + Handles.OTHERS);
        NodeRanges nodes = NodeRanges.reserve(config, homes, placement, ranges, nanoClock);
        try {
            SlabAllocator allocator = new SlabAllocator(config, plan, nodes, container);
            OpenAllocators.add(allocator);
            return allocator;
        } catch (RuntimeException | Error e) {
            nodes.close();
            throw e;
        }
    }

    /** Live bytes of all allocators of this process, and those that were live when their allocator was closed. */
    public static long liveBytesOfProcess() {
        return OpenAllocators.liveBytes();
    }

    /** The handle of a worker, for one thread at a time. */
    public BlockAllocator worker(int workerIndex) {
        return handles.worker(workerIndex);
    }

    /** The handle of threads that are no workers, for any of them. */
    public BlockAllocator shared() {
        return handles.shared();
    }

    /**
     * A handle for any thread whose blocks may take from the reserve when the budget is used up: for barriers, for commits,
     * and for paths that free but must allocate to do so. Such a block may pass the maximum of its node and pool, but not the
     * budget of the process. It is freed through any handle.
     */
    public BlockAllocator reserve() {
        return handles.reserve();
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
        return handles.forOperator(workerIndex, name, pool, limits);
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

    /**
     * Gives memory back that nobody needed lately: the shared handle's magazines if they were not used since the last call,
     * what waits between handles, and the memory of chunks that have been empty for the decay. Any thread may call it; once
     * a second is plenty. What lies in the magazines of a worker stays until the worker says that it is idle.
     *
     * @return the bytes that left the process
     */
    public long giveBackIdle() {
        if (isClosed.get()) {
            return 0;
        }
        handles.giveBackUnusedOfShared();
        return nodes.heaps().stream().mapToLong(NodeHeap::giveBackIdle).sum();
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
                handles.all().forEach(MagazineAllocator::abandon);
                OpenAllocators.remove(this, leaks.liveBytes());
                nodes.close();
            }
        }
    }

    /** The tiers of each node, for statistics and tests. */
    List<NodeHeap> heaps() {
        return nodes.heaps();
    }

    /** The handles of the workers, then the one behind the shared handle. */
    List<MagazineAllocator> handles() {
        return handles.all();
    }

    private long liveBytes(MemoryPool pool) {
        return sum(handle -> handle.liveBytes(pool));
    }

    private long sum(ToLongFunction<MagazineAllocator> value) {
        return handles.all().stream().mapToLong(value).sum();
    }
}
