package dev.millrace.state.index;

import dev.millrace.allocator.Memory;

/**
 * The bytes of one entry. An entry is named by the address of its hash; the key lies in front of it, so that the value
 * is at a fixed distance and its size can be read from the value's address alone.
 *
 * <pre>
 *   -pad8(keyBytes)        0        8            12             16
 *   +---------------------+--------+------------+--------------+-----------------------+
 *   | key, zeros up to 8  |  hash  |  keyBytes  |  valueBytes  |  value, padded to 8   |
 *   +---------------------+--------+------------+--------------+-----------------------+
 * </pre>
 *
 * Every part starts at a multiple of 8.
 */
final class EntryLayout {
    /** Bytes between the key and the value. */
    static final int HEAD_BYTES = 16;

    private static final int KEY_BYTES_OFFSET = 8;
    private static final int VALUE_BYTES_OFFSET = 12;

    private EntryLayout() {}

    static int pad8(int bytes) {
        return (bytes + 7) & -8;
    }

    static long sizeBytes(int keyBytes, int valueBytes) {
        return ((keyBytes + 7L) & -8L) + HEAD_BYTES + ((valueBytes + 7L) & -8L);
    }

    static int sizeBytes(long entry) {
        return pad8(keyBytes(entry)) + HEAD_BYTES + pad8(valueBytes(entry));
    }

    static long hash(long entry) {
        return Memory.getLong(entry);
    }

    static int keyBytes(long entry) {
        return Memory.getInt(entry + KEY_BYTES_OFFSET);
    }

    static int valueBytes(long entry) {
        return Memory.getInt(entry + VALUE_BYTES_OFFSET);
    }

    static void setValueBytes(long entry, int valueBytes) {
        Memory.putInt(entry + VALUE_BYTES_OFFSET, valueBytes);
    }

    static long key(long entry) {
        return entry - pad8(keyBytes(entry));
    }

    static long value(long entry) {
        return entry + HEAD_BYTES;
    }

    static int valueBytesAt(long valueAddress) {
        return valueBytes(valueAddress - HEAD_BYTES);
    }

    static boolean is(long entry, long hash, long keyAddress, int keyBytes) {
        return hash(entry) == hash
                && keyBytes(entry) == keyBytes
                && Memory.equal(entry - pad8(keyBytes), keyAddress, keyBytes);
    }

    /** Writes an entry whose first byte is at {@code start}, with a value of zeros. Returns the entry. */
    static long write(long start, long hash, long keyAddress, int keyBytes, int valueBytes) {
        final long entry = start + pad8(keyBytes);
        if (keyBytes > 0) {
            Memory.putLong(entry - Long.BYTES, 0);
            Memory.copy(keyAddress, start, keyBytes);
        }
        Memory.putLong(entry, hash);
        Memory.putInt(entry + KEY_BYTES_OFFSET, keyBytes);
        Memory.putInt(entry + VALUE_BYTES_OFFSET, valueBytes);
        Memory.fill(entry + HEAD_BYTES, pad8(valueBytes), (byte) 0);
        return entry;
    }
}
