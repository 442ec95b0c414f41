package dev.millrace.allocator;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * {@code malloc} and {@code free} of the C library: blocks without an owner, without zeroing, by address, none of which an
 * {@code Arena} gives. Any thread may call any method. Only for where native access is permitted.
 */
final class NativeHeap {
    private static final MethodHandle MALLOC =
            function("malloc", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = function("free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));

    private NativeHeap() {}

    /**
     * Takes memory.
     *
     * @throws OutOfMemoryError if there is none
     */
    static long allocate(long sizeBytes) {
        long address;
        try {
            address = (long) MALLOC.invokeExact(sizeBytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (address == 0) {
            throw new OutOfMemoryError("the C library has no memory left: sizeBytes=" + sizeBytes);
        }
        return address;
    }

    /** Gives back what {@link #allocate} gave. */
    static void free(long address) {
        try {
            FREE.invokeExact(address);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor signature) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), signature);
    }

    private static AssertionError unexpected(Throwable e) {
        return new AssertionError("a call of the C library throws nothing", e);
    }
}
