package dev.millrace.engine.internal.page;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.RecordLayout;

/**
 * Where things lie in an event page of one edge. Immutable; any thread.
 *
 * <pre>
 *   0            4            8           12           16                                64
 *   +------------+------------+------------+------------+---------------------------------+
 *   | row count  | capacity   | variable   | readers    | unused                          |
 *   | int        | int        | start, int | int        |                                 |
 *   +------------+------------+------------+------------+---------------------------------+
 *   | timestamps: capacity x 8 bytes, epoch milliseconds                                  |
 *   +-------------------------------------------------------------------------------------+
 *   | key hashes: capacity x 8 bytes                                                      |
 *   +-------------------------------------------------------------------------------------+
 *   | rows: capacity x stride                                                             |
 *   |   { key blob, or {int offset, int length} of it | fixed part of the event }         |
 *   +-------------------------------------------------------------------------------------+
 *   | free                                                                                |
 *   +-------------------------------------------------------------------------------------+
 *   | variable parts, from the end of the page downwards, 8-byte aligned                  |
 *   +-------------------------------------------------------------------------------------+
 * </pre>
 *
 * Offsets inside rows are relative to the start of the page. A key of fixed size lies in the row itself. A page with several
 * readers belongs to them all, and the last of them frees it; 0 readers stand for the one that every page has.
 */
public final class PageLayout {
    /** Bytes of a page where nobody says otherwise. */
    public static final int PAGE_BYTES = 64 * 1024;

    public static final int ROW_COUNT_OFFSET = 0;
    public static final int CAPACITY_OFFSET = 4;
    public static final int VARIABLE_START_OFFSET = 8;
    private static final int READERS_OFFSET = 12;
    public static final int HEADER_BYTES = 64;

    /** What a key that is not of fixed size takes in the row. */
    public static final int KEY_REFERENCE_BYTES = 8;

    /** Room that is kept for variable parts, per row: what short strings need. More or less of them costs only packing. */
    private static final int EXPECTED_VARIABLE_BYTES = 48;

    private final int pageBytes;
    private final boolean keyInline;
    private final int keyBytes;
    private final int strideBytes;
    private final int capacity;

    /** Pages of {@link #PAGE_BYTES}. */
    public PageLayout(RecordLayout key, RecordLayout event) {
        this(key, event, PAGE_BYTES);
    }

    /** Pages of another size. */
    public PageLayout(RecordLayout key, RecordLayout event, int pageBytes) {
        this(key.isFixedSize(), key.isFixedSize() ? key.fixedBytes() : KEY_REFERENCE_BYTES, event, pageBytes);
    }

    /** Pages of events without keys: the column of hashes means nothing there. */
    public PageLayout(RecordLayout event, int pageBytes) {
        this(true, 0, event, pageBytes);
    }

    private PageLayout(boolean keyInline, int keyBytes, RecordLayout event, int pageBytes) {
        this.pageBytes = pageBytes;
        this.keyInline = keyInline;
        this.keyBytes = keyBytes;
        strideBytes = keyBytes + event.fixedBytes();
        int expected = keyInline && event.isFixedSize() ? 0 : EXPECTED_VARIABLE_BYTES;
        capacity = (pageBytes - HEADER_BYTES) / (2 * Long.BYTES + strideBytes + expected);
        if (capacity < 1) {
            throw new IllegalArgumentException("event does not fit a page: event="
                    + event.type().getName() + ", fixedBytes=" + strideBytes + ", pageBytes=" + pageBytes
                    + "; set page-size higher");
        }
    }

    /** Bytes of a page. */
    public int pageBytes() {
        return pageBytes;
    }

    /** Whether the key lies in the row. */
    public boolean keyInline() {
        return keyInline;
    }

    /** Bytes before the event in a row. */
    public int keyBytes() {
        return keyBytes;
    }

    public int strideBytes() {
        return strideBytes;
    }

    /** Rows that fit a page. */
    public int capacity() {
        return capacity;
    }

    /** The most that the variable parts of one row may take. */
    public int maxVariableBytes() {
        return pageBytes - rowsOffset() - capacity * strideBytes;
    }

    public int timestampsOffset() {
        return HEADER_BYTES;
    }

    public int hashesOffset() {
        return HEADER_BYTES + capacity * Long.BYTES;
    }

    public int rowsOffset() {
        return HEADER_BYTES + capacity * 2 * Long.BYTES;
    }

    /** Makes a page empty. */
    public void clear(long page) {
        Memory.putInt(page + ROW_COUNT_OFFSET, 0);
        Memory.putInt(page + CAPACITY_OFFSET, capacity);
        Memory.putInt(page + VARIABLE_START_OFFSET, pageBytes);
        Memory.putInt(page + READERS_OFFSET, 0);
    }

    /** Says how many readers a page will have. Before any of them sees it. */
    public static void shareAmong(long page, int readers) {
        Memory.putInt(page + READERS_OFFSET, readers);
    }

    /** Says that a reader has done with a page. Any thread, once for each reader. Returns whether it was the last: it frees. */
    public static boolean isLastReader(long page) {
        // A page of one reader stays so: what was written before it was sent is seen. Of several, the count tells who
        // is
        // last, and its fence orders all reads of a page before it is freed.
        return Memory.getInt(page + READERS_OFFSET) == 0 || Memory.getAndAddInt(page + READERS_OFFSET, -1) == 1;
    }

    public static int rowCount(long page) {
        return Memory.getInt(page + ROW_COUNT_OFFSET);
    }
}
