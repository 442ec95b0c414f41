package dev.millrace.serde.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Says that decoding a frame takes no more of the heap than the frame's size explains. Used by one thread. */
final class AllocationLimit {
    /** What an exception with its stack trace and its message takes, with room. */
    static final long BASE_BYTES = 32 << 10;

    /** What a value takes at most for each byte of its flat frame: an entry of a map is the worst of all. */
    static final int PER_FLAT_BYTE = 64;

    /** The same of a message, which is decoded three times: in two bytes it says that there is one more record, all zeros. */
    static final int PER_MESSAGE_BYTE = 768;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationLimit() {}

    /**
     * Runs it, and once more if it took too much: the first time may have loaded classes.
     *
     * @throws AssertionError if it takes too much the second time too
     */
    static void check(int frameBytes, int bytesPerByte, Runnable run) {
        long limit = BASE_BYTES + (long) bytesPerByte * frameBytes;
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
