package dev.millrace.allocator;

import java.util.SplittableRandom;

/**
 * Chooses the blocks of one node that are looked at: one in an interval on average, at random distances.
 *
 * <p>Touched under the lock of the node, when a slab is opened. Blocks are chosen, not allocations: a block that leaks is a
 * fresh one sooner or later, and if it was chosen, the stack that is kept is that of the leak itself; and an allocation
 * has to count nothing.
 */
final class SampledBlocks {
    private static final long NEVER = Long.MAX_VALUE;

    private final int interval;
    private final SplittableRandom random;
    /** Blocks until the next that is chosen, that one included. */
    private long untilNext;

    SampledBlocks(int interval, long seed) {
        this.interval = interval;
        random = new SplittableRandom(seed);
        untilNext = nextInterval();
    }

    /** Marks the chosen ones of a slab that was opened. With an interval of 1 the table did so already. */
    void choose(SlabTable table, int head, int kind) {
        final int blocks = SizeClasses.blocksPerSlab(SizeClasses.classOfKind(kind));
        final long slab = table.addressOfUnit(head);
        long block = untilNext - 1;
        while (block < blocks) {
            table.mark(slab + block * SizeClasses.blockBytesOfKind(kind));
            untilNext = nextInterval();
            block += untilNext;
        }
        untilNext = untilNext == NEVER ? NEVER : block - blocks + 1;
    }

    /** How many blocks there are up to the next one that is chosen, that one included. */
    long nextInterval() {
        return interval <= 1 ? NEVER : random.nextLong(1, 2L * interval);
    }
}
