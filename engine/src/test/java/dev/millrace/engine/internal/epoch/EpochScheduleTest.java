package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class EpochScheduleTest {
    private static final long INTERVAL_NANOS = 10_000_000;

    private long nowNanos = 5;
    private final EpochSchedule schedule = new EpochSchedule(() -> nowNanos, INTERVAL_NANOS);

    @Test
    void aThreadThatWakesALittleLateDoesNotMakeTheIntervalLonger() {
        long start = nowNanos;
        for (int epoch = 1; epoch <= 1000; epoch++) {
            nowNanos += schedule.waitNanos() + 900_000;
            schedule.requested(nowNanos);
        }
        assertEquals(start + 1000 * INTERVAL_NANOS + 900_000, nowNanos);
    }

    @Test
    void anEpochThatIsLateByMoreHasItsWholeIntervalBehindIt() {
        nowNanos += INTERVAL_NANOS + INTERVAL_NANOS / 4;
        schedule.requested(nowNanos);
        assertEquals(INTERVAL_NANOS, schedule.waitNanos());
    }

    @Test
    void soHasOneThatWasAskedForBeforeItWasDue() {
        nowNanos += INTERVAL_NANOS / 2;
        schedule.requested(nowNanos);
        assertEquals(INTERVAL_NANOS, schedule.waitNanos());
    }

    @Test
    void anEpochThatIsBroughtForwardComesAnEighthOfTheIntervalBehindTheLastOne() {
        schedule.bringForward();
        assertEquals(INTERVAL_NANOS / 8, schedule.waitNanos());
        nowNanos += INTERVAL_NANOS / 8;
        schedule.requested(nowNanos);
        assertEquals(INTERVAL_NANOS, schedule.waitNanos());
        assertEquals(1, schedule.earlyCount());
    }
}
