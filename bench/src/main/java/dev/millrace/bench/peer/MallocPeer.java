package dev.millrace.bench.peer;

import dev.millrace.allocator.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;

/** The C library's allocator, by {@code sun.misc.Unsafe}, called by handles that the JIT sees through. */
final class MallocPeer implements Peer {
    private static final Object UNSAFE = unsafe();
    private static final MethodHandle ALLOCATE =
            method("allocateMemory", MethodType.methodType(long.class, long.class));
    private static final MethodHandle FREE = method("freeMemory", MethodType.methodType(void.class, long.class));

    private final int sizeBytes;
    private final long[] blocks;

    MallocPeer(int sizeBytes, int slots) {
        this.sizeBytes = sizeBytes;
        blocks = new long[slots];
    }

    @Override
    public void pair(int thread) {
        long block = allocate(sizeBytes);
        Memory.putLong(block, thread);
        free(block);
    }

    @Override
    public void take(int thread, int slot) {
        long block = allocate(sizeBytes);
        Memory.putLong(block, slot);
        blocks[slot] = block;
    }

    @Override
    public void give(int thread, int slot) {
        free(blocks[slot]);
    }

    @Override
    public void fill(int slot) {
        Memory.fill(blocks[slot], sizeBytes, (byte) 1);
    }

    @Override
    public void close() {}

    private static long allocate(long sizeBytes) {
        try {
            return (long) ALLOCATE.invokeExact(sizeBytes);
        } catch (Throwable e) {
            throw new IllegalStateException("Unsafe.allocateMemory failed: sizeBytes=" + sizeBytes, e);
        }
    }

    private static void free(long block) {
        try {
            FREE.invokeExact(block);
        } catch (Throwable e) {
            throw new IllegalStateException("Unsafe.freeMemory failed: address=" + block, e);
        }
    }

    private static Object unsafe() {
        try {
            Field field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static MethodHandle method(String name, MethodType type) {
        try {
            return MethodHandles.publicLookup().bind(UNSAFE, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
