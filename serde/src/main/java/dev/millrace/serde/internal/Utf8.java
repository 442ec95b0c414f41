package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.RecordLayout;

/**
 * UTF-8 without garbage. Half of a surrogate pair becomes {@code ?}, as with {@code String.getBytes}. Any thread may call.
 *
 * <p>The encoding and its well-formed ranges: The Unicode Standard, tables 3-6 and 3-7.
 */
public final class Utf8 {
    /** No address. */
    private static final long COUNT_ONLY = 0L;

    private Utf8() {}

    /**
     * The encoded size of a text.
     *
     * @throws IllegalArgumentException if the text is longer than {@link FlatCodec#MAX_TEXT_CHARS}
     */
    public static int lengthBytes(String text) {
        return encode(text, COUNT_ONLY);
    }

    /** Writes a text, and zeros behind it up to the next multiple of 8 bytes. Returns its size in bytes, without the zeros. */
    public static int writePadded(String text, long address) {
        return encode(text, address);
    }

    /**
     * Counts or writes. One method, and not a short one, on purpose: HotSpot does not inline a hot method of more than 325
     * bytecodes, so a codec with many texts makes calls here instead of holding a copy of these loops for each, stays small
     * itself, and is inlined where it is used.
     */
    private static int encode(String text, long address) {
        final int chars = text.length();
        if (chars > FlatCodec.MAX_TEXT_CHARS) {
            throw tooLong(chars);
        }
        final boolean isWriting = address != COUNT_ONLY;
        int i = 0;
        for (; i + 4 <= chars; i += 4) {
            final char first = text.charAt(i);
            final char second = text.charAt(i + 1);
            final char third = text.charAt(i + 2);
            final char fourth = text.charAt(i + 3);
            if ((first | second | third | fourth) >= 0x80) {
                break;
            }
            if (isWriting) {
                Memory.putByte(address + i, (byte) first);
                Memory.putByte(address + i + 1, (byte) second);
                Memory.putByte(address + i + 2, (byte) third);
                Memory.putByte(address + i + 3, (byte) fourth);
            }
        }
        long at = address + i;
        while (i < chars) {
            int point = text.charAt(i++);
            if (point >= 0x80) {
                if (Character.isSurrogate((char) point)) {
                    boolean isPair = Character.isHighSurrogate((char) point)
                            && i < chars
                            && Character.isLowSurrogate(text.charAt(i));
                    point = isPair ? Character.toCodePoint((char) point, text.charAt(i++)) : '?';
                }
            }
            if (point < 0x80) {
                if (isWriting) {
                    Memory.putByte(at, (byte) point);
                }
                at++;
            } else if (point < 0x800) {
                if (isWriting) {
                    Memory.putByte(at, (byte) (0xC0 | (point >> 6)));
                    Memory.putByte(at + 1, (byte) (0x80 | (point & 0x3F)));
                }
                at += 2;
            } else if (point < 0x10000) {
                if (isWriting) {
                    Memory.putByte(at, (byte) (0xE0 | (point >> 12)));
                    Memory.putByte(at + 1, (byte) (0x80 | ((point >> 6) & 0x3F)));
                    Memory.putByte(at + 2, (byte) (0x80 | (point & 0x3F)));
                }
                at += 3;
            } else {
                if (isWriting) {
                    Memory.putByte(at, (byte) (0xF0 | (point >> 18)));
                    Memory.putByte(at + 1, (byte) (0x80 | ((point >> 12) & 0x3F)));
                    Memory.putByte(at + 2, (byte) (0x80 | ((point >> 6) & 0x3F)));
                    Memory.putByte(at + 3, (byte) (0x80 | (point & 0x3F)));
                }
                at += 4;
            }
        }
        final int length = (int) (at - address);
        if (isWriting) {
            for (int pad = length; (pad & (RecordLayout.ALIGNMENT_BYTES - 1)) != 0; pad++) {
                Memory.putByte(address + pad, (byte) 0);
            }
        }
        return length;
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

    /** Says whether a range of memory is well-formed. */
    public static boolean isWellFormed(long address, int lengthBytes) {
        final long end = address + lengthBytes;
        long at = address;
        while (at < end) {
            int first = Memory.getByte(at++);
            if (first >= 0) {
                continue;
            }
            int more = continuationBytes(first & 0xFF);
            if (more == 0 || more > end - at || !isSecond(first & 0xFF, Memory.getByte(at) & 0xFF)) {
                return false;
            }
            for (int i = 1; i < more; i++) {
                if ((Memory.getByte(at + i) & 0xC0) != 0x80) {
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

    private static IllegalArgumentException tooLong(int chars) {
        return new IllegalArgumentException(
                "text is too long: lengthChars=" + chars + ", limitChars=" + FlatCodec.MAX_TEXT_CHARS);
    }
}
