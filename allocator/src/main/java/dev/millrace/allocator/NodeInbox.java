package dev.millrace.allocator;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * Blocks of one node that were freed on others, on their way home: batches by reference, one push a batch.
 *
 * <pre>
 *   handles of other nodes   -- batch -->   | batch | batch |   |   -->   the handle of this node that opened the inbox
 *                            &lt;- empty --     | empty |       |   |   &lt;--
 * </pre>
 *
 * <p>Any thread may hand over. One at a time takes out: whoever {@link #tryOpen opened} the inbox, until it
 * {@link #shut shuts} it. A batch ends at its length or at the first {@link BlockAllocator#NONE}. What waits here is bounded
 * by the number of batches and by the bytes of all. Batched hand-over: Liétar et al., "snmalloc", 2019.
 */
final class NodeInbox {
    /** The answer where there is no batch. */
    static final long[] NO_BATCH = {};

    private static final int MAX_BATCHES = 256;

    private final MpscVarHandleArrayQueue<long[]> batches = new MpscVarHandleArrayQueue<>(MAX_BATCHES);
    private final MpmcVarHandleArrayQueue<long[]> empties = new MpmcVarHandleArrayQueue<>(MAX_BATCHES);
    private final AtomicBoolean isOpen = new AtomicBoolean();
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;

    NodeInbox(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Hands a batch over.
     *
     * @param batchBytes what its blocks add up to
     * @return an empty array for the next batch, or {@link #NO_BATCH} if the inbox takes no more
     */
    long[] tryHandOver(long[] batch, long batchBytes) {
        if (bytes.addAndGet(batchBytes) > maxBytes || !batches.offer(batch)) {
            bytes.addAndGet(-batchBytes);
            return NO_BATCH;
        }
        final long[] empty = empties.poll();
        return empty != null ? empty : new long[batch.length];
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    /** Says whether the caller may take out. Pairs with the release in {@link #shut}. */
    boolean tryOpen() {
        return !isOpen.getPlain() && isOpen.compareAndSet(false, true);
    }

    /** The oldest batch, or {@link #NO_BATCH}. For whoever opened the inbox. */
    long[] take() {
        final long[] batch = batches.relaxedPoll();
        return batch != null ? batch : NO_BATCH;
    }

    /** Gives the array of a batch back whose blocks were put away. For whoever opened the inbox. */
    void giveBack(long[] batch, long batchBytes) {
        bytes.addAndGet(-batchBytes);
        empties.offer(batch);
    }

    /** Lets the next one take out. */
    void shut() {
        isOpen.setRelease(false);
    }

    /** The blocks that wait here, by kind. A batch that is taken out meanwhile may be missed. */
    long[] blocksByKind(SlabTable table) {
        final long[] blocks = new long[SizeClasses.KIND_COUNT];
        for (long[] batch : batches) {
            for (int i = 0; i < batch.length && batch[i] != BlockAllocator.NONE; i++) {
                if (table.isInSlab(batch[i])) {
                    blocks[table.kindOfBlock(batch[i])]++;
                }
            }
        }
        return blocks;
    }

    /** The bytes of all blocks that wait here. */
    long bytes() {
        return bytes.get();
    }
}
