package dev.millrace.serde;

import dev.millrace.allocator.Memory;
import java.nio.ByteOrder;

/**
 * The hash of a key: 64 bits over the bytes of its blob, all of them good. Any thread may call.
 *
 * <p>The construction is that of wyhash (Wang Yi, final version 4, public domain): words are folded by a 64×64→128 bit
 * multiplication whose halves are xored. The code is our own and the values differ from wyhash's: the product is the signed
 * one, which Java 17 has. Words are read as little-endian whatever the machine, so the same bytes have the same hash
 * everywhere. Key groups, and with them state directories, rest on the values with seed 0: they stay as they are.
 *
 * <p>A table takes a seed of its own, so that keys that collide in one do not in another.
 */
public final class KeyHash {
    private static final boolean IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

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
            return hashWord(address, seed);
        }
        if (lengthBytes < Long.BYTES) {
            return finish(tail(address, lengthBytes), 0L, seed, lengthBytes);
        }
        long folded = seed;
        long at = address;
        final long last = address + lengthBytes - 2 * Long.BYTES;
        for (; at < last; at += 2 * Long.BYTES) {
            folded = fold(word(at) ^ SECRET_1, word(at + Long.BYTES) ^ folded ^ SECRET_0);
        }
        // The last 16 bytes, which may overlap what went before; of a length from 9 to 15, two words that overlap.
        final long first = lengthBytes < 2 * Long.BYTES ? address : last;
        return finish(word(first), word(address + lengthBytes - Long.BYTES), folded, lengthBytes);
    }

    /** Hashes one 8-byte word: the same as {@link #hash} of its 8 bytes. */
    public static long hashLong(long value, long seed) {
        return finish(IS_LITTLE_ENDIAN ? value : Long.reverseBytes(value), 0L, seed, Long.BYTES);
    }

    /** The hash of the 8 bytes at an address. */
    static long hashWord(long address, long seed) {
        return finish(word(address), 0L, seed, Long.BYTES);
    }

    private static long word(long address) {
        final long word = Memory.getLong(address);
        return IS_LITTLE_ENDIAN ? word : Long.reverseBytes(word);
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
