package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes numbers to a message from its start to its end, straight to where it is wanted: leaves of an encoder whose messages
 * have few bytes at most. {@link DirectEncoder} binds what depends on the type alone.
 *
 * <p>Each takes the place where it writes and gives the place behind; that there is room was seen to. As in {@link EncoderLeaves},
 * a number that is zero is not written.
 */
final class DirectEncoderLeaves {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private DirectEncoderLeaves() {}

    static int byteField(int tag, int offset, long fixed, byte[] target, int at) {
        return varintField(tag, Memory.getByte(fixed + offset), target, at);
    }

    static int shortField(int tag, int offset, long fixed, byte[] target, int at) {
        return varintField(tag, Memory.getShort(fixed + offset), target, at);
    }

    static int charField(int tag, int offset, long fixed, byte[] target, int at) {
        return varintField(tag, Memory.getChar(fixed + offset), target, at);
    }

    static int intField(int tag, int offset, long fixed, byte[] target, int at) {
        return varintField(tag, Memory.getInt(fixed + offset), target, at);
    }

    static int longField(int tag, int offset, long fixed, byte[] target, int at) {
        return varintField(tag, Memory.getLong(fixed + offset), target, at);
    }

    private static int varintField(int tag, long value, byte[] target, int at) {
        return value == 0 ? at : putVarint(value, target, putVarint(tag & 0xFFFF_FFFFL, target, at));
    }

    static int floatField(int tag, int offset, long fixed, byte[] target, int at) {
        final int bits = Memory.getInt(fixed + offset);
        if (bits == 0) {
            return at;
        }
        final int value = putVarint(tag & 0xFFFF_FFFFL, target, at);
        INTS.set(target, value, bits);
        return value + Integer.BYTES;
    }

    static int doubleField(int tag, int offset, long fixed, byte[] target, int at) {
        final long bits = Memory.getLong(fixed + offset);
        if (bits == 0) {
            return at;
        }
        final int value = putVarint(tag & 0xFFFF_FFFFL, target, at);
        LONGS.set(target, value, bits);
        return value + Long.BYTES;
    }

    /** An instant or a local date-time: the numbers that are there, behind a length of one byte. */
    static int timeField(int tag, int offset, long fixed, byte[] target, int at) {
        final long seconds = Memory.getLong(fixed + offset);
        final int nanos = Memory.getInt(fixed + offset + FlatSlots.INSTANT_NANOS_OFFSET);
        if ((seconds | nanos) == 0) {
            return at;
        }
        final int length = putVarint(tag & 0xFFFF_FFFFL, target, at);
        int end = varintField(Wire.tag(Wire.FIRST, Wire.VARINT), seconds, target, length + 1);
        end = varintField(Wire.tag(Wire.SECOND, Wire.VARINT), nanos, target, end);
        target[length] = (byte) (end - length - 1);
        return end;
    }

    /** A record whose length always takes one byte. */
    static int recordField(MethodHandle fields, int tag, int offset, long fixed, byte[] target, int at)
            throws Throwable {
        final int length = putVarint(tag & 0xFFFF_FFFFL, target, at);
        final int end = (int) fields.invokeExact(fixed + offset, target, length + 1);
        if (end == length + 1) {
            return at;
        }
        target[length] = (byte) (end - length - 1);
        return end;
    }

    /** Seven bits a byte, the least significant first. Returns the place behind the last. */
    private static int putVarint(long value, byte[] target, int at) {
        if ((value & ~0x7FL) == 0) {
            target[at] = (byte) value;
            return at + 1;
        }
        if ((value & ~0x3FFFL) == 0) {
            target[at] = (byte) (value | 0x80);
            target[at + 1] = (byte) (value >>> 7);
            return at + 2;
        }
        return putLongVarint(value, target, at);
    }

    private static int putLongVarint(long value, byte[] target, int start) {
        int at = start;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at] = (byte) rest;
        return at + 1;
    }
}
