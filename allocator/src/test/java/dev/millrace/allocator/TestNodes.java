package dev.millrace.allocator;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Tiers without an allocator around them. */
final class TestNodes {
    private TestNodes() {}

    /** The node at a position of a reservation whose memory is there already. */
    static NodeHeap heap(SlabTable table, int position, long start, long bytes) {
        int chunks = (int) (bytes / ChunkHeap.CHUNK_BYTES);
        ChunkHeap heap = new ChunkHeap(new FakeChunkMemory(), () -> 0, start, chunks, chunks, chunks, 0);
        return new NodeHeap(position, table, heap, new Depot(4, bytes), new NodeInbox(bytes), start, bytes);
    }

    /** A budget of one node. */
    static Budget budget(long bytes) {
        return new Budget(BudgetPlan.of(AllocatorConfig.ofMemoryBytes(bytes), List.of(0), List.of(1), 1));
    }

    /** A budget of two nodes, for the handle of the first. */
    static Budget budgetOfTwo(long bytes) {
        return new Budget(BudgetPlan.of(AllocatorConfig.ofMemoryBytes(bytes), List.of(0, 1), List.of(1, 1), 1));
    }

    static MagazineAllocator handle(
            SlabTable table, Budget budget, long maxCachedBytes, AllocationSampler sampler, NodeHeap... heaps) {
        return new MagazineAllocator(
                table,
                new HandleCredit(budget),
                heaps,
                true,
                TierSizes.DEFAULT.withMagazinesUpTo((int) maxCachedBytes / 4),
                maxCachedBytes,
                new AtomicInteger(),
                sampler);
    }
}
