package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Account.Demand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The tree against a model that counts by adding up, and against threads that want more than there is. */
final class BudgetTreeTest {
    private static final long LIMIT = 1 << 20;
    private static final long RESERVE = 1 << 14;

    @Test
    void answersAsAModelThatAddsUp() {
        for (long seed = 1; seed <= 200; seed++) {
            new Walk(new SplittableRandom(seed), "seed=" + seed).run();
        }
    }

    @Test
    void threadsNeverPassALimitTogetherAndNeverEatAMinimum() throws Exception {
        Account root = Account.root(LIMIT, RESERVE);
        Account node = opened(root, BudgetLevel.NODE, "0", MemoryLimits.NONE);
        Account guaranteed = opened(node, BudgetLevel.POOL, "INDEX", new MemoryLimits(LIMIT / 4, LIMIT / 2));
        Account greedy = opened(node, BudgetLevel.POOL, "EVENTS", MemoryLimits.atMost(LIMIT * 7 / 8));
        AtomicLong heldByGuaranteed = new AtomicLong();
        AtomicLong heldByGreedy = new AtomicLong();
        AtomicLong worst = new AtomicLong();
        AtomicBoolean wasRefusedWithinItsMinimum = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        CountDownLatch start = new CountDownLatch(3);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                SplittableRandom random = new SplittableRandom(i);
                running.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    takeAndGive(greedy, LIMIT, heldByGreedy, heldByGuaranteed, worst, new AtomicBoolean(), random);
                    return null;
                }));
            }
            running.add(threads.submit(() -> {
                start.countDown();
                start.await();
                takeAndGive(
                        guaranteed,
                        LIMIT / 4,
                        heldByGuaranteed,
                        heldByGreedy,
                        worst,
                        wasRefusedWithinItsMinimum,
                        new SplittableRandom(7));
                return null;
            }));
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertTrue(worst.get() <= LIMIT - RESERVE, "worst=" + worst.get());
        assertEquals(false, wasRefusedWithinItsMinimum.get(), "a guaranteed minimum was eaten");
        assertEquals(LIMIT / 4, root.chargedBytes(), "the minimum, and nothing else");
        assertEquals(0, guaranteed.chargedBytes());
        assertEquals(0, greedy.chargedBytes());
        assertTrue(root.peakBytes() <= LIMIT - RESERVE, "peak=" + root.peakBytes());
    }

    /** Holds at most a number of bytes at a time; each refusal below that is noted. */
    private static void takeAndGive(
            Account account,
            long mostBytes,
            AtomicLong held,
            AtomicLong heldByOthers,
            AtomicLong worst,
            AtomicBoolean wasRefused,
            SplittableRandom random) {
        long mine = 0;
        for (int step = 0; step < 1_500_000; step++) {
            long wanted = 1L + random.nextInt(40_000);
            if (mine + wanted <= mostBytes && random.nextInt(3) > 0) {
                if (account.charge(wanted, Demand.ORDINARY) == null) {
                    mine += wanted;
                    worst.accumulateAndGet(held.addAndGet(wanted) + heldByOthers.get(), Math::max);
                } else {
                    wasRefused.set(true);
                }
            } else if (mine > 0) {
                long part = 1 + random.nextLong(mine);
                held.addAndGet(-part);
                account.discharge(part);
                mine -= part;
            }
        }
        held.addAndGet(-mine);
        account.discharge(mine);
    }

    private static Account opened(Account parent, BudgetLevel level, String name, MemoryLimits limits) {
        Account account = parent.open(level, name, limits);
        if (account == null) {
            throw new AssertionError("does not fit: " + name + ", " + limits);
        }
        return account;
    }

    /** A random tree of three levels, and random charges to its leaves. */
    private static final class Walk {
        private final SplittableRandom random;
        private final String seed;
        private final List<Account> leaves = new ArrayList<>();
        private final Map<Account, Long> held = new HashMap<>();
        private final Account root;
        private final long reserve;

        Walk(SplittableRandom random, String seed) {
            this.random = random;
            this.seed = seed;
            reserve = random.nextBoolean() ? 0 : random.nextInt(100);
            root = Account.root(1000, reserve);
            for (int node = 0; node < 2; node++) {
                Account above = open(root, BudgetLevel.NODE, "n" + node);
                for (int pool = 0; pool < 2; pool++) {
                    Account leaf = open(above, BudgetLevel.POOL, "p" + pool);
                    leaves.add(leaf);
                    leaves.add(open(leaf, BudgetLevel.OPERATOR, "o"));
                }
            }
            leaves.forEach(leaf -> held.put(leaf, 0L));
        }

        private Account open(Account parent, BudgetLevel level, String name) {
            long max = random.nextBoolean() ? MemoryLimits.UNLIMITED : 1L + random.nextInt(1000);
            long min = random.nextInt(3) > 0 ? 0 : Math.min(max, random.nextInt(150));
            Account account = parent.open(level, name, new MemoryLimits(min, max));
            return account == null ? opened(parent, level, name, MemoryLimits.NONE) : account;
        }

        void run() {
            for (int step = 0; step < 2000; step++) {
                Account leaf = leaves.get(random.nextInt(leaves.size()));
                long mine = held.get(leaf);
                if (random.nextInt(5) < 3) {
                    long wanted = 1L + random.nextInt(120);
                    Demand demand = random.nextInt(8) == 0 ? Demand.FROM_RESERVE : Demand.ORDINARY;
                    boolean expected = fits(leaf, wanted, demand);
                    assertEquals(expected, leaf.charge(wanted, demand) == null, seed + ", step=" + step);
                    if (expected) {
                        held.put(leaf, mine + wanted);
                    }
                } else if (mine > 0) {
                    long part = 1 + random.nextLong(mine);
                    leaf.discharge(part);
                    held.put(leaf, mine - part);
                }
                assertEquals(charged(root), root.chargedBytes(), seed + ", step=" + step);
            }
        }

        /** What must be charged: what is held directly, and of each child what it holds or is guaranteed. */
        private long charged(Account account) {
            long bytes = held.getOrDefault(account, 0L);
            for (Account child : account.children()) {
                bytes += Math.max(charged(child), child.limits().minBytes());
            }
            return bytes;
        }

        private boolean fits(Account leaf, long wanted, Demand demand) {
            held.merge(leaf, wanted, Long::sum);
            boolean fits = true;
            long before = wanted;
            for (Account account = leaf; account != null && before > 0; account = account.parent()) {
                long after = charged(account);
                long limit = account.limits().maxBytes();
                if (demand == Demand.ORDINARY) {
                    fits &= after <= limit - account.reserveBytes();
                } else {
                    fits &= account.parent() != null || after <= limit;
                }
                before = Math.max(after, account.limits().minBytes())
                        - Math.max(after - before, account.limits().minBytes());
            }
            held.merge(leaf, -wanted, Long::sum);
            return fits;
        }
    }
}
