package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FieldType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The template of the codecs of maps, see {@link HiddenClasses}. */
final class MapTemplate implements FlatPart {
    private static final FlatSpace SPACE;
    private static final FlatPlace PLACE;
    private static final FieldType.MapOf TYPE;
    private static final int STRIDE_BYTES;
    private static final int VALUE_OFFSET;
    private static final MethodHandle KEY_SIZE;
    private static final MethodHandle KEY_WRITE;
    private static final MethodHandle KEY_READ;
    private static final MethodHandle VALUE_SIZE;
    private static final MethodHandle VALUE_WRITE;
    private static final MethodHandle VALUE_READ;

    static {
        try {
            Parts parts = MethodHandles.classData(MethodHandles.lookup(), "_", Parts.class);
            SPACE = parts.space();
            PLACE = parts.place();
            TYPE = parts.type();
            STRIDE_BYTES = parts.type().entryStrideBytes();
            VALUE_OFFSET = parts.type().valueOffsetBytes();
            KEY_SIZE = parts.key().size();
            KEY_WRITE = parts.key().write();
            KEY_READ = parts.key().read();
            VALUE_SIZE = parts.value().size();
            VALUE_WRITE = parts.value().write();
            VALUE_READ = parts.value().read();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What makes one copy differ from another. */
    record Parts(FlatSpace space, FlatPlace place, FieldType.MapOf type, FlatHandles key, FlatHandles value) {}

    MapTemplate() {}

    @Override
    public int size(Object value) {
        final Map<?, ?> map = (Map<?, ?>) value;
        int bytes = FlatSlots.itemBytes(map.size(), STRIDE_BYTES);
        try {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                bytes = FlatSlots.addBytes(bytes, (int) KEY_SIZE.invokeExact(key(entry)));
                bytes = FlatSlots.addBytes(bytes, (int) VALUE_SIZE.invokeExact(value(entry)));
            }
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
        return bytes;
    }

    @Override
    public long write(Object value, long slot, long base, long variable) {
        final Map<?, ?> map = (Map<?, ?>) value;
        if (map.isEmpty()) {
            FlatSlots.putReference(slot, base, variable, 0);
            return variable;
        }
        final Map.Entry<?, ?>[] entries = map.entrySet().toArray(new Map.Entry<?, ?>[0]);
        final int count = entries.length;
        FlatSlots.putReference(slot, base, variable, count);
        long next = variable + FlatSlots.itemBytes(count, STRIDE_BYTES);
        SPACE.require(next, PLACE);
        final int[] order = count == 1 ? new int[1] : order(entries, base, variable);
        FlatSlots.zero(variable, next);
        try {
            for (int i = 0; i < count; i++) {
                final Map.Entry<?, ?> entry = entries[order[i]];
                final long at = variable + (long) i * STRIDE_BYTES;
                final Object key = key(entry);
                final Object item = value(entry);
                if (SPACE.isLimited()) {
                    SPACE.require(next + (int) KEY_SIZE.invokeExact(key) + (int) VALUE_SIZE.invokeExact(item), PLACE);
                }
                next = (long) KEY_WRITE.invokeExact(key, at, base, next);
                next = (long) VALUE_WRITE.invokeExact(item, at + VALUE_OFFSET, base, next);
            }
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
        return next;
    }

    /**
     * The order of the entries. The keys are first written, as they come, to where the entries will be: there they can be
     * compared, and there is room for them.
     */
    private static int[] order(Map.Entry<?, ?>[] entries, long base, long variable) {
        long next = variable + FlatSlots.itemBytes(entries.length, STRIDE_BYTES);
        final long[] keys = new long[entries.length];
        try {
            for (int i = 0; i < entries.length; i++) {
                keys[i] = variable + (long) i * STRIDE_BYTES;
                final Object key = key(entries[i]);
                if (SPACE.isLimited()) {
                    SPACE.require(next + (int) KEY_SIZE.invokeExact(key), PLACE);
                }
                next = (long) KEY_WRITE.invokeExact(key, keys[i], base, next);
            }
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
        final int[] order = FlatOrder.sort(TYPE.key(), keys, base);
        for (int i = 1; i < order.length; i++) {
            if (FlatOrder.compare(TYPE.key(), keys[order[i - 1]], base, keys[order[i]], base) == 0) {
                throw twice(entries[order[i]].getKey());
            }
        }
        return order;
    }

    @Override
    public Object read(long slot, long base) {
        final int count = Memory.getInt(slot + FlatSlots.COUNT_OFFSET);
        if (count == 0) {
            return Map.of();
        }
        final long entries = base + Memory.getInt(slot);
        final Map<Object, Object> map = new LinkedHashMap<>((int) Math.min(1 << 30, count * 4L / 3 + 1));
        try {
            for (int i = 0; i < count; i++) {
                final long at = entries + (long) i * STRIDE_BYTES;
                map.put((Object) KEY_READ.invokeExact(at, base), (Object)
                        VALUE_READ.invokeExact(at + VALUE_OFFSET, base));
            }
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
        return Collections.unmodifiableMap(map);
    }

    private static Object key(Map.Entry<?, ?> entry) {
        if (entry.getKey() == null) {
            throw PLACE.inside("[].key").missing();
        }
        return entry.getKey();
    }

    private static Object value(Map.Entry<?, ?> entry) {
        if (entry.getValue() == null) {
            throw PLACE.inside("[].value").missing();
        }
        return entry.getValue();
    }

    private static IllegalArgumentException twice(Object key) {
        return new IllegalArgumentException("map holds a key twice: record=" + PLACE.record() + ", component="
                + PLACE.component() + ", key=" + key + "; keys are the same if their bytes are");
    }
}
