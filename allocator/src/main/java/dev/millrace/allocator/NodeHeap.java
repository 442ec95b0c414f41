package dev.millrace.allocator;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The slabs of one node, and who fills and empties magazines: the only place where handles meet.
 *
 * <p>Any thread may call any method; one lock is taken once for a magazine. The slab that most lately ran full comes
 * first, so the emptiest get time to fall empty; a slab that is empty goes back to the units at once and may come back as
 * any other kind.
 */
final class NodeHeap {
    private static final int NONE = -1;

    private final ReentrantLock lock = new ReentrantLock();
    private final SlabTable table;
    private final NodeUnits units;
    private final int firstUnit;
    private final long start;
    private final long bytes;
    /** The first slab of each kind that has a free block. */
    private final int[] firstWithFree = new int[SizeClasses.KIND_COUNT];

    private boolean isClosed;

    NodeHeap(SlabTable table, NodeUnits units, int firstUnit, long start, long bytes) {
        this.table = table;
        this.units = units;
        this.firstUnit = firstUnit;
        this.start = start;
        this.bytes = bytes;
        Arrays.fill(firstWithFree, NONE);
    }

    /** The first address of the node's range. */
    long start() {
        return start;
    }

    /** The size of the node's range. */
    long bytes() {
        return bytes;
    }

    private boolean contains(long address) {
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
                int head = firstWithFree[kind];
                if (head == NONE) {
                    head = openSlab(kind);
                    if (head == NONE) {
                        break;
                    }
                }
                count = takeBlocks(head, kind, magazine, count, wanted);
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Puts those blocks of a magazine back that lie on this node, of whatever kind. */
    void drain(long[] magazine, int count) {
        lock.lock();
        try {
            requireOpen();
            for (int i = 0; i < count; i++) {
                if (contains(magazine[i])) {
                    putBlock(magazine[i]);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** What slabs hold, free blocks and all. */
    long slabBytes() {
        lock.lock();
        try {
            return (long) units.usedUnits() << SizeClasses.UNIT_SHIFT;
        } finally {
            lock.unlock();
        }
    }

    /** The chunks that may have memory behind them. */
    long residentBytes() {
        lock.lock();
        try {
            return units.backedChunks() * NodeUnits.CHUNK_BYTES;
        } finally {
            lock.unlock();
        }
    }

    /** From here on magazines are neither filled nor emptied. */
    void close() {
        lock.lock();
        try {
            isClosed = true;
        } finally {
            lock.unlock();
        }
    }

    private int takeBlocks(int head, int kind, long[] magazine, int filled, int wanted) {
        final int blockBytes = SizeClasses.blockBytesOfKind(kind);
        final long slab = table.addressOfUnit(head);
        final long[] bits = table.freeBits[head];
        int left = table.freeCounts[head];
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
        if (left == 0) {
            unlink(head, kind);
        }
        return count;
    }

    private void putBlock(long address) {
        final int head = table.headOfBlock(address);
        final int kind = table.kindOfBlock(address);
        final int sizeClass = SizeClasses.classOfKind(kind);
        final int block = SizeClasses.blockAt(kind, address - table.addressOfUnit(head));
        table.freeBits[head][block / Long.SIZE] |= 1L << block;
        final int freeCount = ++table.freeCounts[head];
        if (freeCount == 1) {
            link(head, kind);
        }
        if (freeCount == SizeClasses.blocksPerSlab(sizeClass)) {
            unlink(head, kind);
            table.close(head);
            units.giveBack(head - firstUnit, SizeClasses.slabUnits(sizeClass));
        }
    }

    private int openSlab(int kind) {
        final int first = units.take(SizeClasses.slabUnits(SizeClasses.classOfKind(kind)));
        if (first < 0) {
            return NONE;
        }
        final int head = firstUnit + first;
        table.open(head, kind);
        link(head, kind);
        return head;
    }

    private void link(int head, int kind) {
        final int second = firstWithFree[kind];
        table.next[head] = second;
        table.prev[head] = NONE;
        if (second != NONE) {
            table.prev[second] = head;
        }
        firstWithFree[kind] = head;
    }

    private void unlink(int head, int kind) {
        final int before = table.prev[head];
        final int after = table.next[head];
        if (before == NONE) {
            firstWithFree[kind] = after;
        } else {
            table.next[before] = after;
        }
        if (after != NONE) {
            table.prev[after] = before;
        }
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("allocator is closed; stop its users before closing it");
        }
    }
}
