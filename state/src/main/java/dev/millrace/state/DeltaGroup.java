package dev.millrace.state;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The mutations of one key group that a {@link StateDeltaWriter} has collected, as they came:
 *
 * <pre>
 *   0            4              8
 *   +------------+--------------+------------+- - - - -+
 *   | key length | value length | stored key |  value  |    value length: -1 for a delete; then no value follows
 *   +------------+--------------+------------+- - - - -+
 * </pre>
 *
 * <p>Each group has bytes of its own, because they are then sorted and given away within a processor's cache. Used by one thread.
 */
final class DeltaGroup {
    static final int KEY_LENGTH_OFFSET = 0;
    static final int VALUE_LENGTH_OFFSET = 4;
    static final int HEADER_BYTES = 8;
    static final int DELETED = -1;

    private static final int FIRST_BYTES = 256;
    private static final int FIRST_ENTRIES = 8;

    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES);

    /** Where each entry begins, in the order in which they came. */
    private int[] offsets = new int[FIRST_ENTRIES];

    private int count;

    /** Adds a mutation; the arrays are copied. Returns how many bytes it takes here. */
    int add(int keyGroup, int stateId, long namespace, ByteBuffer key, ByteBuffer value, int valueLength) {
        int keyLength = StoredKey.HEADER_BYTES + key.remaining();
        int sizeBytes = HEADER_BYTES + keyLength + value.remaining();
        reserve(sizeBytes);
        offsets[count++] = bytes.position();
        bytes.putInt(keyLength).putInt(valueLength);
        bytes.putShort((short) keyGroup).putShort((short) stateId).putLong(namespace ^ Long.MIN_VALUE);
        append(key);
        append(value);
        return sizeBytes;
    }

    private void append(ByteBuffer source) {
        int length = source.remaining();
        if (source.hasArray()) {
            bytes.put(source.array(), source.arrayOffset() + source.position(), length);
        } else {
            bytes.put(source.duplicate());
        }
    }

    private void reserve(int sizeBytes) {
        if (sizeBytes > bytes.remaining()) {
            int needed = bytes.position() + sizeBytes;
            long doubled = Math.min(StateDeltaWriter.MAX_BUFFER_BYTES, 2L * bytes.capacity());
            bytes = ByteBuffer.allocate((int) Math.max(needed, doubled)).put(bytes.flip());
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
        }
    }

    int count() {
        return count;
    }

    /** The entries; not to be moved. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** What lies behind {@link #bytes}. */
    byte[] array() {
        return bytes.array();
    }

    int[] offsets() {
        return offsets;
    }

    void clear() {
        bytes.clear();
        count = 0;
    }
}
