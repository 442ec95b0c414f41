package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A Protobuf message that is written from its end to its start. What is to be told by its length is written before the
 * length is, so nothing is counted beforehand; the same way as {@code ReverseProtoWriter} of Square's Wire goes.
 *
 * <pre>
 *   0            start                          bytes.length
 *   +------------+------------------------------+
 *   | free       |  tag  length  payload  ...   |     each write puts its bytes before those that are there
 *   +------------+------------------------------+
 * </pre>
 *
 * <p>The buffer is kept, and as large as the largest message was. Used by one thread at a time.
 */
final class WireOutput {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final boolean IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
    private static final int MAX_VARINT_BYTES = 10;

    private byte[] bytes = new byte[512];
    private int start = bytes.length;

    /** Begins another message. */
    void clear() {
        start = bytes.length;
    }

    /** What was written since {@link #clear}. */
    int sizeBytes() {
        return bytes.length - start;
    }

    void copyTo(byte[] target, int offset) {
        ShortCopy.toArray(bytes, start, target, offset, sizeBytes());
    }

    void copyTo(long address) {
        ShortCopy.toMemory(bytes, start, address, sizeBytes());
    }

    void varint(long value) {
        reserve(MAX_VARINT_BYTES);
        start = putVarint(bytes, start, value);
    }

    /** A number behind its tag, which fits an int as an unsigned number. */
    void varintField(int tag, long value) {
        reserve(2 * MAX_VARINT_BYTES);
        final byte[] target = bytes;
        start = putVarint(target, putVarint(target, start, value), tag & 0xFFFF_FFFFL);
    }

    void fixed32Field(int tag, int value) {
        reserve(Integer.BYTES + MAX_VARINT_BYTES);
        INTS.set(bytes, start - Integer.BYTES, value);
        start = putVarint(bytes, start - Integer.BYTES, tag & 0xFFFF_FFFFL);
    }

    void fixed64Field(int tag, long value) {
        reserve(Long.BYTES + MAX_VARINT_BYTES);
        LONGS.set(bytes, start - Long.BYTES, value);
        start = putVarint(bytes, start - Long.BYTES, tag & 0xFFFF_FFFFL);
    }

    void fixed32(int value) {
        reserve(Integer.BYTES);
        start -= Integer.BYTES;
        INTS.set(bytes, start, value);
    }

    void fixed64(long value) {
        reserve(Long.BYTES);
        start -= Long.BYTES;
        LONGS.set(bytes, start, value);
    }

    /** Eight bytes, the most significant first. */
    void bigEndian64(long value) {
        fixed64(Long.reverseBytes(value));
    }

    /** Bytes as they are. */
    void raw(long address, int lengthBytes) {
        reserve(lengthBytes);
        start -= lengthBytes;
        ShortCopy.fromMemory(address, bytes, start, lengthBytes);
    }

    /** The length of what was written since the size was this, and its tag. */
    void delimit(int tag, int sizeBefore) {
        varintField(tag, sizeBytes() - sizeBefore);
    }

    void packedLongs(long address, int count) {
        reserve((long) count * MAX_VARINT_BYTES);
        final byte[] target = bytes;
        int at = start;
        for (long element = address + (long) count * Long.BYTES; element > address; ) {
            element -= Long.BYTES;
            at = putVarint(target, at, Memory.getLong(element));
        }
        start = at;
    }

    void packedInts(long address, int count) {
        reserve((long) count * MAX_VARINT_BYTES);
        final byte[] target = bytes;
        int at = start;
        for (long element = address + (long) count * Integer.BYTES; element > address; ) {
            element -= Integer.BYTES;
            at = putVarint(target, at, Memory.getInt(element));
        }
        start = at;
    }

    void packedFixed64(long address, int count) {
        if (IS_LITTLE_ENDIAN) {
            rawArray(address, count, Long.BYTES);
        } else {
            for (int i = count - 1; i >= 0; i--) {
                fixed64(Memory.getLong(address + (long) i * Long.BYTES));
            }
        }
    }

    void packedFixed32(long address, int count) {
        if (IS_LITTLE_ENDIAN) {
            rawArray(address, count, Integer.BYTES);
        } else {
            for (int i = count - 1; i >= 0; i--) {
                fixed32(Memory.getInt(address + (long) i * Integer.BYTES));
            }
        }
    }

    private void rawArray(long address, int count, int elementBytes) {
        reserve((long) count * elementBytes);
        start -= count * elementBytes;
        ShortCopy.fromMemory(address, bytes, start, count * elementBytes);
    }

    /** Seven bits a byte, the least significant first. Returns where the first byte lies. */
    private static int putVarint(byte[] target, int end, long value) {
        if ((value & ~0x7FL) == 0) {
            target[end - 1] = (byte) value;
            return end - 1;
        }
        if ((value & ~0x3FFFL) == 0) {
            target[end - 1] = (byte) (value >>> 7);
            target[end - 2] = (byte) (value | 0x80);
            return end - 2;
        }
        return putLongVarint(target, end, value);
    }

    private static int putLongVarint(byte[] target, int end, long value) {
        final int size = (Long.SIZE + 6 - Long.numberOfLeadingZeros(value)) / 7;
        int at = end - size;
        long rest = value;
        while (at < end - 1) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at] = (byte) rest;
        return end - size;
    }

    private void reserve(long moreBytes) {
        if (moreBytes > start) {
            grow(moreBytes);
        }
    }

    private void grow(long moreBytes) {
        int size = sizeBytes();
        long wanted = size + moreBytes;
        if (wanted > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "value is too large for a message: sizeBytes=" + wanted + ", limitBytes=" + MAX_BYTES);
        }
        int capacity = (int) Math.min(MAX_BYTES, Math.max(wanted, 2L * bytes.length));
        byte[] larger = new byte[capacity];
        System.arraycopy(bytes, start, larger, capacity - size, size);
        bytes = larger;
        start = capacity - size;
    }

    /** What was written, as an array of its own. */
    byte[] toBytes() {
        return Arrays.copyOfRange(bytes, start, bytes.length);
    }
}
