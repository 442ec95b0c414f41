package dev.millrace.bench.workload;

import java.util.Arrays;

/** Counts and sums by key in one primitive array, open addressing: what a careful team writes by hand. */
final class LongCounts {
    private static final int WORDS = 3;
    private static final long EMPTY = -1;

    private long[] cells = new long[WORDS << 10];
    private int mask = (1 << 10) - 1;
    private int size;

    LongCounts() {
        Arrays.fill(cells, EMPTY);
    }

    void add(long key, long value) {
        int slot = slotOf(cells, mask, key);
        if (cells[slot] == EMPTY) {
            if (size > mask / 2) {
                grow();
                slot = slotOf(cells, mask, key);
            }
            cells[slot] = key;
            cells[slot + 1] = 0;
            cells[slot + 2] = 0;
            size++;
        }
        cells[slot + 1]++;
        cells[slot + 2] += value;
    }

    Outcome outcome() {
        long checksum = 0;
        for (int slot = 0; slot < cells.length; slot += WORDS) {
            if (cells[slot] != EMPTY) {
                checksum += Mix.term(cells[slot], cells[slot + 1]);
            }
        }
        return Outcome.of(size, checksum);
    }

    private void grow() {
        long[] larger = new long[cells.length * 2];
        Arrays.fill(larger, EMPTY);
        int largerMask = mask * 2 + 1;
        for (int slot = 0; slot < cells.length; slot += WORDS) {
            if (cells[slot] != EMPTY) {
                System.arraycopy(cells, slot, larger, slotOf(larger, largerMask, cells[slot]), WORDS);
            }
        }
        cells = larger;
        mask = largerMask;
    }

    private static int slotOf(long[] cells, int mask, long key) {
        int place = (int) Mix.mix(key) & mask;
        while (cells[place * WORDS] != EMPTY && cells[place * WORDS] != key) {
            place = (place + 1) & mask;
        }
        return place * WORDS;
    }
}
