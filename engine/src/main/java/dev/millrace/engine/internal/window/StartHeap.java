package dev.millrace.engine.internal.window;

import java.util.Arrays;

/**
 * Starts of slices, the earliest first: a binary heap in an array that doubles. To add or to take one costs O(log n). Used by
 * the thread that steps the task.
 */
final class StartHeap {
    private long[] starts = new long[16];
    private int size;
    private long moveCount;

    /** The earliest start; {@link Long#MAX_VALUE} if there is none. */
    long earliest() {
        return size == 0 ? Long.MAX_VALUE : starts[0];
    }

    /** How often a start was put at a place: what all the work so far came to. */
    long moveCount() {
        return moveCount;
    }

    void add(long start) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size * 2);
        }
        int at = size++;
        while (at > 0 && starts[(at - 1) >>> 1] > start) {
            place(at, starts[(at - 1) >>> 1]);
            at = (at - 1) >>> 1;
        }
        place(at, start);
    }

    /** Takes the earliest start out; there is one. */
    void removeEarliest() {
        long start = starts[--size];
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && starts[child + 1] < starts[child]) {
                child++;
            }
            if (starts[child] >= start) {
                break;
            }
            place(at, starts[child]);
            at = child;
        }
        place(at, start);
    }

    private void place(int at, long start) {
        starts[at] = start;
        moveCount++;
    }
}
