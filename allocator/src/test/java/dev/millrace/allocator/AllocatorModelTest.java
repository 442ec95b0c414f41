package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * The allocator against a model of live ranges: two threads with handles on two nodes take, exchange and give back blocks
 * of every pool and of sizes up to runs; memory loses its contents whenever it is given back.
 *
 * <p>Runs 20 million operations. More by hand: {@code ./mvnw -pl allocator -am test -Dtest=AllocatorModelTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.test.operations=100000000}, and another seed with
 * {@code -Dmillrace.test.seed=7}.
 */
final class AllocatorModelTest {
    private static final long OPERATIONS = Long.getLong("millrace.test.operations", 20_000_000);
    private static final long SEED = Long.getLong("millrace.test.seed", 0x5EED_0007L);

    private static final int ROUNDS = 20;
    private static final int THREADS = 2;
    private static final long BUDGET_BYTES = 48L << 20;
    private static final Duration DECAY = Duration.ofMillis(5);
    private static final TierSizes TIERS = new TierSizes(64, 1 << 20, 1, 4, 16, 4L << 20, DECAY);

    @Test
    void liveRangesAreAlwaysThoseOfTheModel() throws Exception {
        FakeMachine machine = new FakeMachine();
        machine.poisonsWhatIsGivenBack = true;
        AtomicLong nowNanos = new AtomicLong();
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(BUDGET_BYTES)
                .withWorkers(2 * THREADS)
                .withTiers(TIERS);
        // Time passes whenever it is looked at, so that memory leaves in the midst of all.
        try (SlabAllocator allocator = SlabAllocator.open(
                config, FakeMachine.topology(2), machine, machine, () -> nowNanos.addAndGet(20_000))) {
            AtomicLong heldBytes = new AtomicLong();
            Queue<long[]> there = new ArrayBlockingQueue<>(16);
            Queue<long[]> back = new ArrayBlockingQueue<>(16);
            ModelPlayer[] players = {
                new ModelPlayer(handles(allocator, 0, 3), there, back, heldBytes, BUDGET_BYTES, SEED),
                new ModelPlayer(handles(allocator, 1, 2), back, there, heldBytes, BUDGET_BYTES, SEED + 1)
            };
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    Future<?> first = threads.submit(() -> players[0].play(OPERATIONS / ROUNDS / THREADS));
                    Future<?> second = threads.submit(() -> players[1].play(OPERATIONS / ROUNDS / THREADS));
                    first.get();
                    second.get();
                    requireSame(allocator, players, heldBytes.get(), there, back);
                    allocator.giveBackIdle();
                }
            } finally {
                threads.shutdownNow();
            }
            assertTrue(players[0].refusals() + players[1].refusals() > 0, "the budget was never met: seed=" + SEED);
            assertTrue(machine.givenBackBytes > 0, "memory never left: seed=" + SEED);
            players[0].giveBackAll();
            players[1].giveBackAll();
            assertEquals(0, allocator.liveBytes(), "seed=" + SEED);
            requireEverythingComesBack(allocator, machine, nowNanos);
        }
    }

    private static BlockAllocator[] handles(SlabAllocator allocator, int own, int other) {
        return new BlockAllocator[] {
            allocator.worker(own), allocator.worker(own), allocator.worker(other), allocator.shared()
        };
    }

    /** While nobody plays, everything can be compared at once. */
    private static void requireSame(
            SlabAllocator allocator, ModelPlayer[] players, long heldBytes, Queue<long[]> there, Queue<long[]> back) {
        TreeMap<Long, Long> all = new TreeMap<>(players[0].endByStart());
        all.putAll(players[1].endByStart());
        for (Queue<long[]> queue : List.of(there, back)) {
            for (long[] batch : queue) {
                for (long address : batch) {
                    all.put(address, address + allocator.shared().sizeOfRun(address));
                }
            }
        }
        long end = 0;
        long bytes = 0;
        for (Map.Entry<Long, Long> range : all.entrySet()) {
            assertTrue(range.getKey() >= end, "two players hold the same bytes: seed=" + SEED);
            end = range.getValue();
            bytes += range.getValue() - range.getKey();
        }
        assertEquals(heldBytes, bytes, "seed=" + SEED);
        assertEquals(bytes, allocator.liveBytes(), "seed=" + SEED);
        assertEquals(bytes, allocator.leaks().liveBytes(), "seed=" + SEED);
    }

    private static void requireEverythingComesBack(SlabAllocator allocator, FakeMachine machine, AtomicLong nowNanos) {
        allocator.handles().forEach(MagazineAllocator::flushMagazines);
        allocator.heaps().forEach(NodeHeap::collect);
        assertEquals(0, allocator.statistics().slabBytes(), "seed=" + SEED);
        nowNanos.addAndGet(DECAY.toNanos());
        allocator.giveBackIdle();
        assertEquals(2 * TIERS.floorBytes() / ChunkHeap.CHUNK_BYTES, machine.residentChunks.size(), "seed=" + SEED);
    }
}
