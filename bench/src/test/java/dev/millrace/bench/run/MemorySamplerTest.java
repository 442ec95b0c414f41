package dev.millrace.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MemorySamplerTest {
    @Test
    void keepsABoundedNumberOfPointsByDoublingTheInterval() {
        try (MemorySampler sampler = new MemorySampler()) {
            sampler.start();
            long firstInterval = sampler.stop().intervalNanos();
            sampler.start();
            for (int i = 0; i < 5 * MemorySampler.MAX_POINTS; i++) {
                sampler.tick();
            }
            MemoryCurve curve = sampler.stop();
            assertTrue(
                    curve.heapBytes().size() <= MemorySampler.MAX_POINTS,
                    "points=" + curve.heapBytes().size());
            assertTrue(curve.heapBytes().size() > MemorySampler.MAX_POINTS / 2 - 2);
            assertEquals(8 * firstInterval, curve.intervalNanos());
        }
    }
}
