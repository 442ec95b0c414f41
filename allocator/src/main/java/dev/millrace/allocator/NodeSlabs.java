package dev.millrace.allocator;

/**
 * The slabs and runs of one node: how blocks are taken from them and put back.
 *
 * <p>Touched under the lock of the node. The fullest slab gives first. A slab that is empty goes back to the chunks at once
 * and may come back as any other kind.
 */
final class NodeSlabs {
    private static final int NONE = -1;

    /** Once so many parts of the range went through magazines it is looked at which chunks may fall empty. */
    private static final int TURNOVER_PART = 64;

    /** Giving pages back takes microseconds a stretch; a thread on its way to a block looks at so many chunks at most. */
    private static final int MAX_THINNED_ON_THE_WAY = 4;

    /** Slabs of more units keep to chunks of their own: between small ones they would rarely find room. */
    private static final int MAX_SMALL_UNITS = 4;

    private final SlabTable table;
    private final ChunkHeap chunks;
    private final SlabLists lists;
    private final Clearing clearing;
    private final Thinning thinning;
    private final SampledBlocks sampledBlocks;
    private final int firstUnit;
    private final long lookAfterBytes;
    private final int[] slabCounts = new int[SizeClasses.KIND_COUNT];
    private final long[] freeBlocks = new long[SizeClasses.KIND_COUNT];
    private long turnedOverBytes;

    /**
     * @param start the first address of the node's range
     * @param seed chooses the blocks that are looked at
     */
    NodeSlabs(SlabTable table, ChunkHeap chunks, long start, long bytes, long seed) {
        this.table = table;
        this.chunks = chunks;
        firstUnit = table.unitOf(start);
        lookAfterBytes = bytes / TURNOVER_PART;
        lists = new SlabLists(table);
        clearing = new Clearing(table, chunks, lists, firstUnit);
        thinning = new Thinning(table, chunks, firstUnit);
        sampledBlocks = new SampledBlocks(table.sampleInterval(), seed);
    }

    /**
     * Fills a magazine with free blocks.
     *
     * @return how many there were; 0 if the range has no room for another slab
     */
    int take(int kind, long[] magazine, int wanted) {
        final long nowNanos = chunks.nanoClock().getAsLong();
        int count = 0;
        while (count < wanted) {
            final int head = slabWithRoom(kind);
            if (head == NONE) {
                break;
            }
            final int before = count;
            count = takeBlocks(head, kind, magazine, count, wanted);
            thinning.noteTaken(head, nowNanos);
            useBlocks(head, kind, magazine, before, count);
        }
        freeBlocks[kind] -= count;
        noteTurnover((long) count * SizeClasses.blockBytesOfKind(kind));
        return count;
    }

    /** Puts a block back. */
    void put(long address) {
        final int head = table.headOfBlock(address);
        final int kind = table.kindOfBlock(address);
        final int sizeClass = SizeClasses.classOfKind(kind);
        final int block = SizeClasses.blockAt(kind, address - table.addressOfUnit(head));
        table.freeBits[head][block / Long.SIZE] |= 1L << block;
        final int freeCount = ++table.freeCounts[head];
        freeBlocks[kind]++;
        final int blocks = SizeClasses.blocksPerSlab(sizeClass);
        if (freeCount < blocks) {
            lists.file(head, kind, freeCount - 1, freeCount);
            return;
        }
        lists.file(head, kind, freeCount - 1, 0);
        table.close(head);
        slabCounts[kind]--;
        freeBlocks[kind] -= blocks;
        chunks.giveBack(head - firstUnit, SizeClasses.slabUnits(sizeClass));
    }

    /** Takes a run, or {@link BlockAllocator#NONE} if there is no room for it. */
    long takeRun(MemoryPool pool, int unitCount) {
        final int group = group(pool.ordinal(), unitCount);
        int first = chunks.take(group, unitCount);
        if (first < 0 && clearing.callOff()) {
            first = chunks.take(group, unitCount);
        }
        if (first < 0) {
            return BlockAllocator.NONE;
        }
        table.openRun(firstUnit + first, unitCount, SizeClasses.runKind(pool));
        return table.addressOfUnit(firstUnit + first);
    }

    /** Puts a run back. */
    void giveBackRun(long address) {
        final int head = table.unitOf(address);
        final int unitCount = (int) (table.runBytes(head) >>> SizeClasses.UNIT_SHIFT);
        table.closeRun(head);
        chunks.giveBack(head - firstUnit, unitCount);
    }

    /** Goes on giving free pages of chunks in use back, see {@link Thinning#goOn}. */
    boolean thin(int maxChunks) {
        return thinning.goOn(maxChunks);
    }

    /** The slabs of each kind, and the free blocks in them. */
    SlabCounts counts() {
        return new SlabCounts(slabCounts, freeBlocks);
    }

    private int takeBlocks(int head, int kind, long[] magazine, int filled, int wanted) {
        final int blockBytes = SizeClasses.blockBytesOfKind(kind);
        final long slab = table.addressOfUnit(head);
        final long[] bits = table.freeBits[head];
        final int before = table.freeCounts[head];
        int left = before;
        int count = filled;
        for (int word = 0; left > 0 && count < wanted; word++) {
            long set = bits[word];
            while (set != 0 && count < wanted) {
                final int block = word * Long.SIZE + Long.numberOfTrailingZeros(set);
                magazine[count++] = slab + (long) block * blockBytes;
                set &= set - 1;
                left--;
            }
            bits[word] = set;
        }
        table.freeCounts[head] = left;
        lists.file(head, kind, before, left);
        return count;
    }

    private void useBlocks(int head, int kind, long[] magazine, int from, int to) {
        final AbsentPages absent = chunks.absentPages();
        if (absent.isPartOf((head - firstUnit) >>> ChunkHeap.CHUNK_SHIFT)) {
            final int blockBytes = SizeClasses.blockBytesOfKind(kind);
            for (int i = from; i < to; i++) {
                absent.use(magazine[i], blockBytes);
            }
        }
    }

    private void noteTurnover(long refilledBytes) {
        turnedOverBytes += refilledBytes;
        if (turnedOverBytes >= lookAfterBytes) {
            turnedOverBytes = 0;
            clearing.choose();
            thinning.goOn(MAX_THINNED_ON_THE_WAY);
        }
    }

    private int slabWithRoom(int kind) {
        int head = lists.fullest(kind);
        if (head == NONE) {
            head = openSlab(kind);
        }
        if (head == NONE && clearing.callOff()) {
            head = lists.fullest(kind);
            return head == NONE ? openSlab(kind) : head;
        }
        return head;
    }

    private static int group(int pool, int units) {
        return 2 * pool + (units > MAX_SMALL_UNITS ? 1 : 0);
    }

    private int openSlab(int kind) {
        final int sizeClass = SizeClasses.classOfKind(kind);
        final int units = SizeClasses.slabUnits(sizeClass);
        final int first = chunks.take(group(kind / SizeClasses.COUNT, units), units);
        if (first < 0) {
            return NONE;
        }
        clearing.noteUse();
        final int head = firstUnit + first;
        table.open(head, kind);
        sampledBlocks.choose(table, head, kind);
        lists.file(head, kind, 0, table.freeCounts[head]);
        slabCounts[kind]++;
        freeBlocks[kind] += SizeClasses.blocksPerSlab(sizeClass);
        return head;
    }
}
