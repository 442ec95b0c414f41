package dev.millrace.serde.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Says that decoding a frame takes no more of the heap than the frame's size explains. Used by one thread. */
final class AllocationLimit {
    /** What an exception with its stack trace and its message takes, with room. */
    static final long BASE_BYTES = 32 << 10;

    /** What a value takes at most for each byte of its frame: an entry of a map is the worst of all. */
    static final long BYTES_PER_FRAME_BYTE = 64;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationLimit() {}

    /**
     * Runs it, and once more if it took too much: the first time may have loaded classes.
     *
     * @throws AssertionError if it takes too much the second time too
     */
    static void check(int frameBytes, Runnable run) {
        long limit = BASE_BYTES + BYTES_PER_FRAME_BYTE * frameBytes;
        if (allocatedBytes(run) > limit) {
            long again = allocatedBytes(run);
            if (again > limit) {
                throw new AssertionError("too much heap for a frame: allocatedBytes=" + again + ", frameBytes="
                        + frameBytes + ", limitBytes=" + limit);
            }
        }
    }

    private static long allocatedBytes(Runnable run) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        run.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
