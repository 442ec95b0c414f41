package dev.millrace.bench.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ScoreTest {
    @Test
    void moreEventsAreBetterAndRangesThatMeetAreNoise() {
        Score slow = new Score(100, 90, 110, false);
        Score overlapping = new Score(120, 105, 130, false);
        Score fast = new Score(150, 140, 160, false);
        assertEquals(1.5, fast.ratioTo(slow));
        assertTrue(fast.isBetterThan(slow));
        assertFalse(slow.isBetterThan(fast));
        assertFalse(overlapping.isBetterThan(slow));
    }

    @Test
    void lessLatencyIsBetter() {
        Score late = new Score(100, 90, 110, true);
        Score early = new Score(50, 40, 60, true);
        assertEquals(2, early.ratioTo(late));
        assertTrue(early.isBetterThan(late));
        assertFalse(late.isBetterThan(early));
    }
}
