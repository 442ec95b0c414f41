package dev.millrace.allocator;

import java.util.concurrent.locks.ReentrantLock;

/**
 * One node: its slabs, who fills and empties magazines, and what handles pass to each other on the way.
 *
 * <pre>
 *   handles of this node       handles of other nodes
 *      |    ^                        |
 *      v    |                        v
 *   +----------+               +-----------+
 *   |  depot   |               |   inbox   |       full magazines; batches of freed blocks; no lock
 *   +----------+               +-----------+
 *   +--------------------------------------+
 *   |  slabs, the fullest first            |       one lock, taken once a magazine
 *   +--------------------------------------+
 *   |  chunks of 2 MiB, the fullest first  |
 *   +--------------------------------------+
 * </pre>
 *
 * <p>Any thread may call any method. A slab that is empty goes back to the chunks at once and may come back as any other
 * kind.
 */
final class NodeHeap implements Depot.Sink {
    private static final int NONE = -1;

    /** Once so many parts of the range went through magazines it is looked at which chunks may fall empty. */
    private static final int TURNOVER_PART = 64;

    /** Slabs of more units keep to chunks of their own: between small ones they would rarely find room. */
    private static final int MAX_SMALL_UNITS = 4;

    /** The lock is let go of after so many chunks, at about 6 µs each. */
    private static final int CHUNKS_AT_ONCE = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final int index;
    private final SlabTable table;
    private final ChunkHeap chunks;
    private final SlabLists slabs;
    private final Depot depot;
    private final NodeInbox inbox;
    private final long start;
    private final long bytes;
    private final int firstUnit;
    private final int[] slabCounts = new int[SizeClasses.KIND_COUNT];
    private final long[] freeBlocks = new long[SizeClasses.KIND_COUNT];

    private final Clearing clearing;
    private final SampledBlocks sampledBlocks;
    private long turnedOverBytes;
    private boolean isClosed;

    /** @param index the number of this node's range in the reservation */
    NodeHeap(int index, SlabTable table, ChunkHeap chunks, Depot depot, NodeInbox inbox, long start, long bytes) {
        this.index = index;
        this.table = table;
        this.chunks = chunks;
        this.depot = depot;
        this.inbox = inbox;
        this.start = start;
        this.bytes = bytes;
        firstUnit = table.unitOf(start);
        slabs = new SlabLists(table);
        clearing = new Clearing(table, chunks, slabs, firstUnit);
        sampledBlocks = new SampledBlocks(table.sampleInterval(), index);
    }

    int index() {
        return index;
    }

    /** The first address of the node's range. */
    long start() {
        return start;
    }

    /** The size of the node's range. */
    long bytes() {
        return bytes;
    }

    Depot depot() {
        return depot;
    }

    NodeInbox inbox() {
        return inbox;
    }

    boolean contains(long address) {
        return Long.compareUnsigned(address - start, bytes) < 0;
    }

    /**
     * Fills a magazine with free blocks.
     *
     * @param wanted how many, at most what the magazine holds
     * @return how many there were; 0 if the range has no room for another slab
     */
    int refill(int kind, long[] magazine, int wanted) {
        lock.lock();
        try {
            requireOpen();
            int count = 0;
            while (count < wanted) {
                final int head = slabWithRoom(kind);
                if (head == NONE) {
                    break;
                }
                count = takeBlocks(head, kind, magazine, count, wanted);
            }
            freeBlocks[kind] -= count;
            noteTurnover((long) count * SizeClasses.blockBytesOfKind(kind));
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Puts blocks of this node back, of whatever kinds. */
    @Override
    public void drain(long[] magazine, int count) {
        lock.lock();
        try {
            requireOpen();
            for (int i = 0; i < count; i++) {
                putBlock(magazine[i]);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Puts one block of this node back. */
    void putBack(long address) {
        lock.lock();
        try {
            requireOpen();
            putBlock(address);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a run.
     *
     * @param unitCount as {@link ChunkHeap#roundedUnits} says
     * @return its address, or {@link BlockAllocator#NONE} if there is no room for it
     */
    long takeRun(MemoryPool pool, int unitCount) {
        lock.lock();
        try {
            requireOpen();
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
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the first chunks ready for use, before anything was taken.
     *
     * @return the bytes that are
     */
    long back(int chunkCount) {
        lock.lock();
        try {
            return chunks.back(chunkCount) * ChunkHeap.CHUNK_BYTES;
        } finally {
            lock.unlock();
        }
    }

    /** Puts a run back. */
    void giveBackRun(long address) {
        lock.lock();
        try {
            requireOpen();
            final int head = table.unitOf(address);
            final int unitCount = (int) (table.runBytes(head) >>> SizeClasses.UNIT_SHIFT);
            table.closeRun(head);
            chunks.giveBack(head - firstUnit, unitCount);
        } finally {
            lock.unlock();
        }
    }

    /** Puts back into slabs whatever waits in between: for when there is no room for another slab. */
    void collect() {
        collectInbox();
        depot.drainAll(this);
    }

    /** Puts magazines back that have waited for long. */
    void sweepDepot() {
        lock.lock();
        try {
            if (!isClosed) {
                depot.sweep(this);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts back what waits in between, and gives memory to the operating system that has been empty for the decay.
     *
     * @return the bytes given to the operating system
     */
    long giveBackIdle() {
        collectInbox();
        sweepDepot();
        long givenBack = 0;
        int count = CHUNKS_AT_ONCE;
        while (count == CHUNKS_AT_ONCE) {
            lock.lock();
            try {
                count = isClosed ? 0 : chunks.giveBackAged(CHUNKS_AT_ONCE);
            } finally {
                lock.unlock();
            }
            givenBack += count * ChunkHeap.CHUNK_BYTES;
        }
        return givenBack;
    }

    /** What slabs and runs hold, free blocks and all. */
    long slabBytes() {
        lock.lock();
        try {
            return chunks.usedUnits() << SizeClasses.UNIT_SHIFT;
        } finally {
            lock.unlock();
        }
    }

    /** Chunks that may have memory behind them. */
    int residentChunks() {
        lock.lock();
        try {
            return chunks.backedChunks();
        } finally {
            lock.unlock();
        }
    }

    /** How often a chunk lost the memory behind it. */
    long purgedChunks() {
        lock.lock();
        try {
            return chunks.givenBackChunks();
        } finally {
            lock.unlock();
        }
    }

    /** The slabs of each kind, and the free blocks in them, at one moment. */
    SlabCounts counts() {
        lock.lock();
        try {
            return new SlabCounts(slabCounts, freeBlocks);
        } finally {
            lock.unlock();
        }
    }

    /** From here on magazines are neither filled nor emptied, and nothing lies in between. */
    void close() {
        lock.lock();
        try {
            collect();
            isClosed = true;
        } finally {
            lock.unlock();
        }
    }

    private void collectInbox() {
        if (inbox.isEmpty() || !inbox.tryOpen()) {
            return;
        }
        try {
            long[] batch = inbox.take();
            while (batch.length > 0) {
                int count = 0;
                long batchBytes = 0;
                while (count < batch.length && batch[count] != BlockAllocator.NONE) {
                    batchBytes += SizeClasses.blockBytesOfKind(table.kindOfBlock(batch[count]));
                    count++;
                }
                drain(batch, count);
                inbox.giveBack(batch, batchBytes);
                batch = inbox.take();
            }
        } finally {
            inbox.shut();
        }
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
        slabs.file(head, kind, before, left);
        return count;
    }

    private void putBlock(long address) {
        final int head = table.headOfBlock(address);
        final int kind = table.kindOfBlock(address);
        final int sizeClass = SizeClasses.classOfKind(kind);
        final int block = SizeClasses.blockAt(kind, address - table.addressOfUnit(head));
        table.freeBits[head][block / Long.SIZE] |= 1L << block;
        final int freeCount = ++table.freeCounts[head];
        freeBlocks[kind]++;
        final int blocks = SizeClasses.blocksPerSlab(sizeClass);
        if (freeCount < blocks) {
            slabs.file(head, kind, freeCount - 1, freeCount);
            return;
        }
        slabs.file(head, kind, freeCount - 1, 0);
        table.close(head);
        slabCounts[kind]--;
        freeBlocks[kind] -= blocks;
        chunks.giveBack(head - firstUnit, SizeClasses.slabUnits(sizeClass));
    }

    private void noteTurnover(long refilledBytes) {
        turnedOverBytes += refilledBytes;
        if (turnedOverBytes >= bytes / TURNOVER_PART) {
            turnedOverBytes = 0;
            clearing.choose();
        }
    }

    private int slabWithRoom(int kind) {
        int head = slabs.fullest(kind);
        if (head == NONE) {
            head = openSlab(kind);
        }
        if (head == NONE && clearing.callOff()) {
            head = slabs.fullest(kind);
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
        slabs.file(head, kind, 0, table.freeCounts[head]);
        slabCounts[kind]++;
        freeBlocks[kind] += SizeClasses.blocksPerSlab(sizeClass);
        return head;
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("allocator is closed; stop its users before closing it");
        }
    }
}
