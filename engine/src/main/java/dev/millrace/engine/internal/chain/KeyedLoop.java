package dev.millrace.engine.internal.chain;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.page.PageLayout;

/**
 * Reads the events of a page and pushes them on. A template, see {@link Receiver}.
 *
 * <p>Batch first: what the next 64 events will need is touched with plain loads before they run, so that their cache
 * misses overlap. That is the idea of group prefetching (Chen et al., "Improving hash join performance through
 * prefetching", 2004) without the prefetch instruction, which Java lacks and does not need.
 */
final class KeyedLoop extends KeyedHead {
    private static final int BATCH_EVENTS = 64;

    private final KeyedReceiver next;
    private final boolean keyInline;
    private final int rowKeyBytes;
    private final int strideBytes;
    private final int timestampsOffset;
    private final int hashesOffset;
    private final int rowsOffset;

    /** Keeps the touching loads alive: what nobody reads, the JIT removes. */
    @SuppressWarnings("unused")
    private long touched;

    KeyedLoop(PageLayout layout, KeyedReceiver next) {
        this.next = next;
        keyInline = layout.keyInline();
        rowKeyBytes = layout.keyBytes();
        strideBytes = layout.strideBytes();
        timestampsOffset = layout.timestampsOffset();
        hashesOffset = layout.hashesOffset();
        rowsOffset = layout.rowsOffset();
    }

    @Override
    public void process(long page) {
        int count = PageLayout.rowCount(page);
        for (int from = 0; from < count; from += BATCH_EVENTS) {
            int to = Math.min(from + BATCH_EVENTS, count);
            touch(page, from, to);
            for (int i = from; i < to; i++) {
                runOne(page, i);
            }
        }
    }

    private void touch(long page, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += next.touch(
                    Memory.getLong(page + timestampsOffset + (long) i * Long.BYTES),
                    Memory.getLong(page + hashesOffset + (long) i * Long.BYTES));
        }
        for (int i = from; i < to; i++) {
            sum += next.touchEntry(
                    Memory.getLong(page + timestampsOffset + (long) i * Long.BYTES),
                    Memory.getLong(page + hashesOffset + (long) i * Long.BYTES));
        }
        touched = sum;
    }

    private void runOne(long page, int i) {
        long row = page + rowsOffset + (long) i * strideBytes;
        long keyAddress = keyInline ? row : page + Memory.getInt(row);
        int keyBytes = keyInline ? rowKeyBytes : Memory.getInt(row + Integer.BYTES);
        next.accept(
                row + rowKeyBytes,
                page,
                Memory.getLong(page + timestampsOffset + (long) i * Long.BYTES),
                keyAddress,
                keyBytes,
                Memory.getLong(page + hashesOffset + (long) i * Long.BYTES));
    }

    @Override
    public KeyedReceiver next() {
        return next;
    }
}
