package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.RandomAccess;

/** The template of the codecs of lists, see {@link HiddenClasses}. */
final class ListTemplate implements FlatPart {
    private static final FlatSpace SPACE;
    private static final FlatPlace ELEMENT_PLACE;
    private static final int STRIDE_BYTES;
    private static final boolean IS_ELEMENT_FIXED_SIZE;
    private static final MethodHandle SIZE;
    private static final MethodHandle WRITE;
    private static final MethodHandle READ;

    static {
        try {
            Parts parts = MethodHandles.classData(MethodHandles.lookup(), "_", Parts.class);
            SPACE = parts.space();
            ELEMENT_PLACE = parts.elementPlace();
            STRIDE_BYTES = parts.strideBytes();
            IS_ELEMENT_FIXED_SIZE = parts.isElementFixedSize();
            SIZE = parts.element().size();
            WRITE = parts.element().write();
            READ = parts.element().read();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What makes one copy differ from another. */
    record Parts(
            FlatSpace space,
            FlatPlace elementPlace,
            int strideBytes,
            boolean isElementFixedSize,
            FlatHandles element) {}

    ListTemplate() {}

    @Override
    public int size(Object value) {
        final List<?> list = indexed(value);
        final int count = list.size();
        int bytes = FlatSlots.itemBytes(count, STRIDE_BYTES);
        if (IS_ELEMENT_FIXED_SIZE) {
            return bytes;
        }
        try {
            for (int i = 0; i < count; i++) {
                bytes = FlatSlots.addBytes(bytes, (int) SIZE.invokeExact(present(list.get(i))));
            }
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
        return bytes;
    }

    @Override
    public long write(Object value, long slot, long base, long variable) {
        final List<?> list = indexed(value);
        final int count = list.size();
        FlatSlots.putReference(slot, base, variable, count);
        long next = variable + FlatSlots.itemBytes(count, STRIDE_BYTES);
        SPACE.require(next, ELEMENT_PLACE);
        final boolean isChecked = !IS_ELEMENT_FIXED_SIZE && SPACE.isLimited();
        FlatSlots.zero(variable, next);
        try {
            for (int i = 0; i < count; i++) {
                final long element = variable + (long) i * STRIDE_BYTES;
                final Object item = present(list.get(i));
                if (isChecked) {
                    SPACE.require(next + (int) SIZE.invokeExact(item), ELEMENT_PLACE);
                }
                next = (long) WRITE.invokeExact(item, element, base, next);
            }
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
        return next;
    }

    @Override
    public Object read(long slot, long base) {
        final int count = Memory.getInt(slot + FlatSlots.COUNT_OFFSET);
        if (count == 0) {
            return List.of();
        }
        final long elements = base + Memory.getInt(slot);
        final Object[] values = new Object[count];
        try {
            for (int i = 0; i < count; i++) {
                values[i] = (Object) READ.invokeExact(elements + (long) i * STRIDE_BYTES, base);
            }
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
        return Collections.unmodifiableList(Arrays.asList(values));
    }

    private static List<?> indexed(Object value) {
        final List<?> list = (List<?>) value;
        return list instanceof RandomAccess ? list : Arrays.asList(list.toArray());
    }

    private static Object present(Object element) {
        if (element == null) {
            throw ELEMENT_PLACE.missing();
        }
        return element;
    }
}
