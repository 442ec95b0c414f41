package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class OperatorBudgetTest {
    private static final int MIB = 1 << 20;
    private static final int MAX_BYTES = 2 * MIB;
    private static final int MAX_SIZE_BYTES = 20_000;
    private static final int STEPS = 200_000;

    private final SplittableRandom random;
    private final long seed;

    OperatorBudgetTest() {
        seed = System.nanoTime();
        random = new SplittableRandom(seed);
    }

    @Test
    void refusesExactlyWhatWouldPassTheOperatorsMaximumWhateverLiesInMagazines() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(64 * MIB))) {
            BlockAllocator join = allocator.forOperator(0, "join", MemoryPool.INDEX, new MemoryLimits(MIB, MAX_BYTES));
            BlockAllocator worker = allocator.worker(0);
            List<Long> own = new ArrayList<>();
            List<Long> pages = new ArrayList<>();
            List<Long> others = new ArrayList<>();
            long ownBytes = 0;
            int refused = 0;
            for (int step = 0; step < STEPS; step++) {
                // From filling up to emptying and back, so that both happen with magazines empty and full.
                boolean takes = random.nextInt(100) < ((step / 2000) % 2 == 0 ? 65 : 35);
                if (takes) {
                    int sizeBytes = random.nextInt(1, MAX_SIZE_BYTES);
                    long blockBytes = HandleRuns.takenBytes(sizeBytes);
                    boolean fits = ownBytes + blockBytes <= MAX_BYTES;
                    long address = join.tryAllocate(MemoryPool.INDEX, sizeBytes);
                    assertEquals(fits, address != BlockAllocator.NONE, "seed=" + seed + ", step=" + step);
                    if (fits) {
                        own.add(address);
                        ownBytes += blockBytes;
                    } else {
                        refused++;
                    }
                    exchange(join, MemoryPool.EVENTS, pages);
                    exchange(worker, MemoryPool.INDEX, others);
                } else if (!own.isEmpty()) {
                    long address = own.set(random.nextInt(own.size()), own.get(own.size() - 1));
                    own.remove(own.size() - 1);
                    ownBytes -= join.sizeOf(address);
                    join.free(address);
                }
            }
            assertTrue(refused > 0, "the maximum was never reached: seed=" + seed);
            own.forEach(join::free);
            pages.forEach(join::free);
            others.forEach(worker::free);
            assertEquals(0, allocator.liveBytes(), "seed=" + seed);
        }
    }

    /** Blocks that are not the operator's come and go through the same magazines. */
    private void exchange(BlockAllocator handle, MemoryPool pool, List<Long> blocks) {
        if (blocks.size() < 100) {
            blocks.add(handle.allocate(pool, random.nextInt(1, MAX_SIZE_BYTES)));
        } else {
            handle.free(blocks.remove(random.nextInt(blocks.size())));
        }
    }
}
