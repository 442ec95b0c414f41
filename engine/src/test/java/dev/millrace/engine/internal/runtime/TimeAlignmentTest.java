package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.chain.Receiver;
import org.junit.jupiter.api.Test;

final class TimeAlignmentTest {
    private final TimeAlignment alignment = new TimeAlignment(2);

    @Test
    void aSourceIsAheadWhenItIsFurtherThanTheBoundFromTheSlowest() {
        alignment.isAt(0, 1000);
        alignment.isAt(1, 400);
        assertFalse(alignment.isAhead(0, 600));
        assertTrue(alignment.isAhead(0, 599));
        assertFalse(alignment.isAhead(1, 0), "the slowest never waits");
        alignment.isAt(1, 401);
        assertFalse(alignment.isAhead(0, 599));
    }

    @Test
    void waitsForASourceThatHasNoTimeYet() {
        alignment.isAt(0, 1000);
        assertTrue(alignment.isAhead(0, Long.MAX_VALUE - 1));
        assertFalse(alignment.isAhead(1, 0), "it has to speak first");
    }

    @Test
    void doesNotWaitForASourceThatIsIdleOrHasEnded() {
        alignment.isAt(0, 1000);
        alignment.isOut(1);
        assertFalse(alignment.isAhead(0, 0));
        assertFalse(alignment.isAhead(1, 0));
        alignment.isAt(1, 5);
        assertTrue(alignment.isAhead(0, 0), "it is back");
    }

    @Test
    void timesBeforeTheEpochAreTimesToo() {
        alignment.isAt(0, 1000);
        alignment.isAt(1, Receiver.NO_TIME + 1);
        assertTrue(alignment.isAhead(0, 10_000));
    }
}
