package dev.millrace.allocator;

/**
 * Blocks that one handle took back and must not hand out again, collected by node: those of other nodes are handed over in
 * batches, those of its own node, which lie in chunks that are to fall empty, are put back under one lock for all.
 *
 * <p>Used by the thread that uses the handle.
 */
final class Outbox {
    /** The nodes by distance; the first is the handle's own. */
    private final NodeHeap[] heaps;

    private final long[][] batches;
    private final int[] counts;
    private final long[] batchBytes;
    private final long maxBatchBytes;
    private int blocks;
    private long handedOver;

    /** @param maxBatchBytes a batch of large blocks is handed over before it is full */
    Outbox(NodeHeap[] heaps, int batchBlocks, long maxBatchBytes) {
        this.heaps = heaps;
        this.maxBatchBytes = maxBatchBytes;
        batches = new long[heaps.length][];
        counts = new int[heaps.length];
        batchBytes = new long[heaps.length];
        for (int i = 0; i < heaps.length; i++) {
            batches[i] = new long[batchBlocks];
        }
    }

    /** Where a block's node stands in the order of distance. */
    int nodeOf(long address) {
        int node = 0;
        while (!heaps[node].contains(address)) {
            node++;
        }
        return node;
    }

    void add(int node, long address, int blockBytes) {
        final int count = counts[node];
        batches[node][count] = address;
        counts[node] = count + 1;
        batchBytes[node] += blockBytes;
        blocks++;
        if (count + 1 == batches[node].length || batchBytes[node] >= maxBatchBytes) {
            handOver(node);
        }
    }

    /** Hands over what there is. */
    void flush() {
        for (int node = 0; blocks > 0 && node < heaps.length; node++) {
            if (counts[node] > 0) {
                handOver(node);
            }
        }
    }

    /** Blocks that were not handed over yet. */
    int blocks() {
        return blocks;
    }

    /** Adds the blocks that were not handed over yet, by node and kind. */
    void addBlocks(SlabTable table, long[][] blocksByNode) {
        for (int node = 0; node < heaps.length; node++) {
            for (int i = 0; i < Math.min(counts[node], batches[node].length); i++) {
                final long address = batches[node][i];
                if (table.isInSlab(address)) {
                    blocksByNode[heaps[node].index()][table.kindOfBlock(address)]++;
                }
            }
        }
    }

    /** Bytes that were not handed over yet. */
    long bytes() {
        long bytes = 0;
        for (long each : batchBytes) {
            bytes += each;
        }
        return bytes;
    }

    /** How many batches were handed over so far. */
    long handedOver() {
        return handedOver;
    }

    /** Forgets what it has. */
    void abandon() {
        for (int node = 0; node < heaps.length; node++) {
            reset(node);
        }
    }

    private void handOver(int node) {
        final long[] batch = batches[node];
        final int count = counts[node];
        if (node == 0) {
            heaps[0].drain(batch, count);
            reset(0);
            return;
        }
        if (count < batch.length) {
            batch[count] = BlockAllocator.NONE;
        }
        final long[] empty = heaps[node].inbox().tryHandOver(batch, batchBytes[node]);
        if (empty.length > 0) {
            batches[node] = empty;
            handedOver++;
        } else {
            heaps[node].drain(batch, count);
        }
        reset(node);
    }

    private void reset(int node) {
        blocks -= counts[node];
        counts[node] = 0;
        batchBytes[node] = 0;
    }
}
