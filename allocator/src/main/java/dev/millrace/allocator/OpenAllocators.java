package dev.millrace.allocator;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The allocators of this process, for whoever counts what is left. Changes nothing about any of them. */
final class OpenAllocators {
    private static final Set<SlabAllocator> OPEN = ConcurrentHashMap.newKeySet();
    private static final AtomicLong LEFT_AT_CLOSE_BYTES = new AtomicLong();

    private OpenAllocators() {}

    static void add(SlabAllocator allocator) {
        OPEN.add(allocator);
    }

    /** Takes an allocator out; what it still had live stays counted for good. */
    static void remove(SlabAllocator allocator, long liveBytes) {
        LEFT_AT_CLOSE_BYTES.addAndGet(liveBytes);
        OPEN.remove(allocator);
    }

    /** Takes back what a test left on purpose. */
    static void forgive(long liveBytes) {
        LEFT_AT_CLOSE_BYTES.addAndGet(-liveBytes);
    }

    static long liveBytes() {
        long bytes = LEFT_AT_CLOSE_BYTES.get();
        for (SlabAllocator allocator : OPEN) {
            bytes += allocator.liveBytes();
        }
        return bytes;
    }
}
