package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns UTF-8 bytes into strings, and remembers the short ones: the same few codes and names come again and again, and
 * then cost no garbage.
 *
 * <p>Used by one thread at a time. Bounded: {@link #ENTRIES} strings of at most {@link #MAX_CACHED_BYTES} bytes, one place
 * for each hash (a newer string takes the place of an older one), about 60 KiB with the strings, and one buffer of at most
 * {@link #MAX_BUFFER_BYTES}.
 */
public final class TextCache {
    static final int ENTRIES = 1024;
    static final int MAX_CACHED_BYTES = 2 * Long.BYTES;
    static final int MAX_BUFFER_BYTES = 64 << 10;

    /** The bytes of entry i, padded with zeros: words 2i and 2i + 1. */
    private final long[] words = new long[2 * ENTRIES];

    private final byte[] lengths = new byte[ENTRIES];
    private final String[] texts = new String[ENTRIES];
    private byte[] buffer = new byte[256];

    public TextCache() {
        Arrays.fill(texts, "");
    }

    /** Reads well-formed text from memory that holds zeros from the text's end to the next multiple of 8 bytes. */
    public String read(long address, int lengthBytes) {
        if (lengthBytes == 0) {
            return "";
        }
        if (lengthBytes > MAX_CACHED_BYTES) {
            return decode(address, lengthBytes);
        }
        final long low = Memory.getLong(address);
        final long high = lengthBytes > Long.BYTES ? Memory.getLong(address + Long.BYTES) : 0L;
        final int entry = entry(low, high, lengthBytes);
        if (holds(entry, low, high, lengthBytes)) {
            return texts[entry];
        }
        return put(entry, low, high, lengthBytes, decode(address, lengthBytes));
    }

    /** Reads text from an array. Returns null if it is not well-formed. */
    public @Nullable String read(byte[] source, int start, int end) {
        final int lengthBytes = end - start;
        if (lengthBytes == 0) {
            return "";
        }
        if (lengthBytes > MAX_CACHED_BYTES) {
            return decode(source, start, end);
        }
        final int split = Math.min(end, start + Long.BYTES);
        final long low = word(source, start, split);
        final long high = word(source, split, end);
        final int entry = entry(low, high, lengthBytes);
        if (holds(entry, low, high, lengthBytes)) {
            return texts[entry];
        }
        String text = decode(source, start, end);
        return text == null ? null : put(entry, low, high, lengthBytes, text);
    }

    private static long word(byte[] source, int start, int end) {
        long word = 0;
        for (int i = end - 1; i >= start; i--) {
            word = (word << Byte.SIZE) | (source[i] & 0xFF);
        }
        return word;
    }

    private static int entry(long low, long high, int lengthBytes) {
        long mixed = (low ^ Long.rotateLeft(high, 29) ^ lengthBytes) * 0x9E3779B97F4A7C15L;
        return (int) ((mixed ^ (mixed >>> 32)) >>> 20) & (ENTRIES - 1);
    }

    private boolean holds(int entry, long low, long high, int lengthBytes) {
        return words[2 * entry] == low && words[2 * entry + 1] == high && lengths[entry] == lengthBytes;
    }

    private String put(int entry, long low, long high, int lengthBytes, String text) {
        words[2 * entry] = low;
        words[2 * entry + 1] = high;
        lengths[entry] = (byte) lengthBytes;
        texts[entry] = text;
        return text;
    }

    private String decode(long address, int lengthBytes) {
        byte[] bytes = buffer;
        if (bytes.length < lengthBytes) {
            bytes = new byte[lengthBytes];
            if (lengthBytes <= MAX_BUFFER_BYTES) {
                buffer = bytes;
            }
        }
        Memory.copyTo(address, bytes, 0, lengthBytes);
        return new String(bytes, 0, lengthBytes, StandardCharsets.UTF_8);
    }

    private static @Nullable String decode(byte[] source, int start, int end) {
        return Utf8.isWellFormed(source, start, end)
                ? new String(source, start, end - start, StandardCharsets.UTF_8)
                : null;
    }
}
