package dev.millrace.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;

/**
 * Looks at allocations of one handle: those of blocks that {@link SampledBlocks} chose.
 *
 * <p>Used by the thread that uses the handle; the sums may be read by any. What was asked for is added up for every
 * allocation looked at, and for every one that found its magazine empty, so that the rounding of each kind in use can be
 * told without counting on the data path.
 */
final class AllocationSampler {
    private static final VarHandle SUM = MethodHandles.arrayElementVarHandle(long[].class);

    private final LeakSampler leaks;
    private final SplittableRandom random;
    private final long[] sampledBlocks = new long[SizeClasses.KIND_COUNT];
    private final long[] requestedBytes = new long[SizeClasses.KIND_COUNT];

    AllocationSampler(LeakSampler leaks, long seed) {
        this.leaks = leaks;
        random = new SplittableRandom(seed);
    }

    /** Looks at nothing. */
    static AllocationSampler none() {
        return new AllocationSampler(LeakSampler.off(), 0);
    }

    /** One of so many blocks, by chance. */
    int oneOf(int count) {
        return random.nextInt(count);
    }

    /**
     * Looks at a block that is about to be handed out.
     *
     * @return whether its stack was kept, so that its free must be told to the {@link LeakSampler}
     */
    boolean sample(long address, int kind, int sizeBytes) {
        note(kind, sizeBytes);
        return leaks.take(address, kind, sizeBytes);
    }

    /** Adds up what one allocation asked for. */
    void note(int kind, int sizeBytes) {
        add(sampledBlocks, kind, 1);
        add(requestedBytes, kind, sizeBytes);
    }

    /** How many allocations of a kind were looked at. */
    long sampledBlocks(int kind) {
        return (long) SUM.getOpaque(sampledBlocks, kind);
    }

    /** What these asked for, together. */
    long requestedBytes(int kind) {
        return (long) SUM.getOpaque(requestedBytes, kind);
    }

    private static void add(long[] sums, int kind, long delta) {
        SUM.setOpaque(sums, kind, sums[kind] + delta);
    }
}
