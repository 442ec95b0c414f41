package dev.millrace.allocator.testkit;

import dev.millrace.allocator.SlabAllocator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves live off-heap bytes behind. Registered for every test of every module that has the allocator's
 * test jar on its class path; nothing needs to be written in the test.
 *
 * <p>It compares the live bytes of the process before and after, so what a class keeps over all its tests is no leak. Bytes
 * that were live when their allocator was closed count as left behind: closing does not excuse them.
 */
public final class LeakGuard implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeakGuard.class);
    private static final String LIVE_BEFORE = "liveBytesBefore";

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put(LIVE_BEFORE, SlabAllocator.liveBytesOfProcess());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        long before = context.getStore(NAMESPACE).get(LIVE_BEFORE, Long.class);
        check(context.getDisplayName(), before);
    }

    /**
     * Throws if more is live than before.
     *
     * @param liveBytesBefore the live bytes of the process when the test began
     */
    public static void check(String test, long liveBytesBefore) {
        long left = SlabAllocator.liveBytesOfProcess() - liveBytesBefore;
        if (left != 0) {
            throw new AssertionError("off-heap bytes left live: test=" + test + ", leftBytes=" + left
                    + ", liveBytesBefore=" + liveBytesBefore + "; SlabAllocator.leaks() says which");
        }
    }
}
