package dev.millrace.allocator;

import java.util.function.LongSupplier;

/**
 * Gives the free pages of chunks in use back to the operating system: those of free units, and those of free blocks in slabs.
 *
 * <p>Touched under the lock of the node. A chunk that is not wholly free keeps its memory otherwise, and where a program changes
 * what sizes it uses, what is free lies in many chunks that each have something live. The price is the chunk's huge page, and a page
 * fault where something is taken again. So only what is worth it goes, and only from where nothing was taken for the
 * decay: the fullest chunks and slabs give first, and keep what they have.
 */
final class Thinning {
    /** A pass over all chunks begins so many times in a decay at most. */
    private static final int PASSES_OF_A_DECAY = 4;

    /** A free stretch that is shorter is not worth a call. */
    private static final int MIN_BYTES = 2 * AbsentPages.PAGE_BYTES;

    /** A slab with a smaller part free is not looked at. */
    private static final int WORTHWHILE_PART = 8;

    private final SlabTable table;
    private final ChunkHeap chunks;
    private final AbsentPages absent;
    private final LongSupplier nanoClock;
    private final int firstUnit;
    private final long decayNanos;
    private final long[] takenNanos;
    private int cursor;
    private long passNanos;

    Thinning(SlabTable table, ChunkHeap chunks, int firstUnit) {
        this.table = table;
        this.chunks = chunks;
        this.firstUnit = firstUnit;
        absent = chunks.absentPages();
        nanoClock = chunks.nanoClock();
        decayNanos = chunks.decayNanos();
        takenNanos = new long[chunks.chunkCount() * ChunkHeap.CHUNK_UNITS];
        cursor = chunks.chunkCount();
        passNanos = nanoClock.getAsLong();
    }

    /** Notes that blocks of a slab were taken. */
    void noteTaken(int head, long nowNanos) {
        takenNanos[head - firstUnit] = nowNanos;
    }

    /**
     * Goes on with the pass, or begins one if it is time.
     *
     * @param maxChunks bounds the work of this call
     * @return false if there is no more to do for now
     */
    boolean goOn(int maxChunks) {
        final long nowNanos = nanoClock.getAsLong();
        if (cursor == chunks.chunkCount()) {
            if (nowNanos - passNanos < decayNanos / PASSES_OF_A_DECAY) {
                return false;
            }
            passNanos = nowNanos;
            cursor = 0;
        }
        int left = maxChunks;
        while (left > 0 && cursor < chunks.chunkCount() && chunks.isAboveFloor()) {
            if (chunks.usedUnits(cursor) > 0) {
                left--;
                if (!thin(cursor, nowNanos)) {
                    break;
                }
            }
            cursor++;
        }
        if (left > 0) {
            cursor = chunks.chunkCount();
        }
        return left == 0;
    }

    private boolean thin(int chunk, long nowNanos) {
        return thinUnits(chunk, nowNanos) && thinSlabs(chunk, nowNanos);
    }

    private boolean thinUnits(int chunk, long nowNanos) {
        if (nowNanos - chunks.takenNanos(chunk) < decayNanos) {
            return true;
        }
        int free = chunks.freeUnits(chunk);
        while (free != 0) {
            final int start = Integer.numberOfTrailingZeros(free);
            final int length = Integer.numberOfTrailingZeros(~(free >>> start));
            final int unit = firstUnit + chunk * ChunkHeap.CHUNK_UNITS + start;
            if (!absent.giveBack(table.addressOfUnit(unit), (long) length << SizeClasses.UNIT_SHIFT)) {
                return false;
            }
            free &= ~ChunkLists.run(start, length);
        }
        return true;
    }

    private boolean thinSlabs(int chunk, long nowNanos) {
        final int first = firstUnit + chunk * ChunkHeap.CHUNK_UNITS;
        for (int unit = first; unit < first + ChunkHeap.CHUNK_UNITS; unit++) {
            final int kind = table.kindOfSlabAt(unit);
            if (kind != SlabTable.NO_SLAB
                    && nowNanos - takenNanos[unit - firstUnit] >= decayNanos
                    && isWorthwhile(unit, kind)
                    && !thinSlab(unit, kind)) {
                return false;
            }
        }
        return true;
    }

    private boolean isWorthwhile(int head, int kind) {
        final long freeBytes = (long) table.freeCounts[head] * SizeClasses.blockBytesOfKind(kind);
        final int slabBytes = SizeClasses.slabUnits(SizeClasses.classOfKind(kind)) << SizeClasses.UNIT_SHIFT;
        return freeBytes >= Math.max(MIN_BYTES, slabBytes / WORTHWHILE_PART);
    }

    private boolean thinSlab(int head, int kind) {
        final int blockBytes = SizeClasses.blockBytesOfKind(kind);
        final int blocks = SizeClasses.blocksPerSlab(SizeClasses.classOfKind(kind));
        final long slab = table.addressOfUnit(head);
        final long[] bits = table.freeBits[head];
        int block = 0;
        while (block < blocks) {
            int end = block;
            while (end < blocks && (bits[end / Long.SIZE] >>> end & 1) != 0) {
                end++;
            }
            final long bytes = (long) (end - block) * blockBytes;
            if (bytes >= MIN_BYTES && !absent.giveBack(slab + (long) block * blockBytes, bytes)) {
                return false;
            }
            block = end + 1;
        }
        return true;
    }
}
