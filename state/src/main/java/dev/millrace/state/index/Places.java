package dev.millrace.state.index;

/** Directories of twice and of half as many places; each segment has as many as there are hashes that lead to it. */
final class Places {
    private Places() {}

    /** Each place twice. */
    static long[] doubled(long[] places) {
        final long[] doubled = new long[places.length * 2];
        for (int i = 0; i < places.length; i++) {
            doubled[2 * i] = places[i];
            doubled[2 * i + 1] = places[i];
        }
        return doubled;
    }

    /** Every other place, where each segment has two or more. */
    static long[] halved(long[] places) {
        final long[] halved = new long[places.length / 2];
        for (int i = 0; i < halved.length; i++) {
            halved[i] = places[2 * i];
        }
        return halved;
    }
}
