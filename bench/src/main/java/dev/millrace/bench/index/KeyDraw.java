package dev.millrace.bench.index;

import dev.millrace.bench.workload.Mix;

/** Draws keys evenly out of [0, entries), the same for every map. Drawing is not a part of what is measured. */
final class KeyDraw {
    /** Keys that are drawn at a time. */
    static final int KEYS = 4096;

    private final long entries;
    private final long[] keys = new long[KEYS];
    private long step;

    KeyDraw(long entries, long seed) {
        this.entries = entries;
        step = Mix.mix(seed);
    }

    /** The next keys; some may come twice. */
    long[] any() {
        for (int i = 0; i < KEYS; i++) {
            keys[i] = Mix.bounded(Mix.mix(step++), entries);
        }
        return keys;
    }

    /** So many different keys, at most {@link #KEYS} of them: one of every stretch of equal length. */
    long[] different(int count) {
        long stretch = entries / count;
        for (int i = 0; i < count; i++) {
            keys[i] = i * stretch + Mix.bounded(Mix.mix(step++), stretch);
        }
        for (int i = count - 1; i > 0; i--) {
            int other = (int) Mix.bounded(Mix.mix(step++), i + 1L);
            long key = keys[i];
            keys[i] = keys[other];
            keys[other] = key;
        }
        return keys;
    }
}
