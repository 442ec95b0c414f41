package dev.millrace.allocator;

import java.time.Duration;

/**
 * How much each tier of an allocator keeps before it passes blocks on to the next.
 *
 * @param magazineBlocks the most blocks of a magazine, 2 to {@link #MAX_MAGAZINE_BLOCKS}
 * @param magazineBytes the most bytes of a magazine; of large blocks it holds fewer
 * @param ownMagazines full magazines that a worker keeps to itself, per kind of block, before it gives any to the depot
 * @param depotMagazines full magazines that the depot of a node keeps, per kind of block; a power of two, as the depot is
 *     a ring
 * @param inboxBlocks blocks of another node that a worker collects before it hands them over
 * @param floorBytes memory that stays with the process when nothing is live, for each node
 * @param decay how long memory stays with the process after it fell empty
 */
public record TierSizes(
        int magazineBlocks,
        int magazineBytes,
        int ownMagazines,
        int depotMagazines,
        int inboxBlocks,
        long floorBytes,
        Duration decay) {
    /** The most blocks of a magazine. */
    public static final int MAX_MAGAZINE_BLOCKS = 4096;

    private static final int MIN_MAGAZINE_BLOCKS = 2;
    private static final int MAX_MAGAZINES = 1024;
    private static final Duration LONGEST_DECAY = Duration.ofDays(1);

    /** What most programs are well served with. */
    public static final TierSizes DEFAULT = new TierSizes(128, 1 << 20, 2, 128, 64, 8L << 20, Duration.ofSeconds(5));

    public TierSizes {
        requireWithin("magazineBlocks", magazineBlocks, MIN_MAGAZINE_BLOCKS, MAX_MAGAZINE_BLOCKS);
        requireWithin("magazineBytes", magazineBytes, 4096, 64 << 20);
        requireWithin("ownMagazines", ownMagazines, 0, MAX_MAGAZINES);
        requireWithin("depotMagazines", depotMagazines, 2, MAX_MAGAZINES);
        if (Integer.bitCount(depotMagazines) != 1) {
            throw new IllegalArgumentException("tier size is no power of two: depotMagazines=" + depotMagazines
                    + ", min=2, max=" + MAX_MAGAZINES + "; take " + Integer.highestOneBit(depotMagazines) + " or "
                    + Math.min(MAX_MAGAZINES, 2 * Integer.highestOneBit(depotMagazines)));
        }
        requireWithin("inboxBlocks", inboxBlocks, 1, MAX_MAGAZINE_BLOCKS);
        requireWithin("floorBytes", floorBytes, 0, AllocatorConfig.MAX_MEMORY_BYTES);
        if (decay.isNegative() || decay.compareTo(LONGEST_DECAY) > 0) {
            throw new IllegalArgumentException("decay out of range: decay=" + decay + ", min=PT0S, max=" + LONGEST_DECAY
                    + "; a few seconds keep memory from going back and forth");
        }
    }

    /** How many blocks of a size a magazine holds: few large ones, many small ones. */
    int magazineBlocksOf(int blockBytes) {
        return Math.max(MIN_MAGAZINE_BLOCKS, Math.min(magazineBlocks, magazineBytes / blockBytes));
    }

    /** With magazines of fewer bytes, if these are more. */
    TierSizes withMagazinesUpTo(int bytes) {
        return bytes >= magazineBytes
                ? this
                : new TierSizes(magazineBlocks, bytes, ownMagazines, depotMagazines, inboxBlocks, floorBytes, decay);
    }

    public TierSizes withMagazineBlocks(int blocks) {
        return new TierSizes(blocks, magazineBytes, ownMagazines, depotMagazines, inboxBlocks, floorBytes, decay);
    }

    public TierSizes withMagazineBytes(int bytes) {
        return new TierSizes(magazineBlocks, bytes, ownMagazines, depotMagazines, inboxBlocks, floorBytes, decay);
    }

    public TierSizes withOwnMagazines(int magazines) {
        return new TierSizes(magazineBlocks, magazineBytes, magazines, depotMagazines, inboxBlocks, floorBytes, decay);
    }

    public TierSizes withDepotMagazines(int magazines) {
        return new TierSizes(magazineBlocks, magazineBytes, ownMagazines, magazines, inboxBlocks, floorBytes, decay);
    }

    public TierSizes withInboxBlocks(int blocks) {
        return new TierSizes(magazineBlocks, magazineBytes, ownMagazines, depotMagazines, blocks, floorBytes, decay);
    }

    public TierSizes withFloorBytes(long bytes) {
        return new TierSizes(magazineBlocks, magazineBytes, ownMagazines, depotMagazines, inboxBlocks, bytes, decay);
    }

    public TierSizes withDecay(Duration time) {
        return new TierSizes(
                magazineBlocks, magazineBytes, ownMagazines, depotMagazines, inboxBlocks, floorBytes, time);
    }

    private static void requireWithin(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("tier size out of range: " + name + "=" + value + ", min=" + min
                    + ", max=" + max + "; start from TierSizes.DEFAULT");
        }
    }
}
