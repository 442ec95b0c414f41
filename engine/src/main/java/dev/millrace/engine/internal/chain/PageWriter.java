package dev.millrace.engine.internal.chain;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.page.PageLayout;

/**
 * Fills a page for each partition and sends it when it is full. Used by the thread that steps the task. It owns the pages
 * it fills until it sends them.
 */
public final class PageWriter implements AutoCloseable {
    private final BlockAllocator allocator;
    private final PageLayout layout;
    private final PageTarget target;
    private final long[] pages;

    private final int capacity;
    private final int strideBytes;
    private final int timestampsOffset;
    private final int hashesOffset;
    private final int rowsOffset;

    private long page;
    private long variableAddress;

    public PageWriter(BlockAllocator allocator, PageLayout layout, PageTarget target) {
        this.allocator = allocator;
        this.layout = layout;
        this.target = target;
        pages = new long[target.partitions()];
        capacity = layout.capacity();
        strideBytes = layout.strideBytes();
        timestampsOffset = layout.timestampsOffset();
        hashesOffset = layout.hashesOffset();
        rowsOffset = layout.rowsOffset();
    }

    /**
     * Makes room for one row and writes its columns.
     *
     * @param variableBytes what its variable parts take, a multiple of 8
     * @return the row's address; {@link #page} and {@link #variableAddress} tell the rest
     */
    public long reserve(int partition, long timestamp, long hash, int variableBytes) {
        long current = pages[partition];
        if (current == BlockAllocator.NONE || !fits(current, variableBytes)) {
            current = turn(partition, variableBytes);
        }
        int row = Memory.getInt(current + PageLayout.ROW_COUNT_OFFSET);
        Memory.putInt(current + PageLayout.ROW_COUNT_OFFSET, row + 1);
        Memory.putLong(current + timestampsOffset + (long) row * Long.BYTES, timestamp);
        Memory.putLong(current + hashesOffset + (long) row * Long.BYTES, hash);
        int variableStart = Memory.getInt(current + PageLayout.VARIABLE_START_OFFSET) - variableBytes;
        Memory.putInt(current + PageLayout.VARIABLE_START_OFFSET, variableStart);
        page = current;
        variableAddress = current + variableStart;
        return current + rowsOffset + (long) row * strideBytes;
    }

    /** The page of the row reserved last. */
    public long page() {
        return page;
    }

    /** Where the variable parts of the row reserved last begin. */
    public long variableAddress() {
        return variableAddress;
    }

    private boolean fits(long current, int variableBytes) {
        return Memory.getInt(current + PageLayout.ROW_COUNT_OFFSET) < capacity
                && Memory.getInt(current + PageLayout.VARIABLE_START_OFFSET) - variableBytes
                        >= rowsOffset + capacity * strideBytes;
    }

    private long turn(int partition, int variableBytes) {
        if (variableBytes > layout.maxVariableBytes()) {
            throw new IllegalStateException("event is too large for a page: variableBytes=" + variableBytes
                    + ", limitBytes=" + layout.maxVariableBytes()
                    + "; set page-size higher, or keep long text out of keyed events");
        }
        if (pages[partition] != BlockAllocator.NONE) {
            send(partition);
        }
        if (pages[partition] == BlockAllocator.NONE) {
            pages[partition] = allocator.allocate(MemoryPool.EVENTS, layout.pageBytes());
        }
        layout.clear(pages[partition]);
        return pages[partition];
    }

    private void send(int partition) {
        // If it throws, the page is still ours to free.
        pages[partition] = target.send(partition, pages[partition]);
        if (pages[partition] != BlockAllocator.NONE) {
            layout.clear(pages[partition]);
        }
    }

    private void sendAll() {
        for (int partition = 0; partition < pages.length; partition++) {
            if (pages[partition] != BlockAllocator.NONE && PageLayout.rowCount(pages[partition]) > 0) {
                send(partition);
            }
        }
    }

    /** Sends what there is, then the watermark. */
    public void watermark(long watermark) {
        if (watermark != Receiver.NO_TIME) {
            sendAll();
            target.watermark(watermark);
        }
    }

    /** Sends what there is, then the barrier. */
    public void barrier(Barrier barrier) {
        sendAll();
        target.barrier(barrier);
    }

    /** Sends what there is. */
    public void flush() {
        sendAll();
        target.flush();
    }

    @Override
    public void close() {
        for (int partition = 0; partition < pages.length; partition++) {
            if (pages[partition] != BlockAllocator.NONE) {
                allocator.free(pages[partition]);
                pages[partition] = BlockAllocator.NONE;
            }
        }
    }
}
