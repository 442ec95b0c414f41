package dev.millrace.allocator;

import java.util.BitSet;

/**
 * The pages of chunks in use whose memory went back to the operating system: of units and blocks that are free.
 *
 * <pre>
 *   chunk     | live | free | free | live | free |
 *   absent    |......|.#####|#####.|......|..##..|          1 = a page of 4 KiB without memory
 * </pre>
 *
 * <p>Touched under the lock of the node. What is about to be handed out has to be {@linkplain #use used} first: it is in memory
 * again from there on, and lies on its node. A chunk of which something is missing is no huge page.
 */
final class AbsentPages {
    static final int PAGE_SHIFT = 12;
    static final int PAGE_BYTES = 1 << PAGE_SHIFT;

    /** Chunks that are kept from being huge pages: each may be a mapping of its own, of which a process can have some 65,000. */
    private static final int MAX_SPLIT_CHUNKS = 4096;

    private static final int CHUNK_PAGES_SHIFT = ChunkHeap.CHUNK_SHIFT + SizeClasses.UNIT_SHIFT - PAGE_SHIFT;

    private final ChunkMemory memory;
    private final long start;
    private final BitSet absent;
    private final int[] byChunk;
    private final BitSet split;
    private int splitChunks;
    private long pages;

    /** @param start the address of the first chunk */
    AbsentPages(ChunkMemory memory, long start, int chunkCount) {
        this.memory = memory;
        this.start = start;
        absent = new BitSet(chunkCount << CHUNK_PAGES_SHIFT);
        split = new BitSet(chunkCount);
        byChunk = new int[chunkCount];
    }

    /** What is missing of chunks that have memory. */
    long bytes() {
        return pages << PAGE_SHIFT;
    }

    /** Says whether something of a chunk is missing. */
    boolean isPartOf(int chunk) {
        return byChunk[chunk] > 0;
    }

    /** Sees to it that a stretch of one chunk is in memory when it is touched. */
    void use(long address, long bytes) {
        final int chunk = chunkOf(address);
        if (byChunk[chunk] == 0) {
            return;
        }
        final int end = pageOf(address + bytes + PAGE_BYTES - 1);
        int page = absent.nextSetBit(pageOf(address));
        while (page >= 0 && page < end) {
            final int next = Math.min(end, absent.nextClearBit(page));
            memory.useAgain(addressOf(page), (long) (next - page) << PAGE_SHIFT);
            absent.clear(page, next);
            note(chunk, page - next);
            page = absent.nextSetBit(next);
        }
    }

    /**
     * Lets the memory of the pages go that lie wholly in a free stretch of one chunk.
     *
     * @return false if the machine does not take memory back
     */
    boolean giveBack(long address, long bytes) {
        final int end = pageOf(address + bytes);
        int page = absent.nextClearBit(pageOf(address + PAGE_BYTES - 1));
        while (page < end) {
            final int next = absent.nextSetBit(page);
            final int last = next < 0 ? end : Math.min(end, next);
            if (!memory.giveBackPages(address, bytes, addressOf(page), (long) (last - page) << PAGE_SHIFT)) {
                return false;
            }
            absent.set(page, last);
            note(chunkOf(address), last - page);
            page = absent.nextClearBit(last);
        }
        return true;
    }

    /** Notes that a chunk has no memory at all any more. */
    void forget(int chunk) {
        if (byChunk[chunk] > 0) {
            absent.clear(chunk << CHUNK_PAGES_SHIFT, (chunk + 1) << CHUNK_PAGES_SHIFT);
            note(chunk, -byChunk[chunk]);
        }
    }

    private void note(int chunk, int more) {
        byChunk[chunk] += more;
        pages += more;
        if ((byChunk[chunk] > 0) != split.get(chunk)) {
            split(chunk, byChunk[chunk] > 0);
        }
    }

    /** As long as something is missing, the kernel must not make a huge page of the rest: what is missing would be back. */
    private void split(int chunk, boolean isSplit) {
        if ((isSplit && splitChunks == MAX_SPLIT_CHUNKS)
                || !memory.setHuge(start + chunk * ChunkHeap.CHUNK_BYTES, !isSplit)) {
            return;
        }
        split.set(chunk, isSplit);
        splitChunks += isSplit ? 1 : -1;
    }

    private int chunkOf(long address) {
        return pageOf(address) >>> CHUNK_PAGES_SHIFT;
    }

    private int pageOf(long address) {
        return (int) ((address - start) >>> PAGE_SHIFT);
    }

    private long addressOf(int page) {
        return start + ((long) page << PAGE_SHIFT);
    }
}
