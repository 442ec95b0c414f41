package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.MalformedRecordException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** The template of the codecs of sealed interfaces, see {@link HiddenClasses}. */
final class UnionTemplate implements FlatPart {
    private static final FlatPlace PLACE;
    private static final int ORDINAL_OFFSET;
    private static final boolean IS_FIXED_SIZE;
    private static final Class<?>[] ALTERNATIVES;
    private static final MethodHandle SIZE;
    private static final MethodHandle WRITE;
    private static final MethodHandle READ;

    static {
        try {
            Parts parts = MethodHandles.classData(MethodHandles.lookup(), "_", Parts.class);
            PLACE = parts.place();
            ORDINAL_OFFSET = parts.ordinalOffsetBytes();
            IS_FIXED_SIZE = parts.isFixedSize();
            ALTERNATIVES = parts.alternatives();
            SIZE = parts.switches().size();
            WRITE = parts.switches().write();
            READ = parts.switches().read();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * What makes one copy differ from another.
     *
     * @param switches with the alternative's place as an int before the other parameters
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and made once.
    record Parts(
            FlatPlace place,
            int ordinalOffsetBytes,
            boolean isFixedSize,
            Class<?>[] alternatives,
            FlatHandles switches) {}

    UnionTemplate() {}

    @Override
    public int size(Object value) {
        if (IS_FIXED_SIZE) {
            return 0;
        }
        try {
            return (int) SIZE.invokeExact(ordinalOf(value), value);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public long write(Object value, long slot, long base, long variable) {
        final int ordinal = ordinalOf(value);
        FlatSlots.zero(slot, slot + ORDINAL_OFFSET);
        Memory.putInt(slot + ORDINAL_OFFSET, ordinal);
        try {
            return (long) WRITE.invokeExact(ordinal, value, slot, base, variable);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public Object read(long slot, long base) {
        final int ordinal = Memory.getInt(slot + ORDINAL_OFFSET);
        if (ordinal < 0 || ordinal >= ALTERNATIVES.length) {
            throw unknownOrdinal(ordinal);
        }
        try {
            return (Object) READ.invokeExact(ordinal, slot, base);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    private static int ordinalOf(Object value) {
        final Class<?> type = value.getClass();
        for (int i = 0; i < ALTERNATIVES.length; i++) {
            if (ALTERNATIVES[i] == type) {
                return i;
            }
        }
        throw new IllegalArgumentException("no alternative of the sealed interface: record=" + PLACE.record()
                + ", component=" + PLACE.component() + ", type=" + type.getTypeName());
    }

    private static MalformedRecordException unknownOrdinal(int ordinal) {
        return new MalformedRecordException("malformed record: record=" + PLACE.record() + ", component="
                + PLACE.component() + ": alternative out of range: ordinal=" + ordinal + ", alternativeCount="
                + ALTERNATIVES.length);
    }
}
