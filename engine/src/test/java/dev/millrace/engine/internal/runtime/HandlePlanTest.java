package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashSet;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

final class HandlePlanTest {
    @Test
    void hasOneHandleMoreThanWorkersWhereAllMemoryIsOnOneNode() {
        HandlePlan plan = HandlePlan.of(3, handle -> 0);
        assertEquals(4, plan.count());
        assertEquals(2, plan.handle(2, 0));
        assertEquals(3, plan.outside(1));
        assertArrayEquals(new int[] {1}, plan.handlesOf(1));
    }

    @Test
    void givesEachWorkerAHandleOfItsOwnOnEachNodeWhereOthersLive() {
        IntUnaryOperator nodes = handle -> handle % 3;
        HandlePlan plan = HandlePlan.of(5, nodes);
        Set<Integer> used = new HashSet<>();
        for (int worker = 0; worker < 5; worker++) {
            assertEquals(worker, plan.handle(worker, worker));
            for (int home = 0; home < 3; home++) {
                int handle = plan.handle(worker, home);
                assertEquals(plan.nodeOf(home), nodes.applyAsInt(handle));
                used.add(handle);
            }
        }
        for (int home = 0; home < 3; home++) {
            assertEquals(home, nodes.applyAsInt(plan.outside(home)));
            used.add(plan.outside(home));
        }
        assertEquals(6 * 3, used.size(), "no two users share a handle");
        assertEquals(6 * 3, plan.count());
    }

    @Test
    void passesOverHandlesOfNodesWhereNobodyLives() {
        HandlePlan plan = HandlePlan.of(1, handle -> handle % 2);
        assertEquals(2, plan.outside(0));
        assertEquals(3, plan.count());
    }

    @Test
    void refusesAMachineThatHasNoHandleForANode() {
        assertThrows(IllegalStateException.class, () -> HandlePlan.of(2, handle -> Math.min(handle, 1)));
    }
}
