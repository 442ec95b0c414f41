package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.numa.Placement;
import dev.millrace.numa.Rung;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every number moves when what it counts does. */
final class MemoryStatisticsTest {
    private static final long MIB = 1L << 20;
    private static final AllocatorConfig CONFIG =
            AllocatorConfig.ofMemoryBytes(16 * MIB).withWorkers(2);

    private final FakeMachine machine = new FakeMachine();

    @Test
    void saysWhereEveryBlockOfAClassIs() {
        try (SlabAllocator allocator = open(CONFIG, 1)) {
            List<Long> blocks = allocate(allocator.worker(0), MemoryPool.INDEX, 300, 10);
            ClassStatistics before = only(allocator);
            assertEquals(MemoryPool.INDEX, before.pool());
            assertEquals(320, before.blockBytes());
            assertEquals(10, before.liveBlocks());
            assertTrue(before.magazineBlocks() > 0);
            long free = before.magazineBlocks() + before.slabFreeBlocks();
            assertEquals(SizeClasses.blocksPerSlab(SizeClasses.of(320)) - 10, free);
            assertEquals(0, before.depotBlocks() + before.inboxBlocks());
            assertEquals(65536, before.slabBytes());
            assertEquals(3200, before.liveBytes());
            assertEquals(before.magazineBlocks() * 320, before.cachedBytes());
            assertEquals(65536 - 3200, before.externalWasteBytes());
            allocator.worker(1).free(blocks.remove(0));
            ClassStatistics after = only(allocator);
            assertEquals(9, after.liveBlocks());
            assertEquals(before.magazineBlocks() + 1, after.magazineBlocks());
            blocks.forEach(allocator.worker(0)::free);
        }
    }

    @Test
    void addsDepotAndInboxToWhatIsCached() {
        int kind = SizeClasses.kind(MemoryPool.INDEX, SizeClasses.of(64));
        SlabTable table = new SlabTable(machine.reserve(2 * MIB), 2 * MIB);
        long base = table.addressOfUnit(0);
        NodeHeap heap = TestNodes.heap(table, 0, base, 2 * MIB);
        Budget budget = TestNodes.budget(MIB);
        MagazineAllocator handle = TestNodes.handle(table, budget, MIB, AllocationSampler.none(), heap);
        handle.free(handle.allocate(MemoryPool.INDEX, 64));
        handle.flushMagazines();
        long kept = handle.allocate(MemoryPool.INDEX, 64);
        long inMagazines = handle.blocksInMagazines();
        long[] inMagazine = new long[7];
        Arrays.fill(inMagazine, kept);
        heap.depot().put(kind, inMagazine);
        long[] inBatch = new long[64];
        Arrays.fill(inBatch, 0, 5, kept);
        heap.inbox().tryHandOver(inBatch, 5 * 64);
        Watch.Span all = new Watch.Span(base, 2 * MIB);
        StatisticsReader reader = new StatisticsReader(
                budget,
                table,
                List.of(new StatisticsReader.Node(3, heap)),
                List.of(handle),
                new WatchedRanges(machine, all, 2 * MIB, new Watch.Bare()),
                Rung.FLAT,
                false);
        MemoryStatistics statistics = reader.read(PageStatistics.NOT_ASKED);
        ClassStatistics ofClass = statistics.nodes().get(0).classes().get(0);
        assertEquals(3, ofClass.nodeId());
        assertEquals(7, ofClass.depotBlocks());
        assertEquals(5, ofClass.inboxBlocks());
        assertEquals((inMagazines + 12) * 64, statistics.cachedBytes());
        handle.free(kept);
        machine.release(base, 2 * MIB);
    }

    @Test
    void nodesAddUpToTheWhole() {
        long seed = 0x5EED_0103L;
        SplittableRandom random = new SplittableRandom(seed);
        try (SlabAllocator allocator = open(CONFIG.withWorkers(4), 2)) {
            List<Long> live = new ArrayList<>();
            for (int step = 0; step < 20_000; step++) {
                BlockAllocator handle = allocator.worker(random.nextInt(4));
                long address = random.nextInt(3) == 0
                        ? BlockAllocator.NONE
                        : handle.tryAllocate(
                                MemoryPool.values()[random.nextInt(5)], 1 + random.nextInt(1 << random.nextInt(17)));
                if (address != BlockAllocator.NONE) {
                    live.add(address);
                } else if (!live.isEmpty()) {
                    handle.free(live.remove(random.nextInt(live.size())));
                }
                if (step % 1000 == 0) {
                    assertAddsUp(allocator.statistics(), allocator.liveBytes(), "seed=" + seed + ", step=" + step);
                }
            }
            live.forEach(allocator.shared()::free);
            assertEquals(0, allocator.statistics().liveBytes());
            assertEquals(0, allocator.statistics().internalWaste());
        }
    }

    @ParameterizedTest
    @EnumSource(AllocatorConfig.Misuse.class)
    void countsTheSameInEveryMisuseMode(AllocatorConfig.Misuse mode) {
        Misuse.assumePossible(mode);
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG.withMisuse(mode))) {
            List<Long> blocks = allocate(allocator.worker(0), MemoryPool.SPILL, 1000, 5);
            blocks.addAll(allocate(allocator.shared(), MemoryPool.SPILL, 1000, 5));
            assertEquals(10 * 1024, allocator.statistics().liveBytes());
            assertAddsUp(allocator.statistics(), 10 * 1024, mode.name());
            blocks.forEach(allocator.worker(1)::free);
            assertEquals(0, allocator.statistics().liveBytes());
        }
    }

    @Test
    void countsRemoteBatchesAndSpills() {
        try (SlabAllocator allocator = open(CONFIG, 2)) {
            List<Long> blocks = allocate(allocator.worker(0), MemoryPool.EVENTS, 64, 200);
            blocks.forEach(allocator.worker(1)::free);
            MemoryStatistics statistics = allocator.statistics();
            assertEquals(3, statistics.remoteBatches());
            assertEquals(0, statistics.nodes().get(0).remoteBatches());
            assertEquals(3, statistics.nodes().get(1).remoteBatches());
            assertEquals(0, statistics.spilledBlocks());
            assertEquals(0, statistics.nodes().get(0).nodeId());
            assertEquals(2, statistics.nodes().get(1).nodeId());
        }
    }

    @Test
    void countsBlocksThatANodeWithoutRoomTookFromAnother() {
        long base = machine.reserve(4 * MIB);
        SlabTable table = new SlabTable(base, 4 * MIB);
        NodeHeap near = TestNodes.heap(table, 0, base, 2 * MIB);
        NodeHeap far = TestNodes.heap(table, 1, base + 2 * MIB, 2 * MIB);
        Budget budget = TestNodes.budgetOfTwo(8 * MIB);
        MagazineAllocator handle = TestNodes.handle(table, budget, MIB, AllocationSampler.none(), near, far);
        List<Long> blocks = allocate(handle, MemoryPool.EVENTS, 1 << 20, 2);
        assertEquals(0, handle.counters().spills());
        blocks.addAll(allocate(handle, MemoryPool.EVENTS, 1 << 20, 1));
        assertEquals(1, handle.counters().spills());
        blocks.forEach(handle::free);
        machine.release(base, 4 * MIB);
    }

    @Test
    void countsRefusalsByPool() {
        try (SlabAllocator allocator = open(CONFIG.withMemoryBytes(MIB), 1)) {
            long whole = allocator.worker(0).allocate(MemoryPool.EVENTS, 1 << 20);
            allocator.worker(0).tryAllocate(MemoryPool.NETWORK, 64);
            allocator.worker(1).tryAllocate(MemoryPool.NETWORK, 64);
            assertThrows(MemoryLimitException.class, () -> allocator.shared().allocate(MemoryPool.INDEX, 64));
            MemoryStatistics statistics = allocator.statistics();
            assertEquals(2, statistics.refusalsByPool().get(MemoryPool.NETWORK));
            assertEquals(1, statistics.refusalsByPool().get(MemoryPool.INDEX));
            assertEquals(0, statistics.refusalsByPool().get(MemoryPool.EVENTS));
            assertEquals(3, statistics.refusals());
            assertEquals(2, statistics.pools().get(MemoryPool.NETWORK.ordinal()).refusals());
            allocator.worker(0).free(whole);
        }
    }

    @Test
    void countsWhatIsGivenBackToTheOperatingSystem() {
        try (SlabAllocator allocator = open(CONFIG, 1)) {
            List<Long> small = allocate(allocator.worker(0), MemoryPool.INDEX, 65536, 240);
            List<Long> kept = new ArrayList<>();
            for (int i = 0; i < 240; i += 30) {
                kept.add(small.get(i));
            }
            small.removeAll(kept);
            small.forEach(allocator.worker(0)::free);
            List<Long> large = allocate(allocator.worker(0), MemoryPool.INDEX, 1 << 20, 14);
            long purgedBefore = allocator.statistics().purgedBytes();
            long residentAtMost = allocator.statistics().residentBytes();
            kept.forEach(allocator.worker(0)::free);
            large.forEach(allocator.worker(0)::free);
            MemoryStatistics statistics = allocator.statistics();
            assertTrue(statistics.purgedBytes() > purgedBefore);
            assertEquals(machine.givenBackBytes, statistics.purgedBytes());
            assertEquals(residentAtMost + purgedBefore - machine.givenBackBytes, statistics.residentBytes());
        }
    }

    @Test
    void estimatesWhatRoundingCosts() {
        try (SlabAllocator allocator = open(CONFIG.withLeakSampleInterval(16), 1)) {
            List<Long> blocks = new ArrayList<>();
            SplittableRandom random = new SplittableRandom(0x5EED_0104L);
            long requested = 0;
            for (int i = 0; i < 5000; i++) {
                int size = 1025 + random.nextInt(256);
                requested += size;
                blocks.add(allocator.worker(0).allocate(MemoryPool.INDEX, size));
            }
            double exact = 1 - requested / (5000 * 1280.0);
            assertEquals(exact, allocator.statistics().internalWaste(), 0.02);
            assertEquals(
                    exact * 5000 * 1280,
                    (double) allocator
                            .statistics()
                            .pools()
                            .get(MemoryPool.INDEX.ordinal())
                            .internalWasteBytes(),
                    0.02 * 5000 * 1280);
            blocks.forEach(allocator.worker(0)::free);
        }
    }

    @Test
    void externalWasteIsTheFreePartOfSlabs() {
        try (SlabAllocator allocator = open(CONFIG, 1)) {
            assertEquals(0, allocator.statistics().externalWaste());
            List<Long> blocks = allocate(allocator.worker(0), MemoryPool.INDEX, 64, 256);
            assertEquals(1 - 256 * 64 / 65536.0, allocator.statistics().externalWaste(), 1e-9);
            blocks.addAll(allocate(allocator.worker(0), MemoryPool.INDEX, 64, 512));
            assertEquals(1 - 768 * 64 / 65536.0, allocator.statistics().externalWaste(), 1e-9);
            blocks.forEach(allocator.worker(0)::free);
            assertEquals(1, allocator.statistics().externalWaste(), 1e-9);
        }
    }

    @Test
    void asksForPagesOnlyWhenAskedTo() {
        try (SlabAllocator allocator = open(CONFIG, 2)) {
            long address = allocator.worker(1).allocate(MemoryPool.INDEX, 16384);
            assertFalse(allocator.statistics().pages().wasAsked());
            assertEquals(0, machine.pagesAsked);
            PageStatistics pages = allocator.statisticsWithPages(100, 1).pages();
            assertTrue(pages.wasAsked());
            assertEquals(100, machine.pagesAsked);
            assertEquals(100, pages.sampledPages());
            assertEquals(0, pages.misplacedPages());
            machine.misplacesPages = true;
            assertEquals(100, allocator.statisticsWithPages(100, 1).pages().misplacedPages());
            assertEquals(1.0, allocator.statisticsWithPages(100, 1).pages().misplacedShare());
            machine.answer = Placement.ABSENT_PAGE;
            assertEquals(100, allocator.statisticsWithPages(100, 1).pages().absentPages());
            machine.answer = Placement.UNKNOWN_NODE;
            assertEquals(100, allocator.statisticsWithPages(100, 1).pages().unknownPages());
            assertEquals(0, allocator.statisticsWithPages(100, 1).pages().misplacedShare());
            allocator.worker(1).free(address);
            assertThrows(IllegalArgumentException.class, () -> allocator.statisticsWithPages(-1, 1));
            assertThrows(
                    IllegalArgumentException.class, () -> allocator.statisticsWithPages(PageSampler.MAX_PAGES + 1, 1));
        }
    }

    @Test
    void pagesThatAreSpreadOverAllNodesAreNotMisplaced() {
        AllocatorConfig spread = CONFIG.withNuma(AllocatorConfig.Numa.INTERLEAVE);
        machine.misplacesPages = true;
        try (SlabAllocator allocator = open(spread, 2)) {
            long address = allocator.worker(1).allocate(MemoryPool.INDEX, 16384);
            assertEquals(0, allocator.statisticsWithPages(100, 1).pages().misplacedPages());
            allocator.worker(1).free(address);
        }
    }

    @Test
    void printsATableWithAlignedColumns() {
        try (SlabAllocator allocator = open(CONFIG, 2)) {
            long address = allocator.worker(0).allocate(MemoryPool.INDEX, 300);
            String text = allocator.statisticsWithPages(10, 1).toString();
            assertTrue(text.startsWith("memory: limit=16.0 MiB, live=320 B, peak="), text);
            assertTrue(text.contains("misplacedPages=0"), text);
            List<String> lines = text.lines().toList();
            int header = lines.indexOf(lines.stream()
                    .filter(line -> line.contains("inSlabs"))
                    .findFirst()
                    .orElseThrow());
            assertEquals(lines.get(header).length(), lines.get(header + 1).length());
            assertTrue(lines.get(header + 1).matches(" +0 +INDEX +320 +1 +\\d+ +0 +0 +\\d+ +64.0 KiB +93.8 %"), text);
            allocator.worker(0).free(address);
        }
    }

    @Test
    void holdsNothingOnceClosedAndStillSaysWhatWasDone() {
        SlabAllocator allocator = open(CONFIG, 1);
        allocator.worker(0).free(allocator.worker(0).allocate(MemoryPool.INDEX, 64));
        allocator.close();
        MemoryStatistics statistics = allocator.statisticsWithPages(10, 1);
        assertEquals(0, statistics.reservedBytes() + statistics.residentBytes() + statistics.slabBytes());
        assertEquals(0, statistics.liveBytes());
        assertEquals(1, statistics.refills());
        assertTrue(statistics.peakLiveBytes() > 0);
        assertEquals(List.of(), statistics.nodes());
    }

    private static void assertAddsUp(MemoryStatistics statistics, long liveBytes, String where) {
        assertEquals(liveBytes, statistics.liveBytes(), where);
        assertTrue(statistics.liveBytes() <= statistics.slabBytes(), where);
        assertTrue(statistics.slabBytes() <= statistics.residentBytes(), where);
        assertTrue(statistics.residentBytes() <= statistics.reservedBytes(), where);
        long live = 0;
        long magazineBlocks = 0;
        for (NodeStatistics node : statistics.nodes()) {
            live += node.liveBytes();
            long slabs = 0;
            for (ClassStatistics ofClass : node.classes()) {
                magazineBlocks += ofClass.magazineBlocks();
                slabs += ofClass.slabBytes();
                assertTrue(ofClass.externalWasteBytes() >= ofClass.cachedBytes(), where);
            }
            assertEquals(node.slabBytes(), slabs, where);
        }
        assertEquals(liveBytes, live, where);
        assertEquals(statistics.blocksInMagazines(), magazineBlocks, where);
        assertEquals(
                liveBytes,
                statistics.pools().stream().mapToLong(PoolStatistics::liveBytes).sum(),
                where);
    }

    private static ClassStatistics only(SlabAllocator allocator) {
        List<NodeStatistics> nodes = allocator.statistics().nodes();
        assertEquals(1, nodes.size());
        assertEquals(1, nodes.get(0).classes().size());
        return nodes.get(0).classes().get(0);
    }

    private static List<Long> allocate(BlockAllocator handle, MemoryPool pool, int sizeBytes, int count) {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(handle.allocate(pool, sizeBytes));
        }
        return blocks;
    }

    private SlabAllocator open(AllocatorConfig config, int nodeCount) {
        return SlabAllocator.open(config, FakeMachine.topology(nodeCount), machine, machine);
    }
}
