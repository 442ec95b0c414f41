package dev.millrace.allocator;

import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** The count of a page, over the heap twin: of all who give back, exactly one frees the page, and it is the last. */
public final class RegionPageInterleavingTest {
    private static final int TAKEN = 4;
    private static final int MEMORY_BYTES = 256;

    @Test
    void exactlyOneFreesThePage() {
        Interleavings.check(Page.class, Specification.class);
    }

    @Test
    void aCountThatIsReadAndWrittenInTwoStepsIsFoundOut() {
        Interleavings.findsFault(TornPage.class, Specification.class);
    }

    /** The page of the engine. */
    public static final class Page {
        private final HeapMemory memory = new HeapMemory(MEMORY_BYTES);
        private final long page = opened(memory);

        @Operation
        public boolean release() {
            return RegionPage.release(memory, page, 1);
        }

        @Operation(runOnce = true)
        public boolean retire() {
            return RegionPage.retire(memory, page, TAKEN);
        }
    }

    /** A page whose count two may change at once. */
    public static final class TornPage {
        private final HeapMemory memory = new HeapMemory(MEMORY_BYTES);
        private final long page = opened(memory);

        @Operation
        public boolean release() {
            return change(-1);
        }

        @Operation(runOnce = true)
        public boolean retire() {
            return change(TAKEN - Specification.OPEN);
        }

        private boolean change(int delta) {
            int live = memory.getIntVolatile(page) + delta;
            memory.putIntRelease(page, live);
            if (live < 0) {
                throw new IllegalStateException("more blocks given back than taken");
            }
            return live == 0;
        }
    }

    /** What one thread alone would see. */
    public static final class Specification {
        static final int OPEN = 1 << 30;

        private int live = OPEN;

        public boolean release() {
            return change(-1);
        }

        public boolean retire() {
            return change(TAKEN - OPEN);
        }

        private boolean change(int delta) {
            live += delta;
            if (live < 0) {
                throw new IllegalStateException("more blocks given back than taken");
            }
            return live == 0;
        }
    }

    private static long opened(HeapMemory memory) {
        memory.putIntRelease(memory.firstAddress(), Specification.OPEN);
        return memory.firstAddress();
    }
}
