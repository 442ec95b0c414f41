package dev.millrace.serde.internal;

import dev.millrace.serde.RecordLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * The template of every flat codec: never used itself, only its copies are (see {@link HiddenClasses}). In a copy the
 * handles are constants, so the JIT sees through them; what calls them is in {@link FlatCalls}.
 */
final class FlatTemplate extends FlatCalls {
    private static final RecordLayout LAYOUT;
    private static final int FIXED_BYTES;
    private static final boolean IS_FIXED_SIZE;
    private static final MethodHandle SIZE;
    private static final MethodHandle WRITE;
    private static final MethodHandle READ;
    private static final BlobValidator VALIDATOR;

    static {
        try {
            FlatConstants parts = MethodHandles.classData(MethodHandles.lookup(), "_", FlatConstants.class);
            LAYOUT = parts.layout();
            FIXED_BYTES = parts.layout().fixedBytes();
            IS_FIXED_SIZE = parts.layout().isFixedSize();
            SIZE = parts.size();
            WRITE = parts.write();
            READ = parts.read();
            VALIDATOR = parts.validator();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    FlatTemplate() {}

    @Override
    public RecordLayout layout() {
        return LAYOUT;
    }

    @Override
    public int fixedBytes() {
        return FIXED_BYTES;
    }

    @Override
    public boolean isFixedSize() {
        return IS_FIXED_SIZE;
    }

    @Override
    public MethodHandle sizeHandle() {
        return SIZE;
    }

    @Override
    public MethodHandle writeHandle() {
        return WRITE;
    }

    @Override
    public MethodHandle readHandle() {
        return READ;
    }

    @Override
    public void validate(long address, int lengthBytes) {
        VALIDATOR.validate(address, lengthBytes);
    }

    @Override
    public int validateRow(long fixedAddress, long base, int variableOffset, int limitOffset) {
        return VALIDATOR.validateRow(fixedAddress, base, variableOffset, limitOffset);
    }

    @Override
    public String toString() {
        return "FlatCodec of " + LAYOUT;
    }
}
