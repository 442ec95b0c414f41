package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BudgetTest {
    @Test
    void grantsMoreThanNeededWhileMuchIsFreeAndExactlyNearTheLimit() {
        Budget budget = new Budget(1 << 20, 4);
        long generous = budget.claim(64);
        assertEquals(64 + budget.maxIdleCreditBytes() / 2, generous);
        assertEquals(1000 << 10, budget.claim(1000 << 10), "near the limit");
        assertTrue(budget.isTight());
        assertEquals(0, budget.keptCreditBytes());
        budget.giveBack(1000 << 10);
        assertFalse(budget.isTight());
    }

    @Test
    void grantsTheLastByteAndNotOneMore() {
        Budget budget = new Budget(1 << 20, 1);
        long claimed = 0;
        long granted = budget.claim(64);
        while (granted > 0) {
            claimed += granted;
            granted = budget.claim(64);
        }
        assertTrue(claimed + 64 > 1 << 20 && claimed <= 1 << 20, "claimed=" + claimed);
        long rest = (1 << 20) - claimed;
        assertTrue(rest == 0 || budget.claim(rest) == rest);
        assertEquals(0, budget.claim(1));
        assertEquals(1 << 20, budget.peakBytes());
        budget.giveBack(1 << 20);
        assertEquals(0, budget.claimedBytes());
        assertEquals(1 << 20, budget.peakBytes());
    }

    @Test
    void idleCreditOfAllHandlesIsASixteenthAtMost() {
        for (int handles : new int[] {1, 2, 9, 1025}) {
            for (long limit = 1 << 20; limit <= 1L << 42; limit *= 8) {
                assertTrue(new Budget(limit, handles).maxIdleCreditBytes() * handles <= limit / 16);
            }
        }
    }

    @Test
    void threadsNeverPassTheLimitTogether() throws InterruptedException {
        long limit = 1 << 20;
        Budget budget = new Budget(limit, 3);
        AtomicLong held = new AtomicLong();
        AtomicLong worst = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            SplittableRandom random = new SplittableRandom(thread);
            threads.add(new Thread(() -> {
                long mine = 0;
                for (int step = 0; step < 100_000; step++) {
                    if (mine < limit / 2 && random.nextBoolean()) {
                        long granted = budget.claim(1 + random.nextInt(60_000));
                        mine += granted;
                        worst.accumulateAndGet(held.addAndGet(granted), Math::max);
                    } else {
                        long part = mine / 2;
                        held.addAndGet(-part);
                        budget.giveBack(part);
                        mine -= part;
                    }
                }
                held.addAndGet(-mine);
                budget.giveBack(mine);
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(worst.get() <= limit, "worst=" + worst.get());
        assertTrue(budget.peakBytes() >= worst.get() && budget.peakBytes() <= limit);
        assertEquals(0, budget.claimedBytes());
        assertFalse(budget.isTight());
    }
}
