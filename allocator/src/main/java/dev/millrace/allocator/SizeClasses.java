package dev.millrace.allocator;

/**
 * The sizes that blocks have: 64, 128, 192 and 256 bytes, then four per doubling up to 1 MiB.
 *
 * <p>All are multiples of 64, so no two blocks share a cache line. Above 256 bytes at most a fifth of a block is
 * rounding. A <em>kind</em> is a pool and a size class in one number: {@code pool * COUNT + sizeClass}; a slab holds
 * blocks of one kind.
 */
final class SizeClasses {
    static final int COUNT = 52;
    static final int KIND_COUNT = COUNT * MemoryPool.values().length;

    /** Beyond the kinds of blocks, one for the runs of each pool. */
    static final int KIND_AND_RUN_COUNT = KIND_COUNT + MemoryPool.values().length;

    /** What slabs are made of. */
    static final int UNIT_SHIFT = 16;

    static final int UNIT_BYTES = 1 << UNIT_SHIFT;

    /** The most units of a slab: one block of the largest class. */
    static final int MAX_SLAB_UNITS = BlockAllocator.MAX_BLOCK_BYTES / UNIT_BYTES;

    private static final int STEP_SHIFT = 6;
    private static final int LINEAR_CLASSES = 4;
    private static final int LINEAR_MAX_BYTES = LINEAR_CLASSES << STEP_SHIFT;
    private static final int LINEAR_MAX_SHIFT = 8;

    /** A slab may lose one part in this many at its end. */
    private static final int TAIL_PART = 64;

    private static final int[] BLOCK_BYTES = blockBytes();
    private static final int[] SLAB_UNITS = slabUnits();
    private static final int[] KIND_BLOCK_BYTES = kindBlockBytes();
    private static final long[] KIND_RECIPROCALS = kindReciprocals();
    private static final MemoryPool[] POOLS = MemoryPool.values();

    private SizeClasses() {}

    /**
     * The smallest class that holds a size.
     *
     * @param sizeBytes 1 to {@link BlockAllocator#MAX_BLOCK_BYTES}
     */
    static int of(int sizeBytes) {
        if (sizeBytes < 1 || sizeBytes > BlockAllocator.MAX_BLOCK_BYTES) {
            throw badSize(sizeBytes);
        }
        final int last = sizeBytes - 1;
        if (sizeBytes <= LINEAR_MAX_BYTES) {
            return last >>> STEP_SHIFT;
        }
        final int doubling = 31 - Integer.numberOfLeadingZeros(last);
        return LINEAR_CLASSES + ((doubling - LINEAR_MAX_SHIFT) << 2) + ((last >>> (doubling - 2)) & 3);
    }

    /** The size of a block of a class. */
    static int blockBytes(int sizeClass) {
        return BLOCK_BYTES[sizeClass];
    }

    /**
     * The number of units of a slab: the fewest that lose little at the end.
     *
     * @return 1 to {@link #MAX_SLAB_UNITS}
     */
    static int slabUnits(int sizeClass) {
        return SLAB_UNITS[sizeClass];
    }

    static int blocksPerSlab(int sizeClass) {
        return (SLAB_UNITS[sizeClass] << UNIT_SHIFT) / BLOCK_BYTES[sizeClass];
    }

    /**
     * The power of two that every offset of a block in its slab is a multiple of. A state byte for each such step finds a
     * block's state without a division, for at most seven times the bytes.
     */
    static int stepShift(int sizeClass) {
        return Integer.numberOfTrailingZeros(BLOCK_BYTES[sizeClass]);
    }

    static int kind(MemoryPool pool, int sizeClass) {
        return pool.ordinal() * COUNT + sizeClass;
    }

    /** The kind of the runs of a pool: runs have no size class. */
    static int runKind(MemoryPool pool) {
        return KIND_COUNT + pool.ordinal();
    }

    static boolean isRunKind(int kind) {
        return kind >= KIND_COUNT;
    }

    static int classOfKind(int kind) {
        return kind % COUNT;
    }

    static int blockBytesOfKind(int kind) {
        return KIND_BLOCK_BYTES[kind];
    }

    /**
     * The number of a block from its offset in the slab: a division by a multiplication. With {@code n} and {@code s} for
     * offset and size in steps of 64 bytes, both at most 2^14, and {@code r = ceil(2^32 / s)}, the product {@code n * r}
     * passes {@code n / s * 2^32} by less than {@code n <= 2^14}; the next whole number is {@code 2^32 / s >= 2^18} away.
     */
    static int blockAt(int kind, long offsetInSlab) {
        return (int) (((offsetInSlab >>> STEP_SHIFT) * KIND_RECIPROCALS[kind]) >>> Integer.SIZE);
    }

    /** The ordinal of the pool of a kind of blocks. */
    static int poolIndex(int kind) {
        return kind / COUNT;
    }

    static MemoryPool poolOfKind(int kind) {
        return POOLS[isRunKind(kind) ? kind - KIND_COUNT : kind / COUNT];
    }

    private static int[] blockBytes() {
        int[] bytes = new int[COUNT];
        for (int sizeClass = 0; sizeClass < COUNT; sizeClass++) {
            int aboveLinear = sizeClass - LINEAR_CLASSES;
            int doubling = LINEAR_MAX_SHIFT + (aboveLinear >> 2);
            bytes[sizeClass] = aboveLinear < 0
                    ? (sizeClass + 1) << STEP_SHIFT
                    : (1 << doubling) + (((aboveLinear & 3) + 1) << (doubling - 2));
        }
        return bytes;
    }

    private static int[] kindBlockBytes() {
        int[] bytes = new int[KIND_COUNT];
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            bytes[kind] = BLOCK_BYTES[kind % COUNT];
        }
        return bytes;
    }

    private static long[] kindReciprocals() {
        long[] reciprocals = new long[KIND_COUNT];
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            int steps = KIND_BLOCK_BYTES[kind] >>> STEP_SHIFT;
            reciprocals[kind] = ((1L << Integer.SIZE) + steps - 1) / steps;
        }
        return reciprocals;
    }

    private static int[] slabUnits() {
        int[] units = new int[COUNT];
        for (int sizeClass = 0; sizeClass < COUNT; sizeClass++) {
            int candidate = 1;
            while (!losesLittle(candidate << UNIT_SHIFT, BLOCK_BYTES[sizeClass])) {
                candidate++;
            }
            units[sizeClass] = candidate;
        }
        return units;
    }

    private static boolean losesLittle(int slabBytes, int blockBytes) {
        return slabBytes >= blockBytes && slabBytes % blockBytes <= slabBytes / TAIL_PART;
    }

    private static IllegalArgumentException badSize(int sizeBytes) {
        return new IllegalArgumentException("no block of this size: sizeBytes=" + sizeBytes + ", minBytes=1, maxBytes="
                + BlockAllocator.MAX_BLOCK_BYTES + "; split what is larger over several blocks");
    }
}
