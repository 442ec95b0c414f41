package dev.millrace.allocator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * A program that changes what it is about, as those did that drove other allocators into a corner.
 *
 * <pre>
 *   cache     three fifths of the budget in entries that leave in about the order in which they came; what sizes they
 *             have changes from phase to phase: the slabs of one size have to become those of another
 *   slices    bursts of small blocks that are given back all at once when their window ends
 *   index     segments that are replaced by one of twice the size, then all are given up
 * </pre>
 */
final class ChangingProgram {
    private static final long CACHE_BYTES_OF_A_STEP = 1 << 20;
    private static final long SLICE_BYTES_OF_A_STEP = 256 << 10;

    private static final int[][] SIZES_OF_A_PHASE = {
        {90, 300}, {1_000, 1_400}, {6_000, 12_000}, {20_000, 30_000}, {400, 700}, {100_000, 160_000},
        {2_000, 6_000}, {130, 250}, {50_000, 60_000}, {3_000, 3_500}, {64, 30_000}, {500_000, 1_000_000}
    };
    private static final int CACHE_TWENTIETHS = 12;
    private static final int SLICE_TWENTIETHS = 2;
    private static final int MAX_SLICES = 2;
    private static final int TURNS_OF_A_PHASE = 3;
    private static final int MIN_SEGMENT_BYTES = 4 << 10;

    private final SlabAllocator allocator;
    private final BlockAllocator worker;
    private final BlockAllocator other;
    private final long budgetBytes;
    private final SplittableRandom random;
    private final Deque<long[]> cache = new ArrayDeque<>();
    private final Deque<Deque<Long>> slices = new ArrayDeque<>();
    private final long[] segments = new long[16];
    private long cacheBytes;
    private long sliceBytes;
    private long turnedOverBytes;
    private int turn;
    private int phase;

    ChangingProgram(SlabAllocator allocator, long budgetBytes, long seed) {
        this.allocator = allocator;
        this.budgetBytes = budgetBytes;
        worker = allocator.worker(0);
        other = allocator.worker(1);
        random = new SplittableRandom(seed);
        slices.add(new ArrayDeque<>());
    }

    /** Moves a stretch of bytes through the cache, a part of that through slices, and makes a few segments grow. */
    void step() {
        final int[] sizes = SIZES_OF_A_PHASE[phase % SIZES_OF_A_PHASE.length];
        final long cacheEnd = turnedOverBytes + CACHE_BYTES_OF_A_STEP;
        while (turnedOverBytes < cacheEnd) {
            cacheEntry(sizes[0] + random.nextInt(sizes[1] - sizes[0] + 1));
        }
        for (long left = SLICE_BYTES_OF_A_STEP; left > 0; left -= 256) {
            sliceEntry(64 + random.nextInt(400));
        }
        growSegment(random.nextInt(segments.length));
    }

    /** Starts the next phase once everything in the cache has been replaced three times; says if so. */
    boolean endsPhase() {
        if (cacheBytes > cacheLimitBytes() / 2 && cache.getFirst()[2] == turn) {
            turn++;
        }
        if (turn < (phase + 1) * TURNS_OF_A_PHASE) {
            return false;
        }
        phase++;
        return true;
    }

    int phase() {
        return phase;
    }

    void giveBackAll() {
        cache.forEach(entry -> worker.free(entry[0]));
        slices.forEach(slice -> slice.forEach(other::free));
        for (long segment : segments) {
            if (segment != 0) {
                worker.free(segment);
            }
        }
    }

    /** Entries come on one worker; a few leave on the other, as those do that were sent on. */
    private void cacheEntry(int sizeBytes) {
        while (cacheBytes + sizeBytes > cacheLimitBytes()) {
            final boolean isOldest = random.nextInt(50) != 0;
            final long[] entry = isOldest ? cache.removeFirst() : cache.removeLast();
            cacheBytes -= entry[1];
            (random.nextInt(4) == 0 ? other : worker).free(entry[0]);
        }
        final long address = worker.allocate(MemoryPool.INDEX, sizeBytes);
        cache.addLast(new long[] {address, worker.sizeOf(address), turn});
        cacheBytes += worker.sizeOf(address);
        turnedOverBytes += worker.sizeOf(address);
    }

    private long cacheLimitBytes() {
        return budgetBytes * CACHE_TWENTIETHS / 20;
    }

    private void sliceEntry(int sizeBytes) {
        final long address = worker.allocate(MemoryPool.EVENTS, sizeBytes);
        slices.getLast().add(address);
        sliceBytes += worker.sizeOf(address);
        if (sliceBytes > budgetBytes * SLICE_TWENTIETHS / 20 / MAX_SLICES) {
            sliceBytes = 0;
            slices.addLast(new ArrayDeque<>());
            if (slices.size() > MAX_SLICES) {
                slices.removeFirst().forEach(other::free);
            }
        }
    }

    private void growSegment(int index) {
        final long old = segments[index];
        final long bytes =
                old == 0 ? MIN_SEGMENT_BYTES : 2L * allocator.shared().sizeOf(old);
        segments[index] =
                bytes > BlockAllocator.MAX_BLOCK_BYTES ? 0 : worker.allocate(MemoryPool.SNAPSHOT, (int) bytes);
        if (old != 0) {
            worker.free(old);
        }
    }
}
