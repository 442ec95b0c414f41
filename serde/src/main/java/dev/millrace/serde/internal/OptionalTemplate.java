package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Optional;

/** The template of the codecs of optional values, see {@link HiddenClasses}. */
final class OptionalTemplate implements FlatPart {
    private static final int PRESENCE_OFFSET;
    private static final boolean IS_FIXED_SIZE;
    private static final MethodHandle SIZE;
    private static final MethodHandle WRITE;
    private static final MethodHandle READ;

    static {
        try {
            Parts parts = MethodHandles.classData(MethodHandles.lookup(), "_", Parts.class);
            PRESENCE_OFFSET = parts.presenceOffsetBytes();
            IS_FIXED_SIZE = parts.isFixedSize();
            SIZE = parts.value().size();
            WRITE = parts.value().write();
            READ = parts.value().read();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What makes one copy differ from another. */
    record Parts(int presenceOffsetBytes, boolean isFixedSize, FlatHandles value) {}

    OptionalTemplate() {}

    @Override
    public int size(Object value) {
        final Optional<?> optional = (Optional<?>) value;
        if (IS_FIXED_SIZE || optional.isEmpty()) {
            return 0;
        }
        try {
            return (int) SIZE.invokeExact((Object) optional.get());
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public long write(Object value, long slot, long base, long variable) {
        final Optional<?> optional = (Optional<?>) value;
        FlatSlots.zero(slot, slot + PRESENCE_OFFSET + Byte.BYTES);
        if (optional.isEmpty()) {
            return variable;
        }
        Memory.putByte(slot + PRESENCE_OFFSET, (byte) 1);
        try {
            return (long) WRITE.invokeExact((Object) optional.get(), slot, base, variable);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public Object read(long slot, long base) {
        if (Memory.getByte(slot + PRESENCE_OFFSET) == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of((Object) READ.invokeExact(slot, base));
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }
}
