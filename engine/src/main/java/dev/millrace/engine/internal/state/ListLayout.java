package dev.millrace.engine.internal.state;

import dev.millrace.allocator.Memory;

/**
 * Where things lie in a list: a head under {key}, chunks under {key, number}, numbered as they come.
 *
 * <pre>
 *   head    0      8             16              24     32        40
 *           +------+-------------+---------------+------+---------+
 *           |  -1  | first chunk | behind chunks | size | trimmed |     trimmed: elements of the first chunk that are gone
 *           +------+-------------+---------------+------+---------+
 *
 *   chunk   0            4       8                                          free room
 *           +------------+-------+-----------+-----------+ - - - - - - - - - - - - - -+
 *           | used bytes | count | element 0 | element 1 ...                          |
 *           +------------+-------+-----------+-----------+ - - - - - - - - - - - - - -+
 *
 *   element 0            4        8                     8 or 16
 *           +------------+--------+---------------------+--------+
 *           | blob bytes | unused | stamp, if it expires| blob   |
 *           +------------+--------+---------------------+--------+
 * </pre>
 */
final class ListLayout {
    static final int HEAD_BYTES = 40;
    static final int CHUNK_HEADER_BYTES = 8;
    static final int STAMP_OFFSET = 8;

    /** The room that a list begins with; it doubles up to {@link #CHUNK_BYTES}. */
    static final int FIRST_CHUNK_BYTES = 64;
    /** The room of a chunk behind others, unless one element takes more: what an epoch writes again for one that was added. */
    static final int CHUNK_BYTES = 1024;

    private static final long IS_HEAD = -1;
    private static final int FIRST_OFFSET = 8;
    private static final int BEHIND_OFFSET = 16;
    private static final int SIZE_OFFSET = 24;
    private static final int TRIMMED_OFFSET = 32;
    private static final int COUNT_OFFSET = 4;

    private ListLayout() {}

    static boolean isHead(long value) {
        return Memory.getLong(value) == IS_HEAD;
    }

    static void head(long head, long first, long behind, long size, long trimmed) {
        Memory.putLong(head, IS_HEAD);
        Memory.putLong(head + FIRST_OFFSET, first);
        Memory.putLong(head + BEHIND_OFFSET, behind);
        Memory.putLong(head + SIZE_OFFSET, size);
        Memory.putLong(head + TRIMMED_OFFSET, trimmed);
    }

    static long first(long head) {
        return Memory.getLong(head + FIRST_OFFSET);
    }

    static long behind(long head) {
        return Memory.getLong(head + BEHIND_OFFSET);
    }

    static long size(long head) {
        return Memory.getLong(head + SIZE_OFFSET);
    }

    static long trimmed(long head) {
        return Memory.getLong(head + TRIMMED_OFFSET);
    }

    static int usedBytes(long chunk) {
        return Memory.getInt(chunk);
    }

    static int count(long chunk) {
        return Memory.getInt(chunk + COUNT_OFFSET);
    }

    static void chunk(long chunk, int usedBytes, int count) {
        Memory.putInt(chunk, usedBytes);
        Memory.putInt(chunk + COUNT_OFFSET, count);
    }

    static int blobBytes(long element) {
        return Memory.getInt(element);
    }

    static void element(long element, int blobBytes) {
        Memory.putLong(element, 0);
        Memory.putInt(element, blobBytes);
    }

    static long stamp(long element) {
        return Memory.getLong(element + STAMP_OFFSET);
    }

    static void stamp(long element, long stamp) {
        Memory.putLong(element + STAMP_OFFSET, stamp);
    }
}
