package dev.millrace.serde.internal;

import dev.millrace.serde.FlatCodec;
import java.lang.invoke.MethodHandle;

/**
 * The calls of all flat codecs. They are inlined at the call sites that keep to one codec, whatever their size, and that is what
 * this class is for.
 *
 * <p>HotSpot does not inline a method that it has compiled to more than 2,500 bytes of machine code already, and a record of a few
 * dates comes to more if its codec is compiled alone. So the methods here are shared by all codecs: compiled alone they hold a
 * virtual call for a handle that is not known. Where they are inlined the class of the codec is known, its handle is a constant,
 * and what a constant handle does is inlined without any limit.
 *
 * <p>This needs call sites that are known to see more than two classes; a program with one codec would not show them any
 * other. {@link #showOtherCodecs} does, once a process: it costs about a millisecond.
 */
abstract class FlatCalls implements FlatCodec<Object> {
    /** An interpreted method has a profile after two times 200 calls; half of these are left then for its two places. */
    private static final int CALLS = 1_024;

    static {
        showOtherCodecs();
    }

    private static void showOtherCodecs() {
        FlatCalls[] others = {new NoCodec.First(), new NoCodec.Second()};
        for (int i = 0; i < CALLS; i++) {
            FlatCalls other = others[i & 1];
            other.variableBytes(other);
            other.blobBytes(other);
            other.write(other, 0, 0, 0);
            other.writeBlob(other, 0);
            other.read(0, 0);
            other.readBlob(0);
        }
    }

    /** A getter of a constant in each codec, and nothing else. */
    @Override
    public abstract MethodHandle sizeHandle();

    @Override
    public abstract MethodHandle writeHandle();

    @Override
    public abstract MethodHandle readHandle();

    @Override
    public final int variableBytes(Object value) {
        try {
            return (int) sizeHandle().invokeExact(value);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public final int blobBytes(Object value) {
        try {
            return FlatSlots.addBytes(fixedBytes(), (int) sizeHandle().invokeExact(value));
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public final void write(Object value, long fixedAddress, long base, long variableAddress) {
        try {
            writeHandle().invokeExact(value, fixedAddress, base, variableAddress);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public final Object read(long fixedAddress, long base) {
        try {
            return (Object) readHandle().invokeExact(fixedAddress, base);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public final void writeBlob(Object value, long address) {
        try {
            writeHandle().invokeExact(value, address, address, address + fixedBytes());
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public final Object readBlob(long address) {
        try {
            return (Object) readHandle().invokeExact(address, address);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }
}
