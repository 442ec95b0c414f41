package dev.millrace.allocator;

import java.util.Arrays;

/**
 * Which chunks of one node are to fall empty.
 *
 * <p>Touched under the lock of the node. Blocks cannot be moved, but they are replaced: where much is free in chunks that
 * are partly used, nothing is taken from the emptiest of them any more, neither units nor blocks, and blocks that are freed
 * there go back to their slabs instead of into magazines. The program empties them by going on. A chunk is chosen only if
 * the others have three times the room of what it holds, so that what leaves finds a place, and only while use is steady:
 * what is free between two bursts will be needed again, and blocks that leave one by one cost a lock each. When there is
 * no room for a slab or a run, all is called off.
 */
final class Clearing {
    /** Less than one part in this many of what is used is not worth the effort. */
    private static final int WORTHWHILE_PART = 32;

    /** A chunk with fewer units free is as good as full. */
    private static final int MIN_FREE_UNITS = 2;

    /** How many times what is to go must be free elsewhere. */
    private static final int ROOM_FACTOR = 3;

    /** Where use was higher lately by more than one part in this many, what is free will be needed again. */
    private static final int STEADY_PART = 8;

    /** From look to look one part in this many of the peak is forgotten. */
    private static final int PEAK_PART = 32;

    private final SlabTable table;
    private final ChunkHeap chunks;
    private final SlabLists slabs;
    private final int firstUnit;
    private final int[][] chunksByUse = new int[ChunkHeap.GROUPS][ChunkHeap.CHUNK_UNITS + 1];
    private final int[] mostUsed = new int[ChunkHeap.GROUPS];
    private long peakUnits;

    Clearing(SlabTable table, ChunkHeap chunks, SlabLists slabs, int firstUnit) {
        this.table = table;
        this.chunks = chunks;
        this.slabs = slabs;
        this.firstUnit = firstUnit;
    }

    /** Notes what is in use: to be called whenever it grew. */
    void noteUse() {
        peakUnits = Math.max(peakUnits, chunks.usedUnits());
    }

    /** Chooses again. Looks at every chunk: to be called once in a while, by how much was turned over. */
    void choose() {
        final long usedUnits = chunks.usedUnits();
        final boolean isNeededSoon = peakUnits - usedUnits > usedUnits / STEADY_PART;
        peakUnits = Math.max(usedUnits, peakUnits - peakUnits / PEAK_PART);
        if (isNeededSoon) {
            callOff();
            return;
        }
        for (int[] counts : chunksByUse) {
            Arrays.fill(counts, 0);
        }
        for (int chunk = 0; chunk < chunks.chunkCount(); chunk++) {
            chunksByUse[chunks.group(chunk)][chunks.usedUnits(chunk)]++;
        }
        for (int group = 0; group < ChunkHeap.GROUPS; group++) {
            mostUsed[group] = mostUsed(chunksByUse[group]);
        }
        for (int chunk = 0; chunk < chunks.chunkCount(); chunk++) {
            final int used = chunks.usedUnits(chunk);
            if (used > 0) {
                set(chunk, used <= mostUsed[chunks.group(chunk)] && !table.hasRun(firstUnitOf(chunk)));
            }
        }
    }

    /** Takes everything back into use, and says whether there was anything. */
    boolean callOff() {
        if (chunks.clearingChunks() == 0) {
            return false;
        }
        for (int chunk = 0; chunk < chunks.chunkCount(); chunk++) {
            set(chunk, false);
        }
        return true;
    }

    /** How many units a chunk of a group may have in use to be chosen; 0 for none. */
    private static int mostUsed(int[] chunksByUse) {
        long usedUnits = 0;
        long freeUnits = 0;
        for (int used = 1; used < chunksByUse.length; used++) {
            usedUnits += (long) used * chunksByUse[used];
            freeUnits += (long) (ChunkHeap.CHUNK_UNITS - used) * chunksByUse[used];
        }
        int most = 0;
        if (freeUnits >= usedUnits / WORTHWHILE_PART) {
            long goingUnits = 0;
            for (int used = 1; used <= ChunkHeap.CHUNK_UNITS - MIN_FREE_UNITS; used++) {
                goingUnits += (long) used * chunksByUse[used];
                freeUnits -= (long) (ChunkHeap.CHUNK_UNITS - used) * chunksByUse[used];
                if (ROOM_FACTOR * goingUnits > freeUnits) {
                    break;
                }
                most = used;
            }
        }
        return most;
    }

    private void set(int chunk, boolean isClearing) {
        if (chunks.isClearing(chunk) == isClearing) {
            return;
        }
        chunks.setClearing(chunk, isClearing);
        final int first = firstUnitOf(chunk);
        for (int unit = first; unit < first + ChunkHeap.CHUNK_UNITS; unit++) {
            final int kind = table.kindOfSlabAt(unit);
            if (kind != SlabTable.NO_SLAB) {
                final int freeCount = table.freeCounts[unit];
                slabs.file(unit, kind, freeCount, 0);
                table.markClearing(unit, isClearing);
                slabs.file(unit, kind, 0, freeCount);
            }
        }
    }

    private int firstUnitOf(int chunk) {
        return firstUnit + chunk * ChunkHeap.CHUNK_UNITS;
    }
}
