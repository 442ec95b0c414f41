package dev.millrace.allocator;

import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** The inbox, with blocks of the heap twin: two workers of a node may come at once, and each batch goes to one of them. */
public final class NodeInboxInterleavingTest {
    private static final int BLOCK_BYTES = 64;
    private static final int MEMORY_BYTES = 16 * BLOCK_BYTES;

    @Test
    void everyBatchGoesToOneOfTheWorkersThatCome() {
        Interleavings.check(Mail.class, Specification.class);
    }

    @Test
    void anInboxThatTwoOpenAtOnceIsFoundOut() {
        Interleavings.findsFault(OpenMail.class, Specification.class);
    }

    /** The inbox of the engine. */
    public static final class Mail {
        private final HeapMemory memory = new HeapMemory(MEMORY_BYTES);
        private final NodeInbox inbox = new NodeInbox(Long.MAX_VALUE);

        @Operation(nonParallelGroup = "senders")
        public boolean handOver(int value) {
            return inbox.tryHandOver(stamped(memory, value), BLOCK_BYTES).length > 0;
        }

        @Operation
        public int take() {
            while (!inbox.tryOpen()) {
                Thread.onSpinWait();
            }
            try {
                return takeFrom(inbox, memory);
            } finally {
                inbox.shut();
            }
        }
    }

    /** The same without asking who else is there. */
    public static final class OpenMail {
        private final HeapMemory memory = new HeapMemory(MEMORY_BYTES);
        private final NodeInbox inbox = new NodeInbox(Long.MAX_VALUE);

        @Operation(nonParallelGroup = "senders")
        public boolean handOver(int value) {
            return inbox.tryHandOver(stamped(memory, value), BLOCK_BYTES).length > 0;
        }

        @Operation
        public int take() {
            return takeFrom(inbox, memory);
        }
    }

    /** What one thread alone would see. */
    public static final class Specification {
        private final ArrayDeque<Integer> batches = new ArrayDeque<>();

        public boolean handOver(int value) {
            return batches.add(value & 7);
        }

        public int take() {
            Integer value = batches.poll();
            return value == null ? -1 : value;
        }
    }

    private static int takeFrom(NodeInbox inbox, HeapMemory memory) {
        long[] batch = inbox.take();
        if (batch.length == 0) {
            return -1;
        }
        int value = memory.getInt(batch[0]);
        inbox.giveBack(batch, BLOCK_BYTES);
        return value;
    }

    /** A batch of one block, in which its number is written. */
    private static long[] stamped(HeapMemory memory, int value) {
        long block = memory.firstAddress() + (long) (value & 7) * BLOCK_BYTES;
        memory.putInt(block, value & 7);
        return new long[] {block};
    }
}
