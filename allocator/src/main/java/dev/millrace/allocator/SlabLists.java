package dev.millrace.allocator;

import java.util.Arrays;

/**
 * The slabs of one node that have free blocks, by kind, and by the share of their blocks that is free, in 64 steps.
 *
 * <p>Touched under the lock of the node. The links lie in the slab table. Every operation takes a few steps, whatever the
 * number of slabs. The fullest is found first, so that the emptiest get time to fall empty. The steps have to be as fine at
 * the empty end as at the full one: where a size went out of use, few blocks a slab are left, and the next block must not
 * keep the slab that would fall empty first. Slabs in chunks that are to fall empty are kept apart and not found.
 */
final class SlabLists {
    static final int NONE = -1;

    private static final int BUCKETS = Long.SIZE;

    /** Behind the buckets of a kind, its slabs in chunks that are to fall empty. */
    private static final int CLEARING = BUCKETS;

    private static final int LISTS = BUCKETS + 1;
    private static final int[] STEP_RECIPROCALS = stepReciprocals();

    private final SlabTable table;
    private final int[] first = new int[SizeClasses.KIND_COUNT * LISTS];
    private final long[] bucketMasks = new long[SizeClasses.KIND_COUNT];

    SlabLists(SlabTable table) {
        this.table = table;
        Arrays.fill(first, NONE);
    }

    /** A slab of a kind that has free blocks, among the fullest; {@link #NONE} if all are full. */
    int fullest(int kind) {
        final long mask = bucketMasks[kind];
        return mask == 0 ? NONE : first[kind * LISTS + Long.numberOfTrailingZeros(mask)];
    }

    /** Files a slab again whose number of free blocks changed; with 0 it is in no list. */
    void file(int head, int kind, int freeBefore, int freeNow) {
        final int before = bucket(head, kind, freeBefore);
        final int now = bucket(head, kind, freeNow);
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

    /** {@code (freeCount - 1) * 64 / blocks}, by a multiplication; {@link #NONE} for no free blocks. */
    private int bucket(int head, int kind, int freeCount) {
        if (freeCount == 0) {
            return NONE;
        }
        return table.isClearing(head) ? CLEARING : ((freeCount - 1) * STEP_RECIPROCALS[kind]) >>> Short.SIZE;
    }

    private static int[] stepReciprocals() {
        int[] reciprocals = new int[SizeClasses.KIND_COUNT];
        for (int kind = 0; kind < reciprocals.length; kind++) {
            reciprocals[kind] = (BUCKETS << Short.SIZE) / SizeClasses.blocksPerSlab(SizeClasses.classOfKind(kind));
        }
        return reciprocals;
    }

    private void link(int head, int kind, int bucket) {
        final int list = kind * LISTS + bucket;
        final int second = first[list];
        table.next[head] = second;
        table.prev[head] = NONE;
        if (second != NONE) {
            table.prev[second] = head;
        }
        first[list] = head;
        if (bucket < BUCKETS) {
            bucketMasks[kind] |= 1L << bucket;
        }
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
        first[kind * LISTS + bucket] = after;
        if (after == NONE && bucket < BUCKETS) {
            bucketMasks[kind] &= ~(1L << bucket);
        }
    }
}
