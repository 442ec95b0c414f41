package dev.millrace.serde.internal;

import dev.millrace.serde.MalformedRecordException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value while a message is read into it: slots as in the flat layout, but what lies outside of them has not found its
 * place yet.
 *
 * <pre>
 *   0            fixedBytes                                    top
 *   +------------+----------+--------------+----------+--------+
 *   | fixed part | capacity | slots of a   | capacity | ...    |
 *   |            | (8 bytes)| list         |          |        |
 *   +------------+----------+--------------+----------+--------+
 *
 *   slot of a list, an array or a map   {int offset in the draft, int count}; zeros before the first element
 *   slot of a text, bytes, a decimal    {int place, int length}: place in the message, or, below zero, the complement of
 *                                       the place among the constants of the defaults
 * </pre>
 *
 * <p>The buffer is kept. Used by one thread at a time.
 */
final class BlobDraft {
    static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** In the slot of a decimal, behind the place and the length of the unscaled value. */
    static final int DECIMAL_SCALE_OFFSET = 2 * Integer.BYTES;

    private static final int CAPACITY_BYTES = Long.BYTES;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private final long limitBytes;
    private byte[] bytes;
    private int top;

    /** Limits the draft to a few times what the value may take: lists that grow are copied to where there is room. */
    BlobDraft(int fixedBytes, int blobLimitBytes) {
        this.bytes = new byte[fixedBytes];
        this.limitBytes = Math.min(MAX_BYTES, 4L * blobLimitBytes + fixedBytes);
    }

    byte[] bytes() {
        return bytes;
    }

    /** Begins another value. */
    void begin(int fixedBytes, byte @Nullable [] template) {
        top = fixedBytes;
        initialize(0, fixedBytes, template);
    }

    /** Makes a slot what it is before anything is read. */
    void initialize(int at, int sizeBytes, byte @Nullable [] template) {
        if (template == null) {
            clear(at, at + sizeBytes);
        } else {
            System.arraycopy(template, 0, bytes, at, sizeBytes);
        }
    }

    private void clear(int from, int to) {
        final byte[] target = bytes;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            LONGS.set(target, at, 0L);
        }
        for (; at < to; at++) {
            target[at] = 0;
        }
    }

    int getInt(int at) {
        return (int) INTS.get(bytes, at);
    }

    long getLong(int at) {
        return (long) LONGS.get(bytes, at);
    }

    void putByte(int at, int value) {
        bytes[at] = (byte) value;
    }

    void putShort(int at, int value) {
        SHORTS.set(bytes, at, (short) value);
    }

    void putInt(int at, int value) {
        INTS.set(bytes, at, value);
    }

    void putLong(int at, long value) {
        LONGS.set(bytes, at, value);
    }

    /** Makes room for more elements of a list. Returns where the first of them goes; what is there is not initialized. */
    int append(int list, int more, int strideBytes) {
        int first = getInt(list);
        int count = getInt(list + FlatSlots.TEXT_LENGTH_OFFSET);
        if (first == 0 || more > getInt(first - CAPACITY_BYTES) - count) {
            first = grow(first, count, more, strideBytes);
            putInt(list, first);
        }
        putInt(list + FlatSlots.TEXT_LENGTH_OFFSET, count + more);
        return first + count * strideBytes;
    }

    private int grow(int first, int count, int more, int strideBytes) {
        long wanted = (long) count + more;
        // One more list element is followed by others as a rule; many at once are all there is.
        long capacity = more > 1 ? wanted : Math.max(4, 2 * wanted);
        boolean isLast = first != 0 && first + (long) getInt(first - CAPACITY_BYTES) * strideBytes >= top;
        long start = isLast ? first : top + (long) CAPACITY_BYTES;
        long end = align(start + capacity * strideBytes);
        if (end > limitBytes) {
            capacity = wanted;
            end = align(start + capacity * strideBytes);
        }
        if (end > limitBytes) {
            throw new MalformedRecordException("the value is too large: draftBytes=" + end + ", limitBytes="
                    + limitBytes + "; read it with a larger limit");
        }
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(limitBytes, Math.max(end, 2L * bytes.length)));
        }
        if (!isLast && count > 0) {
            System.arraycopy(bytes, first, bytes, (int) start, count * strideBytes);
        }
        top = (int) end;
        putInt((int) start - CAPACITY_BYTES, (int) capacity);
        return (int) start;
    }

    private static long align(long sizeBytes) {
        return (sizeBytes + Long.BYTES - 1) & -Long.BYTES;
    }
}
