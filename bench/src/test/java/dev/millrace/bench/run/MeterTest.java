package dev.millrace.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MeterTest {
    private static final int ARRAYS = 2_000;
    private static final int ARRAY_BYTES = 1 << 17;

    @Test
    void countsWhatAThreadAllocatedThatHasEnded() throws InterruptedException {
        try (Meter meter = new Meter()) {
            meter.start();
            long[] kept = new long[1];
            Thread thread = new Thread(() -> {
                for (int i = 0; i < ARRAYS; i++) {
                    kept[0] += new byte[ARRAY_BYTES].length;
                }
            });
            thread.start();
            thread.join();
            System.gc();
            Usage usage = meter.stop();
            assertEquals((long) ARRAYS * ARRAY_BYTES, kept[0]);
            double ratio = usage.heapBytes() / (double) kept[0];
            assertTrue(ratio > 0.8 && ratio < 1.5, "ratio=" + ratio);
            assertTrue(usage.gcCount() > 0);
            assertTrue(usage.cpuNanos() > 0 && usage.wallNanos() > 0);
        }
    }
}
