package dev.millrace.serde.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.LocalDate;

/**
 * Reads numbers of a message to where they go in a blob: leaves of a decoder whose blobs have nothing outside of slots. {@link
 * DirectDecoder} binds what depends on the type alone.
 *
 * <p>Each takes the place where a field may begin and gives the place behind it. It gives the place as it was where another field
 * begins, or where anything is not as our encoder would have it: then the message is read once more in the other way, which
 * also says what is wrong with it. Nothing is read from the limit on, which lies in the array.
 */
final class DirectDecoderLeaves {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int NOT_THERE = -1;

    private DirectDecoderLeaves() {}

    static int booleanField(int tag, int offset, byte[] source, int at, int limit, byte[] target, int slots) {
        final int value = value(tag, source, at, limit);
        final int end = endOfVarint(source, value, limit);
        if (end < 0) {
            return at;
        }
        target[slots + offset] = (byte) (varint(source, value, end) != 0 ? 1 : 0);
        return end;
    }

    static int byteField(int tag, int offset, byte[] source, int at, int limit, byte[] target, int slots) {
        final int value = value(tag, source, at, limit);
        final int end = endOfVarint(source, value, limit);
        final long read = varint(source, value, end);
        if (end < 0 || read != (byte) read) {
            return at;
        }
        target[slots + offset] = (byte) read;
        return end;
    }

    static int shortField(int tag, int offset, byte[] source, int at, int limit, byte[] target, int slots) {
        final int value = value(tag, source, at, limit);
        final int end = endOfVarint(source, value, limit);
        final long read = varint(source, value, end);
        if (end < 0 || read != (short) read) {
            return at;
        }
        BlobDraft.SHORTS.set(target, slots + offset, (short) read);
        return end;
    }

    static int charField(int tag, int offset, byte[] source, int at, int limit, byte[] target, int slots) {
        final int value = value(tag, source, at, limit);
        final int end = endOfVarint(source, value, limit);
        final long read = varint(source, value, end);
        if (end < 0 || read != (char) read) {
            return at;
        }
        BlobDraft.SHORTS.set(target, slots + offset, (short) read);
        return end;
    }

    static int intField(int tag, int offset, byte[] source, int at, int limit, byte[] target, int slots) {
        final int value = value(tag, source, at, limit);
        final int end = endOfVarint(source, value, limit);
        if (end < 0) {
            return at;
        }
        BlobDraft.INTS.set(target, slots + offset, (int) varint(source, value, end));
        return end;
    }

    static int enumField(
            int tag, int offset, int constantCount, byte[] source, int at, int limit, byte[] target, int slots) {
        final int value = value(tag, source, at, limit);
        final int end = endOfVarint(source, value, limit);
        final int ordinal = (int) varint(source, value, end);
        if (end < 0 || ordinal < 0 || ordinal >= constantCount) {
            return at;
        }
        BlobDraft.INTS.set(target, slots + offset, ordinal);
        return end;
    }

    static int longField(int tag, int offset, byte[] source, int at, int limit, byte[] target, int slots) {
        final int value = value(tag, source, at, limit);
        final int end = endOfVarint(source, value, limit);
        if (end < 0) {
            return at;
        }
        BlobDraft.LONGS.set(target, slots + offset, varint(source, value, end));
        return end;
    }

    static int dateField(int tag, int offset, byte[] source, int at, int limit, byte[] target, int slots) {
        final int value = value(tag, source, at, limit);
        final int end = endOfVarint(source, value, limit);
        final long day = varint(source, value, end);
        if (end < 0 || day < LocalDate.MIN.toEpochDay() || day > LocalDate.MAX.toEpochDay()) {
            return at;
        }
        BlobDraft.LONGS.set(target, slots + offset, day);
        return end;
    }

    static int floatField(int tag, int offset, byte[] source, int at, int limit, byte[] target, int slots) {
        final int value = value(tag, source, at, limit);
        if (value < 0 || limit - value < Integer.BYTES) {
            return at;
        }
        BlobDraft.INTS.set(target, slots + offset, ReadNumber.canonicalFloat((int) INTS.get(source, value)));
        return value + Integer.BYTES;
    }

    static int doubleField(int tag, int offset, byte[] source, int at, int limit, byte[] target, int slots) {
        final int value = value(tag, source, at, limit);
        if (value < 0 || limit - value < Long.BYTES) {
            return at;
        }
        BlobDraft.LONGS.set(target, slots + offset, ReadNumber.canonicalDouble((long) LONGS.get(source, value)));
        return value + Long.BYTES;
    }

    /** A record whose length takes one byte. */
    static int recordField(
            MethodHandle fields, int tag, int offset, byte[] source, int at, int limit, byte[] target, int slots)
            throws Throwable {
        final int length = value(tag, source, at, limit);
        if (length < 0 || length >= limit) {
            return at;
        }
        final int start = length + 1;
        final int bytes = source[length];
        if (bytes < 0 || bytes > limit - start) {
            return at;
        }
        final int end = (int) fields.invokeExact(source, start, start + bytes, target, slots + offset);
        return end == start + bytes ? end : at;
    }

    /** Where the value of a field begins whose tag is this one; below zero if it is not. */
    private static int value(int tag, byte[] source, int at, int limit) {
        if ((tag & ~0x7F) == 0) {
            return at < limit && source[at] == tag ? at + 1 : NOT_THERE;
        }
        int rest = tag;
        int next = at;
        for (; next < limit && (rest & ~0x7F) != 0; next++) {
            if (source[next] != (byte) (rest | 0x80)) {
                return NOT_THERE;
            }
            rest >>>= 7;
        }
        return next < limit && source[next] == rest ? next + 1 : NOT_THERE;
    }

    /** Where a number ends; below zero if it does not, or if there is none. */
    private static int endOfVarint(byte[] source, int start, int limit) {
        if (start < 0 || start >= limit) {
            return NOT_THERE;
        }
        if (source[start] >= 0) {
            return start + 1;
        }
        return start + 1 < limit && source[start + 1] >= 0 ? start + 2 : endOfLongVarint(source, start, limit);
    }

    private static int endOfLongVarint(byte[] source, int start, int limit) {
        final int last = Math.min(limit, start + WireInput.MAX_VARINT_BYTES);
        for (int at = start + 2; at < last; at++) {
            if (source[at] >= 0) {
                return at + 1;
            }
        }
        return NOT_THERE;
    }

    private static long varint(byte[] source, int start, int end) {
        if (end - start == 1) {
            return source[start];
        }
        if (end - start == 2) {
            return (source[start] & 0x7F) | source[start + 1] << 7;
        }
        return longVarint(source, start, end);
    }

    private static long longVarint(byte[] source, int start, int end) {
        long result = 0;
        for (int at = end - 1; at >= start; at--) {
            result = result << 7 | (source[at] & 0x7F);
        }
        return result;
    }
}
