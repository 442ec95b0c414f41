package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.chain.Receiver;
import org.junit.jupiter.api.Test;

final class MergedTimeTest {
    private final MergedTime time = new MergedTime(3, Receiver.NO_TIME, 0);

    @Test
    void isTheLeastOfAllInputs() {
        time.watermark(0, 10, 1);
        time.watermark(1, 20, 2);
        assertEquals(Receiver.NO_TIME, time.merged(), "the third has not said anything");
        time.watermark(2, 30, 3);
        assertEquals(10, time.merged());
        assertEquals(3, time.sinceNanos());
        time.watermark(1, 25, 4);
        assertEquals(3, time.sinceNanos(), "nothing has changed");
    }

    @Test
    void doesNotWaitForAnInputThatIsIdle() {
        time.watermark(0, 10, 1);
        time.watermark(1, 20, 2);
        time.idle(2, 7);
        assertEquals(10, time.merged());
        assertEquals(7, time.sinceNanos());
        time.idle(0, 8);
        assertEquals(20, time.merged());
        assertFalse(time.isIdle());
    }

    @Test
    void waitsForAnInputThatIsBackAndDoesNotGoBack() {
        time.watermark(0, 10, 1);
        time.watermark(1, 20, 1);
        time.watermark(2, 30, 1);
        time.idle(0, 2);
        assertEquals(20, time.merged());
        time.spoke(0);
        time.watermark(1, 40, 3);
        assertEquals(20, time.merged(), "the first one is at 10");
        time.watermark(0, 35, 4);
        assertEquals(30, time.merged());
    }

    @Test
    void isWhereTheFurthestWasWhenAllAreIdleInWhateverOrderTheyFellSilent() {
        time.watermark(0, 10, 1);
        time.watermark(1, 20, 1);
        time.watermark(2, 30, 1);
        time.idle(2, 2);
        assertEquals(10, time.merged());
        time.idle(1, 2);
        assertEquals(10, time.merged());
        time.idle(0, 2);
        assertEquals(30, time.merged());
        assertTrue(time.isIdle());
    }

    @Test
    void anInputThatHasEndedHoldsNothingBackAndEndsNothing() {
        time.watermark(0, 10, 1);
        time.watermark(1, 20, 1);
        time.watermark(2, 30, 1);
        time.watermark(0, Receiver.END_OF_TIME, 2);
        assertEquals(20, time.merged());
        time.idle(1, 3);
        time.idle(2, 3);
        assertEquals(30, time.merged(), "silence is no end: the two may speak again");
        time.watermark(1, 40, 4);
        assertEquals(40, time.merged());
        time.watermark(1, Receiver.END_OF_TIME, 5);
        assertEquals(40, time.merged());
        time.watermark(2, Receiver.END_OF_TIME, 5);
        assertEquals(Receiver.END_OF_TIME, time.merged());
        assertFalse(time.isIdle());
    }

    @Test
    void anInputThatHasEndedIsNeverIdle() {
        time.watermark(0, Receiver.END_OF_TIME, 1);
        time.idle(0, 2);
        assertTrue(time.hasEnded(0));
        assertFalse(time.isIdle(0));
    }

    @Test
    void tellsWhenItCannotBeFoundAgainFromWhereTheInputsAre() {
        time.watermark(0, 10, 1);
        time.watermark(1, 20, 1);
        time.watermark(2, 30, 1);
        assertFalse(time.isAheadOfInputs());
        time.idle(0, 2);
        assertTrue(time.isAheadOfInputs());
        time.spoke(0);
        assertTrue(time.isAheadOfInputs(), "the input is back, and behind");
        time.watermark(0, 20, 3);
        assertFalse(time.isAheadOfInputs());
        assertTrue(new MergedTime(2, 50, 0).isAheadOfInputs(), "nobody has said anything in this life");
    }
}
