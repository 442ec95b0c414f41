package dev.millrace.serde.internal;

import dev.millrace.serde.MalformedRecordException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A Protobuf message that is read from its start to its end. Nothing is read beyond the message that is open, whatever its
 * bytes say. Used by one thread at a time.
 */
final class WireInput {
    /** Groups are only ever skipped; this is how deep they may lie in each other. */
    static final int MAX_GROUP_DEPTH = 100;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final int MAX_VARINT_BYTES = 10;

    private static final int SHORT_BYTES = 512;

    /** Holds messages that are short or come from memory; as large as the largest was. */
    private byte[] buffer = new byte[SHORT_BYTES];
    /** The buffer, or the array that a long message lies in. */
    private byte[] bytes = buffer;

    private int position;
    private int limit;

    /** Opens a message in an array. A long one is read where it is; to remember another array costs more than to copy a few bytes. */
    void open(byte[] source, int offset, int lengthBytes) {
        if (lengthBytes <= SHORT_BYTES) {
            ShortCopy.toArray(source, offset, buffer, 0, lengthBytes);
            position = 0;
            limit = lengthBytes;
        } else {
            bytes = source;
            position = offset;
            limit = offset + lengthBytes;
        }
    }

    /** Opens a message in memory, of which a copy is read: a writer that goes on meanwhile cannot change what was checked. */
    void open(long address, int lengthBytes) {
        if (buffer.length < lengthBytes) {
            buffer = new byte[Math.max(lengthBytes, (int) Math.min(Integer.MAX_VALUE - 8, 2L * buffer.length))];
            bytes = buffer;
        }
        ShortCopy.fromMemory(address, buffer, 0, lengthBytes);
        position = 0;
        limit = lengthBytes;
    }

    /** Forgets the message. */
    void close() {
        if (bytes != buffer) {
            bytes = buffer;
        }
        limit = position;
    }

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    boolean hasRemaining() {
        return position < limit;
    }

    int remaining() {
        return limit - position;
    }

    /** Reads a length and opens what it tells the length of. Returns what {@link #leave} wants. */
    int enter() {
        int length = length();
        int outer = limit;
        limit = position + length;
        return outer;
    }

    void leave(int outer) {
        limit = outer;
    }

    /** A length that what is open can hold. */
    int length() {
        long length = varint();
        if (length < 0 || length > limit - position) {
            throw new MalformedRecordException(
                    "a length passes the end: lengthBytes=" + length + ", remainingBytes=" + (limit - position));
        }
        return (int) length;
    }

    /** Passes over bytes that {@link #length} spoke of. Returns where they start. */
    int take(int lengthBytes) {
        int start = position;
        position += lengthBytes;
        return start;
    }

    int tag() {
        int at = position;
        if (at < limit && bytes[at] > 7) {
            position = at + 1;
            return bytes[at];
        }
        long tag = varint();
        if (tag >>> 32 != 0 || Wire.numberOf((int) tag) == 0) {
            throw new MalformedRecordException("no such tag: tag=" + tag);
        }
        return (int) tag;
    }

    /** Reads a tag if it is this one, in the form that every writer gives it. Says whether it was. */
    boolean passes(int wanted) {
        final int at = position;
        if ((wanted & ~0x7F) != 0) {
            return passesLong(wanted, at);
        }
        return at < limit && bytes[at] == wanted && passed(at + 1);
    }

    private boolean passed(int next) {
        position = next;
        return true;
    }

    private boolean passesLong(int wanted, int start) {
        int rest = wanted;
        int at = start;
        for (; at < limit && (rest & ~0x7F) != 0; at++) {
            if (bytes[at] != (byte) (rest | 0x80)) {
                return false;
            }
            rest >>>= 7;
        }
        return at < limit && bytes[at] == rest && passed(at + 1);
    }

    long varint() {
        final byte[] source = bytes;
        int at = position;
        final int end = limit;
        if (at < end) {
            long result = source[at++];
            if (result >= 0) {
                position = at;
                return result;
            }
            result &= 0x7F;
            if (at < end && source[at] >= 0) {
                position = at + 1;
                return result | (long) source[at] << 7;
            }
            for (int shift = 7; shift < Long.SIZE && at < end; shift += 7) {
                final byte next = source[at++];
                result |= (next & 0x7FL) << shift;
                if (next >= 0) {
                    position = at;
                    return result;
                }
            }
        }
        throw noVarint(at < end);
    }

    int fixed32() {
        int at = position;
        if (limit - at < Integer.BYTES) {
            throw truncated();
        }
        position = at + Integer.BYTES;
        return (int) INTS.get(bytes, at);
    }

    long fixed64() {
        int at = position;
        if (limit - at < Long.BYTES) {
            throw truncated();
        }
        position = at + Long.BYTES;
        return (long) LONGS.get(bytes, at);
    }

    /** How many varints there are up to the end of what is open, if all of them end. */
    int countVarints() {
        final byte[] source = bytes;
        final int end = limit;
        int count = 0;
        for (int at = position; at < end; at++) {
            count += 1 - ((source[at] >>> 7) & 1);
        }
        return count;
    }

    /** Passes over the value of a field that nobody knows. */
    void skip(int tag) {
        skip(tag, 0);
    }

    private void skip(int tag, int depth) {
        switch (Wire.typeOf(tag)) {
            case Wire.VARINT -> varint();
            case Wire.FIXED64 -> fixed64();
            case Wire.DELIMITED -> take(length());
            case Wire.FIXED32 -> fixed32();
            case Wire.GROUP_START -> skipGroup(Wire.numberOf(tag), depth + 1);
            default ->
                throw new MalformedRecordException("a group ends that did not start, or no such wire type: tag=" + tag);
        }
    }

    private void skipGroup(int number, int depth) {
        if (depth > MAX_GROUP_DEPTH) {
            throw new MalformedRecordException("groups lie too deep in each other: limit=" + MAX_GROUP_DEPTH);
        }
        int end = Wire.tag(number, Wire.GROUP_END);
        for (int tag = tag(); tag != end; tag = tag()) {
            skip(tag, depth);
        }
    }

    private static MalformedRecordException noVarint(boolean isTooLong) {
        return isTooLong ? new MalformedRecordException("a number has more than ten bytes") : truncated();
    }

    private static MalformedRecordException truncated() {
        return new MalformedRecordException("it ends in the middle of a field");
    }
}
