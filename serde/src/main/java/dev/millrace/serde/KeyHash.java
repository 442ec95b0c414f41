package dev.millrace.serde;

import dev.millrace.allocator.Memory;

/**
 * The hash of a key: 64 bits over the bytes of its blob, all of them good. Any thread may call.
 *
 * <p>The construction is that of wyhash (Wang Yi, final version 4, public domain): words are folded by a 64×64→128 bit
 * multiplication whose halves are xored. The code is our own and the values differ from wyhash's: words are read in the
 * machine's byte order and the product is the signed one, which Java 17 has. So a hash is good within one run, or
 * between runs on machines of one byte order; it is not a format for exchange.
 *
 * <p>A table takes a seed of its own, so that keys that collide in one do not in another.
 */
public final class KeyHash {
    private static final long SECRET_0 = 0x2D358DCCAA6C78A5L;
    private static final long SECRET_1 = 0x8BB84B93962EACC9L;
    private static final long SECRET_2 = 0x4B33A62ED433D4A3L;

    private KeyHash() {}

    /**
     * Hashes a range of bytes.
     *
     * @param address need not be aligned
     * @param lengthBytes 0 or more
     */
    public static long hash(long address, int lengthBytes, long seed) {
        if (lengthBytes == Long.BYTES) {
            return hashLong(Memory.getLong(address), seed);
        }
        if (lengthBytes < Long.BYTES) {
            return finish(tail(address, lengthBytes), 0L, seed, lengthBytes);
        }
        long folded = seed;
        long at = address;
        final long last = address + lengthBytes - 2 * Long.BYTES;
        for (; at < last; at += 2 * Long.BYTES) {
            folded = fold(Memory.getLong(at) ^ SECRET_1, Memory.getLong(at + Long.BYTES) ^ folded ^ SECRET_0);
        }
        // The last 16 bytes, which may overlap what went before; of a length from 9 to 15, two words that overlap.
        final long first = lengthBytes < 2 * Long.BYTES ? address : last;
        return finish(Memory.getLong(first), Memory.getLong(address + lengthBytes - Long.BYTES), folded, lengthBytes);
    }

    /** Hashes one 8-byte word: the same as {@link #hash} of its 8 bytes. */
    public static long hashLong(long value, long seed) {
        return finish(value, 0L, seed, Long.BYTES);
    }

    private static long finish(long first, long second, long seed, int lengthBytes) {
        final long left = first ^ SECRET_1;
        final long right = second ^ seed ^ SECRET_0;
        return fold((left * right) ^ SECRET_2 ^ lengthBytes, Math.multiplyHigh(left, right) ^ SECRET_1);
    }

    private static long fold(long left, long right) {
        return (left * right) ^ Math.multiplyHigh(left, right);
    }

    private static long tail(long address, int lengthBytes) {
        long word = 0;
        for (int i = lengthBytes - 1; i >= 0; i--) {
            word = (word << Byte.SIZE) | (Memory.getByte(address + i) & 0xFF);
        }
        return word;
    }
}
