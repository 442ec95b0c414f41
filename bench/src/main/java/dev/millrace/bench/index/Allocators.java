package dev.millrace.bench.index;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.SlabAllocator;

/** The allocators of the measurements: the index and its bound get pages of one size. */
final class Allocators {
    private static final long MARGIN_BYTES = 64L << 20;

    private Allocators() {}

    static SlabAllocator open(long bytes, boolean hugePages) {
        return SlabAllocator.open(AllocatorConfig.builder()
                .memoryBytes(bytes + MARGIN_BYTES)
                .hugePages(hugePages ? AllocatorConfig.HugePages.PREFERRED : AllocatorConfig.HugePages.OFF)
                .build());
    }
}
