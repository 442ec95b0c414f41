package dev.millrace.allocator;

/** Native memory without an allocator, for the tests of the modules above. */
public final class NativeTestMemory {
    private NativeTestMemory() {}

    public static long allocate(long sizeBytes) {
        return Memory.allocateNative(sizeBytes);
    }

    public static void free(long address) {
        Memory.freeNative(address);
    }
}
