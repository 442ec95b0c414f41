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
 * <p>Any thread may call any method. Slabs and chunks are touched under the lock, see {@link NodeSlabs}.
 */
final class NodeHeap implements Depot.Sink {
    /** The lock is let go of after so many chunks, at about 6 µs each. */
    private static final int CHUNKS_AT_ONCE = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final int index;
    private final SlabTable table;
    private final ChunkHeap chunks;
    private final NodeSlabs slabs;
    private final Depot depot;
    private final NodeInbox inbox;
    private final long start;
    private final long bytes;

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
        slabs = new NodeSlabs(table, chunks, start, bytes, index);
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
            return slabs.take(kind, magazine, wanted);
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
                slabs.put(magazine[i]);
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
            slabs.put(address);
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
            return slabs.takeRun(pool, unitCount);
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
            slabs.giveBackRun(address);
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
        return givenBack + thin();
    }

    private long thin() {
        final long before = residentBytes();
        boolean isMore = true;
        while (isMore) {
            lock.lock();
            try {
                isMore = !isClosed && slabs.thin(CHUNKS_AT_ONCE);
            } finally {
                lock.unlock();
            }
        }
        return Math.max(0, before - residentBytes());
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

    /** The bytes of chunks that may have memory behind them. */
    long residentBytes() {
        lock.lock();
        try {
            return chunks.backedBytes();
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
            return slabs.counts();
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

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("allocator is closed; stop its users before closing it");
        }
    }
}
