package dev.millrace.serde.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;

/** Finds the static methods of one of our own classes as method handles, by their names, which must be unique in it. */
public final class Statics {
    private final MethodHandles.Lookup lookup;
    private final Class<?> owner;

    private Statics(MethodHandles.Lookup lookup, Class<?> owner) {
        this.lookup = lookup;
        this.owner = owner;
    }

    /**
     * The static methods of a class.
     *
     * @param lookup one that may see them
     */
    public static Statics of(MethodHandles.Lookup lookup, Class<?> owner) {
        return new Statics(lookup, owner);
    }

    public MethodHandle handle(String name) {
        for (Method method : owner.getDeclaredMethods()) {
            if (method.getName().equals(name)) {
                try {
                    return lookup.unreflect(method);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException("method cannot be reached: method=" + method, e);
                }
            }
        }
        throw new IllegalStateException("no such method: class=" + owner.getName() + ", method=" + name);
    }
}
