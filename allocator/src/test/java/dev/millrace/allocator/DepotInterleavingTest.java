package dev.millrace.allocator;

import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** The depot, with magazines of blocks of the heap twin: none is lost, and none is handed to two. */
public final class DepotInterleavingTest {
    private static final int MAGAZINES = 2;
    private static final int BLOCK_BYTES = 64;
    private static final int KIND = SizeClasses.kind(MemoryPool.EVENTS, SizeClasses.of(BLOCK_BYTES));
    private static final int MEMORY_BYTES = 16 * BLOCK_BYTES;

    @Test
    void everyMagazineHasOneOwnerAtATime() {
        Interleavings.check(Exchange.class, Specification.class);
    }

    @Test
    void aDepotThatLooksFirstAndTakesThenIsFoundOut() {
        Interleavings.findsFault(HastyExchange.class, Specification.class);
    }

    /** Two handles and the depot of the engine. */
    public static final class Exchange {
        private final HeapMemory memory = new HeapMemory(MEMORY_BYTES);
        private final Depot depot = new Depot(MAGAZINES, Long.MAX_VALUE);

        @Operation
        public boolean put(int value) {
            return depot.put(KIND, stamped(memory, value)).length > 0;
        }

        @Operation
        public int take() {
            long[] full = depot.take(KIND, new long[1]);
            return full.length == 0 ? -1 : memory.getInt(full[0]);
        }
    }

    /** A depot that two may take the same magazine from. */
    public static final class HastyExchange {
        private final HeapMemory memory = new HeapMemory(MEMORY_BYTES);
        private final long[][] full = new long[MAGAZINES][];
        private volatile int count;

        @Operation
        public boolean put(int value) {
            int top = count;
            if (top == MAGAZINES) {
                return false;
            }
            full[top] = stamped(memory, value);
            count = top + 1;
            return true;
        }

        @Operation
        public int take() {
            int top = count;
            if (top == 0) {
                return -1;
            }
            count = top - 1;
            return memory.getInt(full[top - 1][0]);
        }
    }

    /** What one thread alone would see. */
    public static final class Specification {
        private final ArrayDeque<Integer> full = new ArrayDeque<>();

        public boolean put(int value) {
            return full.size() < MAGAZINES && full.add(value & 7);
        }

        public int take() {
            Integer value = full.poll();
            return value == null ? -1 : value;
        }
    }

    /** A magazine of one block, in which its number is written. */
    private static long[] stamped(HeapMemory memory, int value) {
        long block = memory.firstAddress() + (long) (value & 7) * BLOCK_BYTES;
        memory.putInt(block, value & 7);
        return new long[] {block};
    }
}
