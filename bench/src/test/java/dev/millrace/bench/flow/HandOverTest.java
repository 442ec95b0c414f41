package dev.millrace.bench.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandOverTest {
    private static final int INVOCATIONS = 3;

    @ParameterizedTest
    @EnumSource
    void everyQueueGivesEachPageOnce(PageHandOver.Queue kind) throws Exception {
        PageHandOver bench = new PageHandOver();
        bench.queue = kind;
        bench.open();
        for (int i = 0; i < INVOCATIONS; i++) {
            assertEquals(PageHandOver.sumOfAllPages(), bench.page());
        }
        bench.close();
    }

    /** The values are 0, 1, 2 and so on. */
    @ParameterizedTest
    @EnumSource
    void everyLaneGivesEachEventOnceAndInOrder(EventHandOver.Lane kind) throws Exception {
        EventHandOver bench = new EventHandOver();
        bench.lane = kind;
        bench.open();
        for (long first = 0; first < (long) INVOCATIONS * EventHandOver.EVENTS; first += EventHandOver.EVENTS) {
            long last = first + EventHandOver.EVENTS - 1;
            assertEquals((first + last) * EventHandOver.EVENTS / 2, bench.event());
        }
        bench.close();
    }
}
