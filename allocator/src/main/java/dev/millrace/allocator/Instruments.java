package dev.millrace.allocator;

import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.Rung;
import java.util.List;

/**
 * What watches and counts in one allocator, opened before its tiers and closed after them.
 *
 * <p>Any thread may call any method once {@link #connect} was called.
 */
final class Instruments implements AutoCloseable {
    private final AllocatorConfig config;
    private final LeakSampler sampler;
    private final SlabTable table;
    private final Watch watch;
    private final WatchedRanges ranges;
    private StatisticsReader statistics;
    private PageSampler pages;

    private Instruments(
            AllocatorConfig config, LeakSampler sampler, SlabTable table, Watch watch, WatchedRanges ranges) {
        this.config = config;
        this.sampler = sampler;
        this.table = table;
        this.watch = watch;
        this.ranges = ranges;
    }

    /**
     * The instruments of a reservation.
     *
     * @param rangeBytes the part of each node
     * @throws IllegalStateException if the misuse mode cannot be had on this machine
     */
    static Instruments open(AllocatorConfig config, RangeSource source, Watch.Span reservation, long rangeBytes) {
        boolean keepsStates = config.misuse() != AllocatorConfig.Misuse.OFF;
        int interval = keepsStates ? config.leakSampleInterval() : 0;
        LeakSampler sampler = new LeakSampler(interval, System::nanoTime, System::currentTimeMillis);
        SlabTable table = new SlabTable(reservation.base(), reservation.bytes(), keepsStates, sampler);
        Watch watch = Watch.of(config, table, sampler, source, reservation);
        return new Instruments(
                config, sampler, table, watch, new WatchedRanges(source, reservation, rangeBytes, watch));
    }

    /** Says where the numbers are. Called once, before anything is read. */
    void connect(
            Budget budget,
            List<StatisticsReader.Node> nodes,
            List<MagazineAllocator> handles,
            Placement placement,
            Rung rung,
            boolean hasHugePages) {
        statistics = new StatisticsReader(budget, table, nodes, handles, ranges, rung, hasHugePages);
        pages = new PageSampler(table, nodes, placement, ResidentMemory.ofProcess(), config.numa());
    }

    /** What is known about units and blocks. */
    SlabTable table() {
        return table;
    }

    /** What memory is to be taken from and given back to. */
    WatchedRanges ranges() {
        return ranges;
    }

    /** What the program gets for a handle. */
    BlockAllocator over(BlockAllocator handle) {
        return watch.over(handle);
    }

    /** What a new handle samples with. */
    AllocationSampler newSampler(long seed) {
        return new AllocationSampler(sampler, seed);
    }

    LeakReport leaks() {
        return LeakReport.of(statistics.liveBlocksByKind(), table, sampler);
    }

    MemoryStatistics statistics() {
        return statistics.read(PageStatistics.NOT_ASKED);
    }

    MemoryStatistics statisticsWithPages(int sampledPages, long seed) {
        return statistics.read(pages.sample(sampledPages, seed));
    }

    MemoryStatistics statisticsOfClosed() {
        return statistics.readClosed();
    }

    String describe(long address) {
        return new AddressText(table, watch).describe(address);
    }

    String blockMap() {
        return watch.map();
    }

    long recheck() {
        return watch.recheck();
    }

    /** No address is a block from here on. */
    @Override
    public void close() {
        table.closeAll();
        watch.close();
    }
}
