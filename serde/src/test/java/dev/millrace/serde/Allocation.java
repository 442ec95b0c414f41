package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what a piece of code leaves on the heap once the JIT has had its time. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int EVENTS_PER_ROUND = 20_000;
    private static final int MOST_ROUNDS = 600;

    private Allocation() {}

    /** A loop over events. Each test writes its own, so that what it calls is inlined into it. */
    @FunctionalInterface
    public interface Loop {
        /** Runs this many events. Returns something that depends on all of them. */
        long run(int events);
    }

    /** Fails unless the loop comes to run without any garbage. Ends with the first clean pair of rounds, however fast the JIT is. */
    public static void assertEndsWithoutGarbage(Loop loop) {
        long checksum = 0;
        long bytes = -1;
        int cleanRounds = 0;
        for (int round = 0; round < MOST_ROUNDS && cleanRounds < 2; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            checksum += loop.run(EVENTS_PER_ROUND);
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
            cleanRounds = bytes == 0 ? cleanRounds + 1 : 0;
        }
        assertEquals(0, bytes, "heap bytes in a round of events=" + EVENTS_PER_ROUND + ", checksum=" + checksum);
    }
}
