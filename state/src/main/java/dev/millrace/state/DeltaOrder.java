package dev.millrace.state;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Sorts the mutations of a {@link DeltaGroup} by their stored keys: from the bottom up, stable, without an object per entry. It moves the
 * first 8 bytes of each key along with the entry's place, and looks at the whole key only where those are the same. Where states or
 * namespaces differ the first bytes say nothing, and are 0.
 *
 * <p>Used by one thread; the arrays are kept for the next group.
 */
final class DeltaOrder {
    private long[] prefixes = new long[0];
    private long[] otherPrefixes = new long[0];
    private int[] places = new int[0];
    private int[] otherPlaces = new int[0];
    private ByteBuffer entries = ByteBuffer.allocate(0);

    /**
     * Sorts entries.
     *
     * @param group the entries; not to be changed before the last {@link #isSame}
     * @param isUniform whether all are of one state and namespace
     * @return where they begin, in ascending order; valid until the next call
     */
    int[] sort(DeltaGroup group, boolean isUniform) {
        entries = group.bytes();
        int count = group.count();
        int[] offsets = group.offsets();
        if (places.length < count) {
            prefixes = new long[offsets.length];
            otherPrefixes = new long[offsets.length];
            places = new int[offsets.length];
            otherPlaces = new int[offsets.length];
        }
        System.arraycopy(offsets, 0, places, 0, count);
        for (int i = 0; i < count; i++) {
            prefixes[i] = isUniform ? prefix(entries, offsets[i]) : 0;
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

    private static long prefix(ByteBuffer buffer, int offset) {
        int length = buffer.getInt(offset + DeltaGroup.KEY_LENGTH_OFFSET) - StoredKey.HEADER_BYTES;
        int first = offset + DeltaGroup.HEADER_BYTES + StoredKey.HEADER_BYTES;
        long prefix = 0;
        if (length >= Long.BYTES) {
            prefix = buffer.getLong(first);
        } else {
            for (int i = 0; i < length; i++) {
                prefix |= Byte.toUnsignedLong(buffer.get(first + i)) << (Long.SIZE - Byte.SIZE * (i + 1));
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
        int leftKey = left + DeltaGroup.HEADER_BYTES;
        int rightKey = right + DeltaGroup.HEADER_BYTES;
        byte[] bytes = entries.array();
        return Arrays.compareUnsigned(
                bytes,
                leftKey,
                leftKey + entries.getInt(left + DeltaGroup.KEY_LENGTH_OFFSET),
                bytes,
                rightKey,
                rightKey + entries.getInt(right + DeltaGroup.KEY_LENGTH_OFFSET));
    }
}
