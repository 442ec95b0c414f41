package dev.millrace.engine.internal.testkit;

import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

/** Measures what a piece of code leaves on the heap once the JIT has had its time. */
public final class Garbage {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int EVENTS_PER_ROUND = 1 << 20;
    private static final int EVENTS_PER_CALL = 512;
    private static final int MOST_ROUNDS = 12;
    /** One object per slice of a window is no garbage per event; one object per thousand events would be. */
    private static final double NOISE_BYTES_PER_EVENT = 0.01;

    private Garbage() {}

    /**
     * Fails unless the loop comes to run without garbage. Ends with the first clean pair of rounds of a million events,
     * however fast the JIT is.
     *
     * @param loop runs as many events as it is told
     */
    public static void assertEndsWithout(String what, IntConsumer loop) {
        double bytesPerEvent = Double.NaN;
        int cleanRounds = 0;
        for (int round = 0; round < MOST_ROUNDS && cleanRounds < 2; round++) {
            bytesPerEvent = round(loop);
            cleanRounds = bytesPerEvent < NOISE_BYTES_PER_EVENT ? cleanRounds + 1 : 0;
        }
        if (cleanRounds < 2) {
            fail("garbage on the data path: chain=" + what + ", heapBytesPerEvent=" + bytesPerEvent);
        }
    }

    /** Heap bytes per event of one round. */
    public static double round(IntConsumer loop) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int done = 0; done < EVENTS_PER_ROUND; done += EVENTS_PER_CALL) {
            loop.accept(EVENTS_PER_CALL);
        }
        return (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / EVENTS_PER_ROUND;
    }
}
