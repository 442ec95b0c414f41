package dev.millrace.engine.internal.chain;

import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Calls of an index that the JIT does not look into, for code that has records at hand. Stateless; any thread.
 *
 * <p>A lookup is some hundred machine instructions. Inlined into a handle of state, and that into the function of a user, it makes
 * them larger than {@code InlineSmallCode}: then C2, which compiled them first, refuses to inline them where they are called
 * ("already compiled into a big method"), and each record that crosses that call is built on the heap. Which one it
 * compiles first is chance. Numbers may cross a call: so the line is drawn here, where nothing else does, and all
 * that touches records stays small.
 *
 * <p>C2 inlines a method handle only if it is a constant. These are loaded from fields that are not final, though nobody changes them,
 * of objects of a class whose fields the JIT does not trust. A call costs about 3 ns more than one that is inlined.
 */
public final class IndexCalls {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    @SuppressWarnings("FieldMayBeFinal") // see above
    private MethodHandle find = of("find", long.class, long.class, int.class, long.class);

    @SuppressWarnings("FieldMayBeFinal")
    private MethodHandle update = of("update", long.class, long.class, int.class, long.class);

    @SuppressWarnings("FieldMayBeFinal")
    private MethodHandle put = of("put", long.class, long.class, int.class, long.class, int.class);

    @SuppressWarnings("FieldMayBeFinal")
    private MethodHandle remove = of("remove", boolean.class, long.class, int.class, long.class);

    private static MethodHandle of(String name, Class<?> result, Class<?>... arguments) {
        try {
            return LOOKUP.findVirtual(ActiveIndex.class, name, MethodType.methodType(result, arguments));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("index has no such method: method=" + name, e);
        }
    }

    /** {@link ActiveIndex#find}. */
    public long find(ActiveIndex index, long keyAddress, int keyBytes, long hash) {
        try {
            return (long) find.invokeExact(index, keyAddress, keyBytes, hash);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    /** {@link ActiveIndex#update}. */
    public long update(ActiveIndex index, long keyAddress, int keyBytes, long hash) {
        try {
            return (long) update.invokeExact(index, keyAddress, keyBytes, hash);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    /** {@link ActiveIndex#put}. */
    public long put(ActiveIndex index, long keyAddress, int keyBytes, long hash, int valueBytes) {
        try {
            return (long) put.invokeExact(index, keyAddress, keyBytes, hash, valueBytes);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    /** {@link ActiveIndex#remove}. */
    public boolean remove(ActiveIndex index, long keyAddress, int keyBytes, long hash) {
        try {
            return (boolean) remove.invokeExact(index, keyAddress, keyBytes, hash);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }
}
