package dev.millrace.bench.peer;

import dev.millrace.allocator.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * An arena for each block: what {@code java.lang.foreign} has for a block that is given back by itself. It zeroes them. This
 * module is compiled for Java 17, so it is called by handles, which the JIT sees through.
 */
final class ArenaPeer implements Peer {
    private static final Class<?> ARENA = type("java.lang.foreign.Arena");
    private static final Class<?> SEGMENT = type("java.lang.foreign.MemorySegment");

    private static final MethodHandle CONFINED = opening("ofConfined");
    private static final MethodHandle SHARED = opening("ofShared");
    private static final MethodHandle ALLOCATE = method(
            ARENA,
            "allocate",
            MethodType.methodType(SEGMENT, long.class, long.class),
            MethodType.methodType(Object.class, Object.class, long.class, long.class));
    private static final MethodHandle ADDRESS = method(
            SEGMENT, "address", MethodType.methodType(long.class), MethodType.methodType(long.class, Object.class));
    private static final MethodHandle CLOSE =
            method(ARENA, "close", MethodType.methodType(void.class), MethodType.methodType(void.class, Object.class));

    private final boolean isShared;
    private final int sizeBytes;
    private final Object[] arenas;
    private final long[] addresses;

    private ArenaPeer(boolean isShared, int sizeBytes, int slots) {
        this.isShared = isShared;
        this.sizeBytes = sizeBytes;
        arenas = new Object[slots];
        addresses = new long[slots];
    }

    static ArenaPeer confined(int sizeBytes, int slots) {
        return new ArenaPeer(false, sizeBytes, slots);
    }

    static ArenaPeer shared(int sizeBytes, int slots) {
        return new ArenaPeer(true, sizeBytes, slots);
    }

    @Override
    public void pair(int thread) {
        try {
            Object arena = open();
            Memory.putLong(allocate(arena), thread);
            CLOSE.invokeExact(arena);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    public void take(int thread, int slot) {
        try {
            Object arena = open();
            long address = allocate(arena);
            Memory.putLong(address, slot);
            arenas[slot] = arena;
            addresses[slot] = address;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    public void give(int thread, int slot) {
        try {
            CLOSE.invokeExact(arenas[slot]);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    public void fill(int slot) {
        Memory.fill(addresses[slot], sizeBytes, (byte) 1);
    }

    @Override
    public void close() {}

    private Object open() throws Throwable {
        return isShared ? (Object) SHARED.invokeExact() : (Object) CONFINED.invokeExact();
    }

    private long allocate(Object arena) throws Throwable {
        Object segment = (Object) ALLOCATE.invokeExact(arena, (long) sizeBytes, (long) Long.BYTES);
        return (long) ADDRESS.invokeExact(segment);
    }

    private static IllegalStateException failed(Throwable e) {
        return new IllegalStateException("an arena failed: " + e, e);
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static MethodHandle opening(String name) {
        try {
            MethodHandle handle = MethodHandles.publicLookup().findStatic(ARENA, name, MethodType.methodType(ARENA));
            return handle.asType(MethodType.methodType(Object.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static MethodHandle method(Class<?> owner, String name, MethodType type, MethodType called) {
        try {
            return MethodHandles.publicLookup().findVirtual(owner, name, type).asType(called);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
