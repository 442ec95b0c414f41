package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * What the allocator holds beyond live blocks while the program changes what it is about, counted in bytes that went
 * through it and not by a clock.
 *
 * <p>Longer by hand: {@code ./mvnw -pl allocator -am test -Dtest=FragmentationTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.test.fragmentation.phases=2000} goes on for about ten minutes.
 */
final class FragmentationTest {
    private static final int PHASES = Integer.getInteger("millrace.test.fragmentation.phases", 12);
    private static final long SEED = Long.getLong("millrace.test.seed", 0x5EED_0008L);

    /**
     * Overhead is what is held less what is live, over what is live: at the end of a phase, once all that was live before
     * it has been replaced, the handles were idle, and the decay passed. Slabs hold addresses for their free blocks; what is
     * resident of these are pages that have something live.
     */
    private static final int MAX_SLAB_OVERHEAD_PERCENT = 20;

    private static final int MAX_RESIDENT_OVERHEAD_PERCENT = 15;
    private static final int MAX_MEAN_SLAB_OVERHEAD_PERCENT = 10;
    private static final int MAX_MEAN_RESIDENT_OVERHEAD_PERCENT = 8;
    private static final long STEP_NANOS = Duration.ofMillis(50).toNanos();
    private static final long BUDGET_BYTES = 256L << 20;
    private static final long FLOOR_BYTES = TierSizes.DEFAULT.floorBytes();

    private final AtomicLong nowNanos = new AtomicLong();

    @Test
    void changingSizesCostABoundedPartOfWhatIsLive() {
        FakeMachine machine = new FakeMachine();
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(BUDGET_BYTES).withWorkers(2);
        try (SlabAllocator allocator =
                SlabAllocator.open(config, FakeMachine.topology(1), machine, machine, nowNanos::get)) {
            ChangingProgram program = new ChangingProgram(allocator, BUDGET_BYTES, SEED);
            long slabPercents = 0;
            long residentPercents = 0;
            while (program.phase() < PHASES) {
                program.step();
                nowNanos.addAndGet(STEP_NANOS);
                if (program.endsPhase()) {
                    beIdle(allocator);
                    final long live = allocator.liveBytes();
                    final long slabs = allocator.statistics().slabBytes();
                    final long resident = machine.residentBytes();
                    final String held = "held beyond live blocks: seed=" + SEED + ", phase=" + program.phase()
                            + ", liveBytes=" + live + ", slabBytes=" + slabs + ", residentBytes=" + resident;
                    assertTrue(overheadPercent(slabs, live) <= MAX_SLAB_OVERHEAD_PERCENT, held);
                    assertTrue(overheadPercent(resident, live) <= MAX_RESIDENT_OVERHEAD_PERCENT, held);
                    slabPercents += overheadPercent(slabs, live);
                    residentPercents += overheadPercent(resident, live);
                }
            }
            assertTrue(
                    slabPercents / PHASES <= MAX_MEAN_SLAB_OVERHEAD_PERCENT
                            && residentPercents / PHASES <= MAX_MEAN_RESIDENT_OVERHEAD_PERCENT,
                    "held on average: seed=" + SEED + ", slabPercent=" + slabPercents / PHASES + ", residentPercent="
                            + residentPercents / PHASES);
            program.giveBackAll();
            requireFloor(allocator);
            assertEquals(FLOOR_BYTES, machine.residentChunks.size() * ChunkHeap.CHUNK_BYTES);
        }
    }

    @Test
    void afterTheDecayTheProcessIsBackAtTheFloor() throws IOException {
        RangeSource ranges = RangeSource.detect().orElse(null);
        assumeTrue(
                ranges != null && Files.isReadable(Path.of("/proc/self/smaps")), "only Linux tells what is resident");
        AllocatorConfig config =
                AllocatorConfig.ofMemoryBytes(64 << 20).withHugePages(AllocatorConfig.HugePages.PREFERRED);
        try (SlabAllocator allocator = SlabAllocator.open(
                config, Topology.flat(1), Placement.flat("one node is enough"), ranges, nowNanos::get)) {
            NodeHeap heap = allocator.heaps().get(0);
            long before = residentBytes(heap.start(), heap.bytes());
            List<Long> blocks = Blocks.fill(allocator.worker(0), MemoryPool.INDEX, 3000);
            for (long block : blocks) {
                Memory.fill(block, 3000, (byte) 1);
            }
            long full = residentBytes(heap.start(), heap.bytes());
            assertTrue(full - before >= allocator.liveBytes() * 95 / 100, "not resident: bytes=" + (full - before));
            blocks.forEach(allocator.worker(0)::free);
            requireFloor(allocator);
            long after = residentBytes(heap.start(), heap.bytes());
            assertTrue(after - before <= FLOOR_BYTES, "still resident: bytes=" + (after - before));
        }
    }

    @Test
    void freePagesOfChunksInUseGoBackToTheKernelAfterTheDecay() throws IOException {
        RangeSource ranges = RangeSource.detect().orElse(null);
        assumeTrue(
                ranges != null && Files.isReadable(Path.of("/proc/self/smaps")), "only Linux tells what is resident");
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(64 << 20)
                .withTiers(TierSizes.DEFAULT.withFloorBytes(0))
                .withHugePages(AllocatorConfig.HugePages.PREFERRED);
        try (SlabAllocator allocator = SlabAllocator.open(
                config, Topology.flat(1), Placement.flat("one node is enough"), ranges, nowNanos::get)) {
            NodeHeap heap = allocator.heaps().get(0);
            BlockAllocator worker = allocator.worker(0);
            List<Long> blocks = Blocks.fill(worker, MemoryPool.INDEX, 20_000);
            for (long block : blocks) {
                Memory.fill(block, 20_000, (byte) 1);
            }
            long full = residentBytes(heap.start(), heap.bytes());
            for (int i = 0; i < blocks.size(); i++) {
                if (i % 5 != 0) {
                    worker.free(blocks.get(i));
                }
            }
            beIdle(allocator);
            long live = allocator.liveBytes();
            long resident = residentBytes(heap.start(), heap.bytes());
            assertTrue(resident < full / 2, "fullBytes=" + full + ", residentBytes=" + resident);
            assertTrue(
                    resident <= allocator.statistics().residentBytes(),
                    "residentBytes=" + resident + ", counted="
                            + allocator.statistics().residentBytes());
            assertTrue(overheadPercent(resident, live) <= 50, "liveBytes=" + live + ", residentBytes=" + resident);
            for (int i = 0; i < blocks.size(); i += 5) {
                assertEquals(0x0101010101010101L, Memory.getLong(blocks.get(i) + 19_992));
                worker.free(blocks.get(i));
            }
            List<Long> again = Blocks.fill(worker, MemoryPool.INDEX, 20_000);
            again.forEach(block -> Memory.fill(block, 20_000, (byte) 2));
            assertTrue(residentBytes(heap.start(), heap.bytes())
                    <= allocator.statistics().residentBytes());
            again.forEach(worker::free);
        }
    }

    private void requireFloor(SlabAllocator allocator) {
        assertEquals(0, allocator.liveBytes());
        beIdle(allocator);
        assertEquals(0, allocator.statistics().slabBytes());
        assertTrue(allocator.heaps().get(0).residentBytes() <= FLOOR_BYTES);
    }

    /** Looks after the tiers as an engine without work does, until the decay has passed. */
    private void beIdle(SlabAllocator allocator) {
        for (int call = 0; call < 200; call++) {
            allocator.handles().forEach(MagazineAllocator::flush);
        }
        allocator.giveBackIdle();
        allocator.giveBackIdle();
        allocator.giveBackIdle();
        nowNanos.addAndGet(TierSizes.DEFAULT.decay().toNanos());
        allocator.giveBackIdle();
    }

    private static long overheadPercent(long heldBytes, long liveBytes) {
        return (heldBytes - liveBytes) * 100 / liveBytes;
    }

    /** What the kernel counts as resident in the mappings of a range. */
    private static long residentBytes(long start, long bytes) throws IOException {
        long resident = 0;
        boolean isOurs = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                String[] ends = line.substring(0, line.indexOf(' ')).split("-", -1);
                long from = Long.parseUnsignedLong(ends[0], 16);
                long to = Long.parseUnsignedLong(ends[1], 16);
                isOurs = Long.compareUnsigned(from, start + bytes) < 0 && Long.compareUnsigned(to, start) > 0;
            } else if (isOurs && line.startsWith("Rss:")) {
                resident += Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        return resident;
    }
}
