package dev.millrace.bench.index;

/**
 * One size at which maps are compared.
 *
 * @param entries keys in the map
 * @param valueBytes bytes of a value, a multiple of 8
 * @param hugePages whether the index asks for pages of 2 MiB
 * @param withStores whether the slow peers take part
 */
public record IndexCase(long entries, int valueBytes, boolean hugePages, boolean withStores) {
    /** Refuses what cannot be measured. */
    public IndexCase {
        if (entries < 1_000 || entries > 1_000_000_000) {
            throw new IllegalArgumentException("entries out of range: entries=" + entries + "; use 1e3 to 1e9");
        }
        if (valueBytes < Long.BYTES || valueBytes > 4096 || valueBytes % Long.BYTES != 0) {
            throw new IllegalArgumentException(
                    "values are whole numbers of 8 bytes: valueBytes=" + valueBytes + "; use 8 to 4096");
        }
    }
}
