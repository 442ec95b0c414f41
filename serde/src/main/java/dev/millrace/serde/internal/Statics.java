package dev.millrace.serde.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the static methods of one of our own classes as method handles, by their names, which must be unique in it. Any thread. A
 * handle is looked for once: codecs are made of many, and a job of many codecs.
 */
public final class Statics {
    private final MethodHandles.Lookup lookup;
    private final Class<?> owner;
    private final Map<String, MethodHandle> found = new ConcurrentHashMap<>();

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
        return found.computeIfAbsent(name, this::find);
    }

    private MethodHandle find(String name) {
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
