package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Account.Demand;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BudgetTest {
    private static final long MIB = 1 << 20;
    private static final int EVENTS = MemoryPool.EVENTS.ordinal();
    private static final int INDEX = MemoryPool.INDEX.ordinal();

    @Test
    void grantsMoreThanNeededWhileMuchIsFreeAndExactlyNearTheLimit() {
        Budget budget = new Budget(MIB, 4);
        HandleCredit credit = new HandleCredit(budget);
        long grant = budget.mostIdleBytes(budget.pool(0, EVENTS)) / 2;
        assertTrue(grant > 0);
        assertTrue(credit.spend(EVENTS, 64));
        assertEquals(64 + grant, budget.claimedBytes());
        assertTrue(credit.spend(EVENTS, 1000 << 10), "near the limit");
        assertTrue(budget.pool(0, EVENTS).isTight());
        assertTrue(budget.pool(0, INDEX).isTight(), "what is near above is near below");
        credit.takeBack(EVENTS, 0, 64);
        assertEquals(1000 << 10, budget.claimedBytes(), "nothing is kept near the limit");
        credit.takeBack(EVENTS, 0, 1000 << 10);
        assertFalse(budget.pool(0, EVENTS).isTight());
    }

    @Test
    void grantsTheLastByteAndNotOneMore() {
        Budget budget = new Budget(MIB, 1);
        HandleCredit credit = new HandleCredit(budget);
        long spent = 0;
        while (credit.spend(EVENTS, 64)) {
            spent += 64;
        }
        assertEquals(MIB, spent);
        assertFalse(credit.spend(INDEX, 1));
        assertEquals(MIB, budget.peakBytes());
        credit.takeBack(EVENTS, 0, MIB);
        assertEquals(0, budget.claimedBytes());
        assertEquals(MIB, budget.peakBytes());
    }

    @Test
    void idleCreditOfAllHandlesIsASixteenthAtMost() {
        SplittableRandom random = new SplittableRandom(0x5EED_0105L);
        for (int handles : new int[] {1, 2, 9, 100}) {
            for (long limit = MIB; limit <= 1L << 42; limit *= 8) {
                Budget budget = new Budget(limit, handles);
                long spentBytes = 0;
                for (int handle = 0; handle < handles; handle++) {
                    spentBytes += spendAndTakeBack(new HandleCredit(budget), limit / 64 / handles, random);
                }
                long idle = budget.claimedBytes() - spentBytes;
                assertTrue(
                        idle >= 0 && idle <= limit / 16, "idle=" + idle + ", limit=" + limit + ", handles=" + handles);
            }
        }
    }

    @Test
    void aHandleMayKeepWhatItNeedsOfOnePoolAtTheCostOfTheOthers() {
        Budget budget = new Budget(64 * MIB, 4);
        HandleCredit credit = new HandleCredit(budget);
        assertEquals(MIB, budget.idleBytesOfAHandle());
        for (int pool : new int[] {EVENTS, INDEX, EVENTS}) {
            assertTrue(credit.spend(pool, MIB));
            credit.takeBack(pool, 0, MIB);
            long claimed = budget.claimedBytes();
            assertTrue(claimed <= MIB, "claimed=" + claimed);
        }
        assertTrue(credit.spend(EVENTS, 64), "the first claim left some for small blocks");
    }

    private static long spendAndTakeBack(HandleCredit credit, long mostBytes, SplittableRandom random) {
        long spentBytes = 0;
        for (int i = 0; i < 50; i++) {
            int pool = random.nextInt(MemoryPool.values().length);
            long blockBytes = random.nextLong(1, mostBytes);
            if (credit.spend(pool, blockBytes) && random.nextBoolean()) {
                spentBytes += blockBytes;
            } else {
                credit.takeBack(pool, 0, blockBytes);
            }
        }
        return spentBytes;
    }

    @Test
    void aPoolNeverPassesItsMaximum() {
        Budget budget = budget(8 * MIB, 0, Map.of(MemoryPool.INDEX, MemoryLimits.atMost(3 * MIB)));
        HandleCredit credit = new HandleCredit(budget);
        assertTrue(credit.spend(INDEX, 3 * MIB));
        assertFalse(credit.spend(INDEX, 1));
        assertEquals(BudgetLevel.POOL, credit.refusedBy());
        MemoryLimitException refusal = credit.refusal(MemoryPool.INDEX, 1, 64);
        assertEquals(BudgetLevel.POOL, refusal.level());
        assertEquals(3 * MIB, refusal.usedBytes());
        assertEquals(3 * MIB, refusal.limitBytes());
        assertTrue(credit.spend(EVENTS, 5 * MIB), "the others have the rest");
        assertFalse(credit.spend(EVENTS, 1));
        assertEquals(BudgetLevel.PROCESS, credit.refusedBy());
    }

    @Test
    void aMinimumIsKeptFreeForItsHolder() {
        Budget budget = budget(8 * MIB, 0, Map.of(MemoryPool.INDEX, MemoryLimits.atLeast(3 * MIB)));
        HandleCredit credit = new HandleCredit(budget);
        assertTrue(credit.spend(EVENTS, 5 * MIB));
        assertFalse(credit.spend(EVENTS, 1));
        MemoryLimitException refusal = credit.refusal(MemoryPool.EVENTS, 1, 64);
        assertEquals(5 * MIB, refusal.usedBytes());
        assertEquals(3 * MIB, refusal.refusal().keptBytes());
        assertTrue(refusal.getMessage().contains("keptForMinimaAndReserveBytes=3145728"), refusal.getMessage());
        assertTrue(credit.spend(INDEX, 3 * MIB), "guaranteed");
        assertFalse(credit.spend(INDEX, 1), "but no more");
        credit.takeBack(INDEX, 0, 3 * MIB);
        assertFalse(credit.spend(EVENTS, 1), "kept again once given back");
        credit.takeBack(EVENTS, 0, 5 * MIB);
        assertTrue(credit.spend(INDEX, 8 * MIB), "what nobody is guaranteed is anybody's");
    }

    @Test
    void aNodeKeepsWhatItIsGuaranteedAndPassesNoMaximum() {
        AllocatorConfig config = AllocatorConfig.builder()
                .memoryBytes(8 * MIB)
                .node(0, MemoryLimits.atMost(6 * MIB))
                .node(2, MemoryLimits.atLeast(3 * MIB))
                .build();
        Budget budget = new Budget(BudgetPlan.of(config, List.of(0, 2), List.of(1, 1), 3));
        HandleCredit first = HandleCredit.under(budget, 0, new Pressure());
        HandleCredit second = HandleCredit.under(budget, 1, new Pressure());
        assertTrue(first.spend(EVENTS, 5 * MIB));
        assertFalse(first.spend(EVENTS, MIB));
        assertEquals(BudgetLevel.PROCESS, first.refusedBy());
        assertTrue(second.spend(INDEX, 2 * MIB));
        assertFalse(first.spend(EVENTS, 1));
        assertTrue(second.spend(INDEX, MIB));
        first.takeBack(EVENTS, 0, 5 * MIB);
        second.takeBack(INDEX, 1, 3 * MIB);
        config = AllocatorConfig.builder()
                .memoryBytes(8 * MIB)
                .node(0, MemoryLimits.atMost(2 * MIB))
                .build();
        HandleCredit limited = new HandleCredit(new Budget(BudgetPlan.of(config, List.of(0), List.of(1), 2)));
        assertFalse(limited.spend(EVENTS, 3 * MIB));
        assertEquals(BudgetLevel.NODE, limited.refusedBy());
    }

    @Test
    void theReserveIsThereWhenNothingElseIs() {
        Budget budget = budget(8 * MIB, MIB, Map.of(MemoryPool.EVENTS, MemoryLimits.atMost(2 * MIB)));
        HandleCredit credit = new HandleCredit(budget);
        HandleCredit reserve = HandleCredit.ofReserve(budget, 0);
        assertTrue(credit.spend(EVENTS, 2 * MIB));
        assertTrue(credit.spend(INDEX, 5 * MIB));
        assertFalse(credit.spend(INDEX, 1));
        assertEquals(MIB, credit.refusal(MemoryPool.INDEX, 1, 64).refusal().keptBytes());
        assertTrue(reserve.spend(EVENTS, MIB), "past the maximum of the pool too");
        assertFalse(reserve.spend(EVENTS, 1), "but not past that of the process");
        credit.takeBack(EVENTS, 0, MIB);
        assertFalse(credit.spend(INDEX, 1), "what comes back fills the reserve first");
        assertEquals(7 * MIB, budget.claimedBytes());
    }

    @Test
    void anOperatorHasAMinimumAndAMaximumInsideItsPool() {
        Budget budget = budget(8 * MIB, 0, Map.of(MemoryPool.INDEX, MemoryLimits.atMost(4 * MIB)));
        Account account = budget.operator("join", 0, MemoryPool.INDEX, new MemoryLimits(MIB, 2 * MIB));
        assertSame(account, budget.operator("join", 0, MemoryPool.INDEX, new MemoryLimits(MIB, 2 * MIB)));
        HandleCredit others = new HandleCredit(budget);
        assertTrue(others.spend(INDEX, 3 * MIB));
        assertFalse(others.spend(INDEX, 1), "the operator's minimum is kept");
        IdleShare nothing = new IdleShare(0);
        Credit own = new Credit(budget, account, nothing, 0, false);
        nothing.connect(own);
        assertTrue(own.spend(MIB));
        assertFalse(own.spend(1), "the pool is full");
        assertEquals(BudgetLevel.POOL, BudgetTest.levelOf(own));
        others.takeBack(INDEX, 0, 3 * MIB);
        assertTrue(own.spend(MIB));
        assertFalse(own.spend(1));
        assertEquals(BudgetLevel.OPERATOR, BudgetTest.levelOf(own));
        assertEquals(2 * MIB, budget.pool(0, INDEX).chargedBytes());
    }

    @Test
    void limitsOfAnOperatorChangeOnlyWhileItHasNothing() {
        Budget budget = new Budget(8 * MIB, 2);
        Account before = budget.operator("join", 0, MemoryPool.INDEX, MemoryLimits.atLeast(4 * MIB));
        assertEquals(null, before.charge(64, Demand.ORDINARY));
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> budget.operator("join", 0, MemoryPool.INDEX, MemoryLimits.atMost(MIB)));
        assertTrue(refusal.getMessage().contains("operator=join"), refusal.getMessage());
        before.discharge(64);
        budget.operator("join", 0, MemoryPool.INDEX, MemoryLimits.atMost(MIB));
        assertEquals(0, budget.process().chargedBytes(), "the old minimum is free again");
        assertEquals(1, budget.operators().size());
    }

    @Test
    void minimaOfOperatorsThatDoNotFitAreRefusedWithTheirSum() {
        Budget budget = new Budget(8 * MIB, 2);
        budget.operator("join", 0, MemoryPool.INDEX, MemoryLimits.atLeast(5 * MIB));
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> budget.operator("count", 0, MemoryPool.INDEX, MemoryLimits.atLeast(4 * MIB)));
        assertTrue(
                refusal.getMessage().contains("operator.join=5242880 + operator.count=4194304 = 9437184")
                        && refusal.getMessage().contains("maxBytes=8388608")
                        && refusal.getMessage().contains("lower a minimum by 1048576 bytes"),
                refusal.getMessage());
        assertTrue(new HandleCredit(budget).spend(EVENTS, 3 * MIB));
        MemoryLimitException used = assertThrows(
                MemoryLimitException.class,
                () -> budget.operator("count", 0, MemoryPool.INDEX, MemoryLimits.atLeast(MIB)));
        assertEquals("count", used.operator().orElseThrow());
    }

    @Test
    void boundsTheNumberOfOperators() {
        Budget budget = new Budget(8 * MIB, 2);
        for (int i = 0; i < Budget.MAX_OPERATORS; i++) {
            budget.operator("op" + i, 0, MemoryPool.INDEX, MemoryLimits.NONE);
        }
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> budget.operator("one more", 0, MemoryPool.INDEX, MemoryLimits.NONE));
        assertTrue(refusal.getMessage().contains("limit=1024"), refusal.getMessage());
    }

    @Test
    void theChargeOfABlockFollowsItToItsNode() {
        Budget budget =
                new Budget(BudgetPlan.of(AllocatorConfig.ofMemoryBytes(8 * MIB), List.of(0, 2), List.of(1, 1), 3));
        HandleCredit near = HandleCredit.under(budget, 0, new Pressure());
        HandleCredit far = HandleCredit.under(budget, 1, new Pressure());
        assertTrue(near.spend(INDEX, MIB));
        near.moved(INDEX, MIB, 1);
        assertTrue(budget.node(1).chargedBytes() >= MIB);
        assertTrue(budget.node(0).chargedBytes() < MIB / 4);
        far.takeBack(INDEX, 1, MIB);
        assertTrue(budget.claimedBytes() <= 2 * budget.mostIdleBytes(budget.pool(0, INDEX)));
    }

    @Test
    void aChargeThatCannotFollowStaysWithTheHomeUntilItIsPaid() {
        AllocatorConfig config = AllocatorConfig.builder()
                .memoryBytes(8 * MIB)
                .node(2, MemoryLimits.atMost(MIB))
                .build();
        Budget budget = new Budget(BudgetPlan.of(config, List.of(0, 2), List.of(1, 1), 3));
        HandleCredit near = HandleCredit.under(budget, 0, new Pressure());
        assertTrue(near.spend(INDEX, 2 * MIB));
        near.moved(INDEX, 2 * MIB, 1);
        assertTrue(budget.node(0).chargedBytes() >= 2 * MIB, "stays");
        assertTrue(budget.node(1).chargedBytes() <= MIB);
        near.takeBack(INDEX, 1, 2 * MIB);
        assertTrue(budget.node(0).chargedBytes() <= budget.mostIdleBytes(budget.pool(0, INDEX)));
        assertEquals(0, budget.node(1).chargedBytes());
    }

    @Test
    void refusalsAreCountedWhereTheyAreMade() {
        Budget budget = budget(8 * MIB, 0, Map.of(MemoryPool.INDEX, MemoryLimits.atMost(MIB)));
        HandleCredit credit = new HandleCredit(budget);
        assertFalse(credit.spend(INDEX, 2 * MIB));
        assertFalse(credit.spend(EVENTS, 9 * MIB));
        assertEquals(1, budget.pool(0, INDEX).refusals());
        assertEquals(1, budget.process().refusals());
        assertEquals(0, budget.pool(0, EVENTS).refusals());
        assertNotEquals(0, budget.limitBytes());
    }

    private static Budget budget(long memoryBytes, long reserveBytes, Map<MemoryPool, MemoryLimits> pools) {
        return new Budget(new BudgetPlan(memoryBytes, reserveBytes, List.of(0), List.of(1), Map.of(), pools, 2));
    }

    private static BudgetLevel levelOf(Credit credit) {
        Account account = credit.refusedBy();
        if (account == null) {
            throw new AssertionError("nobody refused");
        }
        return account.level();
    }
}
