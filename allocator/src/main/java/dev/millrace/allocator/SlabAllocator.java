package dev.millrace.allocator;

import dev.millrace.numa.CpuPinning;
import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
 * <p><b>Budget.</b> Live blocks count at the size of their class, runs at theirs, and nothing else counts: not rounding
 * inside slabs, not free blocks in magazines. Live bytes never pass {@link AllocatorConfig#memoryBytes}. A handle that is
 * alone in use is refused exactly when the block would pass the budget. With several, credit that idle handles kept at hand
 * may make a refusal early, all of it together by no more than a sixteenth of the budget; a handle in use keeps none near
 * the limit.
 *
 * <p><b>Beyond the budget.</b> Free blocks hold memory too: a sixteenth of the budget in magazines, or half a MiB a handle
 * if that is more; half of that again in depots, and what the program's pattern of sizes leaves open in slabs. Should the
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
    /** One part of the budget in this many may lie in magazines, free. */
    private static final int CACHED_PART = 16;

    /** Less than this in the magazines of a handle would make them useless. */
    private static final long MIN_CACHED_BYTES = 512 << 10;

    /** One magazine holds no more than one part in this many of what a handle may keep. */
    private static final int MAGAZINE_PART = 4;

    private final AllocatorConfig config;
    private final NodeRanges nodes;
    private final Budget budget;
    private final AtomicInteger flushRequests = new AtomicInteger();
    private final List<MagazineAllocator> handles;
    /** What the program gets for each of them, as the misuse mode says. */
    private final List<BlockAllocator> watched;

    private final LockedAllocator lockedHandle;
    private final BlockAllocator shared;
    private final Instruments instruments;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile LeakReport leaksAtClose = LeakReport.NONE;

    private SlabAllocator(AllocatorConfig config, NodeRanges nodes) {
        this.config = config;
        this.nodes = nodes;
        instruments = nodes.instruments();
        budget = new Budget(config.memoryBytes(), config.workers() + 1);
        handles = new ArrayList<>(config.workers() + 1);
        for (int worker = 0; worker < config.workers(); worker++) {
            handles.add(newHandle(worker));
        }
        watched = handles.stream().map(instruments::over).toList();
        MagazineAllocator unlocked = newHandle(0);
        handles.add(unlocked);
        lockedHandle = new LockedAllocator(unlocked);
        shared = instruments.over(lockedHandle);
        nodes.connectInstruments(budget, handles);
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
        return open(config, topology, placement, ranges, System::nanoTime);
    }

    /**
     * Opens an allocator on a machine that is described, with a clock for the decay.
     *
     * @param nanoClock read where a slab is opened or falls empty, never for a block
     * @throws dev.millrace.numa.ReservationException if the operating system has no addresses left
     */
    public static SlabAllocator open(
            AllocatorConfig config,
            Topology topology,
            Placement placement,
            RangeSource ranges,
            LongSupplier nanoClock) {
        NodeRanges nodes =
                switch (config.numa()) {
                    case PREFERRED, REQUIRED, INTERLEAVE ->
                        NodeRanges.reserve(config, topology, placement, ranges, nanoClock);
                    case OFF ->
                        NodeRanges.reserve(
                                config,
                                Topology.flat(1),
                                Placement.flat("placement is switched off"),
                                ranges,
                                nanoClock);
                };
        SlabAllocator allocator = new SlabAllocator(config, nodes);
        OpenAllocators.add(allocator);
        return allocator;
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
        lockedHandle.giveBackIfUnused();
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
                handles.forEach(MagazineAllocator::abandon);
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
        return handles;
    }

    private long liveBytes(MemoryPool pool) {
        return sum(handle -> handle.liveBytes(pool));
    }

    private long sum(ToLongFunction<MagazineAllocator> value) {
        return handles.stream().mapToLong(value).sum();
    }

    private MagazineAllocator newHandle(int worker) {
        long share = config.memoryBytes() / CACHED_PART / (config.workers() + 1);
        long cachedBytes = Math.max(MIN_CACHED_BYTES, share);
        int magazineBytes = (int) Math.min(Integer.MAX_VALUE, cachedBytes / MAGAZINE_PART);
        return new MagazineAllocator(
                nodes.table(),
                new HandleCredit(budget),
                nodes.heapsOfWorker(worker),
                config.numa() != AllocatorConfig.Numa.REQUIRED,
                config.tiers().withMagazinesUpTo(magazineBytes),
                cachedBytes,
                flushRequests,
                instruments.newSampler(handles.size()));
    }
}
