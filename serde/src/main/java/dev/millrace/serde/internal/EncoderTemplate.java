package dev.millrace.serde.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** The template of every encoder: only its copies are used (see {@link HiddenClasses}). In a copy the handles are constants. */
final class EncoderTemplate implements MessageWriter {
    private static final MethodHandle WRITE;
    private static final MethodHandle DIRECT;
    private static final int DIRECT_BYTES;

    static {
        try {
            EncoderConstants parts = MethodHandles.classData(MethodHandles.lookup(), "_", EncoderConstants.class);
            WRITE = parts.write();
            DIRECT = parts.direct();
            DIRECT_BYTES = parts.directBytes();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    EncoderTemplate() {}

    @Override
    public void write(WireOutput out, long blob) {
        try {
            WRITE.invokeExact(out, blob, blob);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public int directBytes() {
        return DIRECT_BYTES;
    }

    @Override
    public int writeDirectly(long blob, byte[] target, int at) {
        try {
            return (int) DIRECT.invokeExact(blob, target, at);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }
}
