package dev.millrace.bench.workload;

/**
 * The functions that every field of a generated event is made of: an event is a function of its index, so any engine, at any
 * parallelism, sees the same events.
 */
public final class Mix {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Mix() {}

    /** Scatters a number over 64 bits: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), one step shortened. */
    public static long mix(long value) {
        long z = (value + GOLDEN) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** A number in [0, n) out of a scattered one. */
    public static long bounded(long scattered, long n) {
        return Math.multiplyHigh(scattered >>> 1, n << 1);
    }

    /** What one output adds to the checksum. */
    public static long term(long key, long count) {
        return mix(key * 0x9E3779B9L + count);
    }
}
