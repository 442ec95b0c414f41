package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.MalformedRecordException;
import java.lang.invoke.MethodHandle;

/**
 * Writes values that hold others to a Protobuf message: nodes of an encoder, as {@link EncoderLeaves} are its leaves. The
 * handles are bound by {@link EncoderAssembly}, and of the type {@code (WireOutput, long slot, long base) -> void}.
 */
final class EncoderNodes {
    private EncoderNodes() {}

    /** What has a length before it. */
    static void delimited(
            MethodHandle payload, int tag, boolean isAlways, int offset, WireOutput out, long fixed, long base)
            throws Throwable {
        final int before = out.sizeBytes();
        payload.invokeExact(out, fixed + offset, base);
        if (isAlways || out.sizeBytes() > before) {
            out.delimit(tag, before);
        }
    }

    static void optional(MethodHandle value, int presence, int offset, WireOutput out, long fixed, long base)
            throws Throwable {
        final long slot = fixed + offset;
        if (Memory.getByte(slot + presence) != 0) {
            value.invokeExact(out, slot, base);
        }
    }

    /** One field for each element. */
    static void elements(MethodHandle element, int stride, int offset, WireOutput out, long fixed, long base)
            throws Throwable {
        final long first = EncoderLeaves.first(fixed + offset, base);
        for (int i = EncoderLeaves.count(fixed + offset) - 1; i >= 0; i--) {
            element.invokeExact(out, first + (long) i * stride, base);
        }
    }

    static void entries(MethodHandle entry, int tag, int stride, int offset, WireOutput out, long fixed, long base)
            throws Throwable {
        final long first = EncoderLeaves.first(fixed + offset, base);
        for (int i = EncoderLeaves.count(fixed + offset) - 1; i >= 0; i--) {
            final int before = out.sizeBytes();
            entry.invokeExact(out, first + (long) i * stride, base);
            out.delimit(tag, before);
        }
    }

    /**
     * One of several records.
     *
     * @param choice chooses by an int before the other arguments
     */
    static void union(MethodHandle choice, int count, int ordinalOffset, WireOutput out, long at, long base)
            throws Throwable {
        final int ordinal = Memory.getInt(at + ordinalOffset);
        if (ordinal < 0 || ordinal >= count) {
            throw outOfRange(ordinal, count);
        }
        choice.invokeExact(ordinal, out, at, base);
    }

    private static MalformedRecordException outOfRange(int ordinal, int count) {
        return new MalformedRecordException(
                "malformed record: union alternative out of range: ordinal=" + ordinal + ", alternativeCount=" + count);
    }

    /** What a record without components has to write. */
    static void nothing(WireOutput out, long at, long base) {}
}
