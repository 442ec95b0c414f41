package dev.millrace.engine.internal.window;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.stream.Window;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where sliding windows begin and end, against a search through all of them. */
final class SlidingLayoutTest {
    private static final int SEEDS = 2000;

    @Test
    void findsTheFirstOpenWindowOfASliceAndTheEndOfTheLast() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            long slide = 1L + random.nextInt(30);
            Window.Sliding kind = new Window.Sliding(slide + random.nextInt(100), slide);
            SlidingLayout layout = SlidingLayout.of(kind);
            long at = random.nextInt(2000) - 1000L;
            long slice = Math.floorDiv(at, kind.sliceMillis()) * kind.sliceMillis();
            long watermark =
                    random.nextInt(5) == 0 ? Receiver.NO_TIME : layout.lastMillis(at) - 1 - random.nextInt(150);
            long first = Long.MAX_VALUE;
            long last = Long.MIN_VALUE;
            for (long start = -100 * slide * 100; start <= at; start += slide) {
                long end = start + kind.sizeMillis();
                if (end > at && end - 1 > watermark) {
                    first = Math.min(first, start);
                    last = Math.max(last, end - 1);
                }
            }
            assertEquals(first, layout.firstStart(slice, watermark), "seed=" + seed);
            assertEquals(last, layout.lastMillis(at), "seed=" + seed);
        }
    }
}
