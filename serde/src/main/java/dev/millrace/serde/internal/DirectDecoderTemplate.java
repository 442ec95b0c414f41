package dev.millrace.serde.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** The template of every direct decoder: only its copies are used (see {@link HiddenClasses}). In a copy the handle is a constant. */
final class DirectDecoderTemplate implements DirectReader {
    private static final MethodHandle READ;

    static {
        try {
            READ = MethodHandles.classData(MethodHandles.lookup(), "_", MethodHandle.class);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    DirectDecoderTemplate() {}

    @Override
    public int read(byte[] source, int at, int limit, byte[] target) {
        try {
            return (int) READ.invokeExact(source, at, limit, target, 0);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }
}
