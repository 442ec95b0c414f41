package dev.millrace.serde.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * The template of what reads the fields of a record: only its copies are used (see {@link HiddenClasses}). In a copy the handle is
 * a constant.
 */
final class DecoderTemplate implements MessageReader {
    private static final MethodHandle READ;

    static {
        try {
            READ = MethodHandles.classData(MethodHandles.lookup(), "_", MethodHandle.class);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    DecoderTemplate() {}

    @Override
    public void read(ReadValues values, int at) {
        try {
            READ.invokeExact(values, at);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }
}
