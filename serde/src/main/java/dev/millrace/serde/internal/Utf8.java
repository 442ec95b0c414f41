package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FlatCodec;

/**
 * UTF-8 without garbage. Half of a surrogate pair becomes {@code ?}, as with {@code String.getBytes}. Any thread may call.
 *
 * <p>The encoding and its well-formed ranges: The Unicode Standard, tables 3-6 and 3-7.
 */
public final class Utf8 {
    private Utf8() {}

    /**
     * The encoded size of a text.
     *
     * @throws IllegalArgumentException if the text is longer than {@link FlatCodec#MAX_TEXT_CHARS}
     */
    public static int lengthBytes(String text) {
        final int chars = text.length();
        if (chars > FlatCodec.MAX_TEXT_CHARS) {
            throw tooLong(chars);
        }
        for (int i = 0; i < chars; i++) {
            if (text.charAt(i) >= 0x80) {
                return i + lengthBytesFrom(text, i);
            }
        }
        return chars;
    }

    /** Writes a text. Returns its size in bytes. */
    public static int write(String text, long address) {
        final int chars = text.length();
        for (int i = 0; i < chars; i++) {
            final char unit = text.charAt(i);
            if (unit >= 0x80) {
                return i + writeFrom(text, i, address + i);
            }
            Memory.putByte(address + i, (byte) unit);
        }
        return chars;
    }

    /** Says whether a range of bytes is well-formed. */
    public static boolean isWellFormed(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end) {
            int first = bytes[at++];
            if (first >= 0) {
                continue;
            }
            int more = continuationBytes(first & 0xFF);
            if (more == 0 || more > end - at || !isSecond(first & 0xFF, bytes[at] & 0xFF)) {
                return false;
            }
            for (int i = 1; i < more; i++) {
                if ((bytes[at + i] & 0xC0) != 0x80) {
                    return false;
                }
            }
            at += more;
        }
        return true;
    }

    private static int continuationBytes(int first) {
        if (first < 0xC2 || first > 0xF4) {
            return 0;
        }
        return first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    }

    /** The second byte tells overlong forms, surrogates and what is past U+10FFFF from the rest. */
    private static boolean isSecond(int first, int second) {
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        return second >= low && second <= high;
    }

    private static int lengthBytesFrom(String text, int start) {
        int bytes = 0;
        for (int i = start; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                bytes++;
            } else if (unit < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(unit)) {
                bytes += 3;
            } else if (isPair(text, i)) {
                bytes += 4;
                i++;
            } else {
                bytes++;
            }
        }
        return bytes;
    }

    private static int writeFrom(String text, int start, long address) {
        long at = address;
        for (int i = start; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                at = put(at, unit);
            } else if (unit < 0x800) {
                at = put(at, 0xC0 | (unit >> 6));
                at = put(at, 0x80 | (unit & 0x3F));
            } else if (!Character.isSurrogate(unit)) {
                at = put(at, 0xE0 | (unit >> 12));
                at = put(at, 0x80 | ((unit >> 6) & 0x3F));
                at = put(at, 0x80 | (unit & 0x3F));
            } else if (isPair(text, i)) {
                int point = Character.toCodePoint(unit, text.charAt(++i));
                at = put(at, 0xF0 | (point >> 18));
                at = put(at, 0x80 | ((point >> 12) & 0x3F));
                at = put(at, 0x80 | ((point >> 6) & 0x3F));
                at = put(at, 0x80 | (point & 0x3F));
            } else {
                at = put(at, '?');
            }
        }
        return (int) (at - address);
    }

    private static long put(long address, int value) {
        Memory.putByte(address, (byte) value);
        return address + 1;
    }

    private static boolean isPair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }

    private static IllegalArgumentException tooLong(int chars) {
        return new IllegalArgumentException(
                "text is too long: lengthChars=" + chars + ", limitChars=" + FlatCodec.MAX_TEXT_CHARS);
    }
}
