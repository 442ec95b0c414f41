package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StealOrderTest {
    @Test
    void asksItsOwnNodeFirstAndThenTheNearest() {
        int[][] distances = {{10, 21, 16}, {21, 10, 31}, {16, 31, 10}};
        StealOrder order = StealOrder.of(List.of(0, 1, 2, 0, 1, 2), (from, to) -> distances[from][to]);
        assertEquals(List.of(3), order.near().get(0));
        assertEquals(List.of(2, 5, 1, 4), order.far().get(0));
        assertEquals(List.of(1), order.near().get(4));
        assertEquals(List.of(0, 3, 5, 2), order.far().get(4));
        assertEquals(List.of(0, 3, 1, 4), order.far().get(5));
    }

    @Test
    void beginsWithTheWorkerBehindItself() {
        StealOrder order = StealOrder.flat(4);
        assertEquals(List.of(1, 2, 3), order.near().get(0));
        assertEquals(List.of(3, 0, 1), order.near().get(2));
        assertEquals(List.of(), order.far().get(2));
    }

    @Test
    void hasNobodyToAskWhereOneWorkerIsAlone() {
        assertEquals(List.of(List.of()), StealOrder.flat(1).near());
        assertEquals(1, StealOrder.flat(1).workers());
    }
}
