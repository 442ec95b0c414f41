package dev.millrace.bench.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FlowBenchTest {
    @Test
    void everyTimerThatFiresIsSetAgain() {
        TimerOperations bench = new TimerOperations();
        bench.timers = 100;
        bench.open();
        long queued = bench.timerQueue();
        assertTrue(queued > 0 && queued < 100L * TimerOperations.FIRINGS, () -> "sum of keys: " + queued);
        assertTrue(bench.priorityQueue() > 0);
        assertTrue(bench.timerWheel() > 0);
        assertArrayEquals(new int[] {100, 100, 100}, bench.counts());
        bench.close();
    }

    /** Each spreads the keys: the mean partition is in the middle. */
    @Test
    void everyPartitionerUsesAllPartitions() {
        for (int keyBytes : new int[] {8, 32}) {
            PartitionOfKey bench = new PartitionOfKey();
            bench.keyBytes = keyBytes;
            bench.open();
            double middle = 256 * (PartitionOfKey.PARTITIONS - 1) / 2.0;
            assertEquals(middle, (double) bench.keyGroups(), middle / 4);
            assertEquals(middle, (double) bench.murmur3Modulo(), middle / 4);
            assertEquals(middle, (double) bench.consistentHash(), middle / 4);
            assertEquals(middle, (double) bench.stringHashCodeModulo(), middle / 4);
            bench.close();
        }
    }
}
