package dev.millrace.allocator;

import java.util.Arrays;

/**
 * The slabs of one node that have free blocks, by kind, and by the power of two that their number of free blocks reaches.
 *
 * <p>Touched under the lock of the node. The links lie in the slab table. Every operation takes a few steps, whatever the
 * number of slabs. Of all slabs of a kind, one is found first that has fewer than twice the free blocks of the fullest; so
 * the emptiest get time to fall empty.
 */
final class SlabLists {
    static final int NONE = -1;

    /** Free blocks of a slab number up to 1024. */
    private static final int BUCKETS = 11;

    private final SlabTable table;
    private final int[] first = new int[SizeClasses.KIND_COUNT * BUCKETS];
    private final short[] bucketMasks = new short[SizeClasses.KIND_COUNT];

    SlabLists(SlabTable table) {
        this.table = table;
        Arrays.fill(first, NONE);
    }

    /** A slab of a kind that has free blocks, among the fullest; {@link #NONE} if all are full. */
    int fullest(int kind) {
        final int mask = bucketMasks[kind];
        return mask == 0 ? NONE : first[kind * BUCKETS + Integer.numberOfTrailingZeros(mask)];
    }

    /** Files a slab again whose number of free blocks changed; with 0 it is in no list. */
    void file(int head, int kind, int freeBefore, int freeNow) {
        final int before = bucket(freeBefore);
        final int now = bucket(freeNow);
        if (before == now) {
            return;
        }
        if (before != NONE) {
            unlink(head, kind, before);
        }
        if (now != NONE) {
            link(head, kind, now);
        }
    }

    private static int bucket(int freeCount) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(freeCount);
    }

    private void link(int head, int kind, int bucket) {
        final int list = kind * BUCKETS + bucket;
        final int second = first[list];
        table.next[head] = second;
        table.prev[head] = NONE;
        if (second != NONE) {
            table.prev[second] = head;
        }
        first[list] = head;
        bucketMasks[kind] |= (short) (1 << bucket);
    }

    private void unlink(int head, int kind, int bucket) {
        final int before = table.prev[head];
        final int after = table.next[head];
        if (after != NONE) {
            table.prev[after] = before;
        }
        if (before != NONE) {
            table.next[before] = after;
            return;
        }
        first[kind * BUCKETS + bucket] = after;
        if (after == NONE) {
            bucketMasks[kind] &= (short) ~(1 << bucket);
        }
    }
}
