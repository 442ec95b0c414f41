package dev.millrace.state;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Sorts the mutations of a {@link StateDeltaWriter} by their stored keys: from the bottom up, stable, without an object per entry.
 * It moves 8 bytes of each key along with the entry's place, and looks at the whole key only where those are the same:
 *
 * <pre>
 *   0            2                            8
 *   +------------+----------------------------+
 *   | key group  | first bytes of the key     |   those are 0 where states or namespaces differ
 *   +------------+----------------------------+
 * </pre>
 *
 * <p>Used by one thread; the arrays are kept for the next epoch.
 */
final class DeltaOrder {
    private static final int GROUP_SHIFT = 48;
    private static final int KEY_BYTES = 6;

    private long[] prefixes = new long[0];
    private long[] otherPrefixes = new long[0];
    private int[] places = new int[0];
    private int[] otherPlaces = new int[0];
    private ByteBuffer entries = ByteBuffer.allocate(0);

    /**
     * Sorts entries.
     *
     * @param buffer the entries; not moved, and not to be changed before the last {@link #isSame}
     * @param offsets where each begins, in the order in which they came
     * @param isUniform whether all are of one state and namespace
     * @return where they begin, in ascending order; valid until the next call
     */
    int[] sort(ByteBuffer buffer, int[] offsets, int count, boolean isUniform) {
        entries = buffer;
        if (places.length < count) {
            prefixes = new long[offsets.length];
            otherPrefixes = new long[offsets.length];
            places = new int[offsets.length];
            otherPlaces = new int[offsets.length];
        }
        System.arraycopy(offsets, 0, places, 0, count);
        for (int i = 0; i < count; i++) {
            prefixes[i] = prefix(buffer, offsets[i], isUniform);
        }
        for (int width = 1; width > 0 && width < count; width *= 2) {
            for (long start = 0; start < count; start += 2L * width) {
                int middle = (int) Math.min(start + width, count);
                merge((int) start, middle, (int) Math.min(start + 2L * width, count));
            }
            swap();
        }
        return places;
    }

    /** Whether two entries, by their positions in ascending order, have the same key. */
    boolean isSame(int left, int right) {
        return prefixes[left] == prefixes[right] && compare(places[left], places[right]) == 0;
    }

    private static long prefix(ByteBuffer buffer, int offset, boolean isUniform) {
        int key = offset + StateDeltaWriter.ENTRY_HEADER_BYTES;
        long prefix = Short.toUnsignedLong(buffer.getShort(key)) << GROUP_SHIFT;
        if (isUniform) {
            int length = buffer.getInt(offset + StateDeltaWriter.KEY_LENGTH_OFFSET) - StoredKey.HEADER_BYTES;
            int first = key + StoredKey.HEADER_BYTES;
            for (int i = 0; i < Math.min(KEY_BYTES, length); i++) {
                prefix |= Byte.toUnsignedLong(buffer.get(first + i)) << (GROUP_SHIFT - Byte.SIZE * (i + 1));
            }
        }
        return prefix ^ Long.MIN_VALUE; // so that signed comparison is that of the bytes
    }

    private void merge(int start, int middle, int end) {
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++) {
            if (right == end || (left < middle && isNotAbove(left, right))) {
                otherPrefixes[i] = prefixes[left];
                otherPlaces[i] = places[left++];
            } else {
                otherPrefixes[i] = prefixes[right];
                otherPlaces[i] = places[right++];
            }
        }
    }

    private boolean isNotAbove(int left, int right) {
        return prefixes[left] < prefixes[right]
                || (prefixes[left] == prefixes[right] && compare(places[left], places[right]) <= 0);
    }

    private void swap() {
        long[] sorted = otherPrefixes;
        otherPrefixes = prefixes;
        prefixes = sorted;
        int[] sortedPlaces = otherPlaces;
        otherPlaces = places;
        places = sortedPlaces;
    }

    private int compare(int left, int right) {
        int leftKey = left + StateDeltaWriter.ENTRY_HEADER_BYTES;
        int rightKey = right + StateDeltaWriter.ENTRY_HEADER_BYTES;
        byte[] bytes = entries.array();
        return Arrays.compareUnsigned(
                bytes,
                leftKey,
                leftKey + entries.getInt(left + StateDeltaWriter.KEY_LENGTH_OFFSET),
                bytes,
                rightKey,
                rightKey + entries.getInt(right + StateDeltaWriter.KEY_LENGTH_OFFSET));
    }
}
