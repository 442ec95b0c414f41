package dev.millrace.serde;

/**
 * Which key group a key belongs to: the one place that knows. Any thread may call.
 *
 * <p>The function is Apache Flink's ({@code MathUtils.murmurHash(code) % groups} in {@code KeyGroupRangeAssignment}):
 * MurmurHash3 x86_32 (Austin Appleby, public domain) of one int, made positive, modulo the count. The int comes from the
 * key's hash without a seed, so the group of a key is the same in every run.
 */
public final class KeyGroups {
    /** How many groups there are where nobody says otherwise. */
    public static final int DEFAULT_COUNT = 128;

    /** The most groups, as in Flink. */
    public static final int MAX_COUNT = 1 << 15;

    /** The seed of the hash that key groups are made from, and that travels with events. */
    public static final long HASH_SEED = 0L;

    private KeyGroups() {}

    /**
     * The group of a key.
     *
     * @param keyHash {@link KeyHash#hash} of the key's blob with {@link #HASH_SEED}
     * @param groupCount 1 to {@link #MAX_COUNT}
     */
    public static int ofHash(long keyHash, int groupCount) {
        return of((int) (keyHash ^ (keyHash >>> Integer.SIZE)), groupCount);
    }

    /**
     * Flink's function: the group of a 32-bit key code.
     *
     * @param groupCount 1 to {@link #MAX_COUNT}
     */
    public static int of(int keyCode, int groupCount) {
        if (groupCount < 1 || groupCount > MAX_COUNT) {
            throw new IllegalArgumentException(
                    "key group count out of range: groupCount=" + groupCount + ", min=1, max=" + MAX_COUNT);
        }
        return positive(murmur(keyCode)) % groupCount;
    }

    /** MurmurHash3 x86_32 of the four bytes of an int, seed 0. */
    static int murmur(int code) {
        int mixed = Integer.rotateLeft(code * 0xCC9E2D51, 15) * 0x1B873593;
        mixed = Integer.rotateLeft(mixed, 13) * 5 + 0xE6546B64;
        mixed ^= Integer.BYTES;
        mixed = (mixed ^ (mixed >>> 16)) * 0x85EBCA6B;
        mixed = (mixed ^ (mixed >>> 13)) * 0xC2B2AE35;
        return mixed ^ (mixed >>> 16);
    }

    private static int positive(int hash) {
        return hash >= 0 ? hash : hash != Integer.MIN_VALUE ? -hash : 0;
    }
}
