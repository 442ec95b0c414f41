package dev.millrace.numa;

/** What every answer to "where are these pages" has in common. */
final class PageQuery {
    private PageQuery() {}

    static void check(long[] addresses, int[] nodes) {
        if (addresses.length != nodes.length) {
            throw new IllegalArgumentException("one node for each address: addresses=" + addresses.length + ", nodes="
                    + nodes.length + "; pass arrays of one length");
        }
    }

    static int countKnown(int[] nodes) {
        int known = 0;
        for (int node : nodes) {
            known += node >= 0 ? 1 : 0;
        }
        return known;
    }
}
