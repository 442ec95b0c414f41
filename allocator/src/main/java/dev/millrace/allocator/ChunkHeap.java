package dev.millrace.allocator;

import dev.millrace.numa.RangeSource;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The chunks of one node's range: 2 MiB each, in 32 units of 64 KiB, so that a chunk can be one huge page.
 *
 * <pre>
 *   range      | chunk 0 | chunk 1 | chunk 2 | ...
 *   freeUnits  |  int    |  int    |  -1     |          a bit a unit, 1 = free
 *                 partly    in use    empty
 * </pre>
 *
 * <p>Touched under the lock of the node. A run of up to a chunk comes from the fullest chunk of its pool that has room for
 * it, so that the others get time to fall empty. Groups keep apart as long as there are empty chunks and the memory for them:
 * what pools hold lives for different times, and a page of events would keep a chunk that was full of index segments;
 * small runs leave gaps that large ones do not fit into. More than a chunk is whole chunks that are neighbours. A chunk that
 * is {@linkplain #setClearing cleared} gives nothing until it is empty. One that fell empty is used again
 * before any without memory. After the decay it leaves whole; what the
 * floor asks for stays. Free pages of a chunk in use leave when nothing was taken from it for as long, see {@link Thinning}. Filling the fullest first: Hunter et al., "Beyond malloc efficiency to fleet efficiency", 2021.
 */
final class ChunkHeap {
    static final long CHUNK_BYTES = RangeSource.ALIGNMENT_BYTES;
    static final int CHUNK_UNITS = Integer.SIZE;

    static final int CHUNK_SHIFT = 5;
    private static final int ALL_FREE = -1;

    /** Small and large runs of each pool. */
    static final int GROUPS = 2 * MemoryPool.values().length;

    /** Giving a chunk back takes microseconds; a thread on its way to a block gives back so many at most. */
    private static final int MAX_GIVEN_BACK_ON_THE_WAY = 4;

    private final ChunkMemory memory;
    private final LongSupplier nanoClock;
    private final long start;
    private final int floorChunks;
    private final int maxBackedChunks;
    private final long decayNanos;
    private final int[] freeUnits;
    private final long[] takenNanos;
    private final AbsentPages absent;
    private final byte[] groups;
    private final ChunkLists partlyUsed;
    private final EmptyChunks empty;

    private final boolean[] clearing;
    private int clearingChunks;

    private long usedUnits;
    private long givenBackChunks;

    /**
     * @param start the address of the first chunk
     * @param floorChunks keep their memory for ever once they have it
     * @param maxBackedChunks above this many with memory, empty ones do not wait for the decay
     */
    ChunkHeap(
            ChunkMemory memory,
            LongSupplier nanoClock,
            long start,
            int chunkCount,
            int floorChunks,
            int maxBackedChunks,
            long decayNanos) {
        this.memory = memory;
        this.nanoClock = nanoClock;
        this.start = start;
        this.floorChunks = floorChunks;
        this.maxBackedChunks = Math.max(floorChunks, maxBackedChunks);
        this.decayNanos = decayNanos;
        freeUnits = new int[chunkCount];
        Arrays.fill(freeUnits, ALL_FREE);
        takenNanos = new long[chunkCount];
        absent = new AbsentPages(memory, start, chunkCount);
        groups = new byte[chunkCount];
        clearing = new boolean[chunkCount];
        partlyUsed = new ChunkLists(chunkCount, GROUPS);
        empty = new EmptyChunks(chunkCount);
    }

    /**
     * Makes the lowest chunks ready for use, before anything was taken.
     *
     * @return how many there are, fewer than asked for if there is no memory
     */
    int back(int count) {
        final long nowNanos = nanoClock.getAsLong();
        int backed = 0;
        while (backed < count && memory.commit(start + backed * CHUNK_BYTES, CHUNK_BYTES)) {
            backed++;
        }
        for (int chunk = backed - 1; chunk >= 0; chunk--) {
            empty.noteBacked(chunk, nowNanos);
        }
        return backed;
    }

    /** What a run of units takes: as many as asked for up to a chunk, whole chunks beyond. */
    static long roundedUnits(long unitCount) {
        return unitCount <= CHUNK_UNITS ? unitCount : (unitCount + CHUNK_UNITS - 1) & -CHUNK_UNITS;
    }

    /**
     * Takes a run of units.
     *
     * @param group what it is for, below {@link #GROUPS}: runs of one group lie together
     * @param unitCount as {@link #roundedUnits} says
     * @return its first unit, counted from the start of the range, or −1 if there is no such run, or no memory for it
     */
    int take(int group, int unitCount) {
        final int first =
                unitCount < CHUNK_UNITS ? takeInChunk(group, unitCount) : takeChunks(unitCount >>> CHUNK_SHIFT);
        if (first >= 0) {
            usedUnits += unitCount;
            giveBackOnTheWay();
        }
        return first;
    }

    /** Puts a run back. */
    void giveBack(int firstUnit, int unitCount) {
        usedUnits -= unitCount;
        final int chunk = firstUnit >>> CHUNK_SHIFT;
        if (unitCount < CHUNK_UNITS) {
            freeUnits[chunk] |= ChunkLists.run(firstUnit % CHUNK_UNITS, unitCount);
            if (!clearing[chunk]) {
                partlyUsed.file(chunk, groups[chunk], freeUnits[chunk]);
            }
            if (freeUnits[chunk] == ALL_FREE) {
                setClearing(chunk, false);
                empty.put(chunk, nanoClock.getAsLong());
                giveBackOnTheWay();
            }
            return;
        }
        final long nowNanos = nanoClock.getAsLong();
        for (int each = chunk; each < chunk + (unitCount >>> CHUNK_SHIFT); each++) {
            freeUnits[each] = ALL_FREE;
            empty.put(each, nowNanos);
        }
        giveBackOnTheWay();
    }

    /**
     * Lets the memory of chunks go that have been empty for as long as the decay.
     *
     * @param maxChunks bounds the work of this call
     * @return how many lost it; as many as the bound if there may be more
     */
    int giveBackAged(int maxChunks) {
        if (!hasSpare()) {
            return 0;
        }
        final long nowNanos = nanoClock.getAsLong();
        int count = 0;
        while (count < maxChunks && hasSpare() && isDue(nowNanos)) {
            if (!memory.giveBack(start + empty.oldest() * CHUNK_BYTES, CHUNK_BYTES)) {
                // It stays as it is; another decay passes before it is asked for again.
                empty.renewOldest(nowNanos);
                break;
            }
            absent.forget(empty.oldest());
            empty.noteGivenBack();
            givenBackChunks++;
            count++;
        }
        return count;
    }

    /** How many chunks there are, with memory or without. */
    int chunkCount() {
        return freeUnits.length;
    }

    /** How many units of a chunk are in use. */
    int usedUnits(int chunk) {
        return CHUNK_UNITS - Integer.bitCount(freeUnits[chunk]);
    }

    /** The group that a chunk in use belongs to. */
    int group(int chunk) {
        return groups[chunk];
    }

    /** Says whether nothing is to be taken from a chunk, so that it falls empty. */
    boolean isClearing(int chunk) {
        return clearing[chunk];
    }

    /** Chunks that nothing is to be taken from. */
    int clearingChunks() {
        return clearingChunks;
    }

    /** Takes a chunk out of use for what comes, or back into use. One that falls empty is back by itself. */
    void setClearing(int chunk, boolean isClearing) {
        if (clearing[chunk] != isClearing) {
            clearing[chunk] = isClearing;
            clearingChunks += isClearing ? 1 : -1;
            partlyUsed.file(chunk, groups[chunk], isClearing ? ALL_FREE : freeUnits[chunk]);
        }
    }

    /** What is in use, in units. */
    long usedUnits() {
        return usedUnits;
    }

    /** Chunks that may have memory behind them, in use or not. */
    int backedChunks() {
        return empty.backedChunks();
    }

    /** The bytes of chunks that may have memory behind them. */
    long backedBytes() {
        return empty.backedChunks() * CHUNK_BYTES - absent.bytes();
    }

    /** Says whether there is memory beyond what stays for ever. */
    boolean isAboveFloor() {
        return backedBytes() > floorChunks * CHUNK_BYTES;
    }

    /** The pages of chunks in use that were given back. */
    AbsentPages absentPages() {
        return absent;
    }

    /** The units of a chunk that are free, a bit each. */
    int freeUnits(int chunk) {
        return freeUnits[chunk];
    }

    /** When units of a chunk were taken last. */
    long takenNanos(int chunk) {
        return takenNanos[chunk];
    }

    /** The clock that memory ages by. */
    LongSupplier nanoClock() {
        return nanoClock;
    }

    /** How long memory stays after it fell out of use. */
    long decayNanos() {
        return decayNanos;
    }

    /** How often a chunk lost the memory behind it. */
    long givenBackChunks() {
        return givenBackChunks;
    }

    private int takeInChunk(int group, int unitCount) {
        int chunk = partlyUsed.fullestWithRun(group, unitCount);
        if (chunk == ChunkLists.NONE && empty.backedChunks() >= maxBackedChunks) {
            chunk = fullestOfAnyGroup(unitCount);
        }
        if (chunk == ChunkLists.NONE) {
            chunk = empty.best();
            if (chunk != EmptyChunks.NONE && backAndTake(chunk, 1)) {
                groups[chunk] = (byte) group;
            } else {
                chunk = fullestOfAnyGroup(unitCount);
                if (chunk == ChunkLists.NONE) {
                    return -1;
                }
            }
        }
        final int first = ChunkLists.shortestRunOf(freeUnits[chunk], unitCount);
        freeUnits[chunk] &= ~ChunkLists.run(first, unitCount);
        partlyUsed.file(chunk, groups[chunk], freeUnits[chunk]);
        takenNanos[chunk] = nanoClock.getAsLong();
        useUnits((chunk << CHUNK_SHIFT) + first, unitCount);
        return (chunk << CHUNK_SHIFT) + first;
    }

    /** Where no chunk is empty, groups share. */
    private int fullestOfAnyGroup(int unitCount) {
        int chunk = ChunkLists.NONE;
        for (int group = 0; group < GROUPS && chunk == ChunkLists.NONE; group++) {
            chunk = partlyUsed.fullestWithRun(group, unitCount);
        }
        return chunk;
    }

    private int takeChunks(int count) {
        final int first = count == 1 ? empty.best() : empty.firstOfNeighbours(count);
        if (first == EmptyChunks.NONE || !backAndTake(first, count)) {
            return -1;
        }
        Arrays.fill(freeUnits, first, first + count, 0);
        for (int chunk = first; chunk < first + count; chunk++) {
            useUnits(chunk << CHUNK_SHIFT, CHUNK_UNITS);
        }
        return first << CHUNK_SHIFT;
    }

    private void useUnits(int firstUnit, int unitCount) {
        absent.use(start + ((long) firstUnit << SizeClasses.UNIT_SHIFT), (long) unitCount << SizeClasses.UNIT_SHIFT);
    }

    private boolean backAndTake(int first, int count) {
        for (int chunk = first; chunk < first + count; chunk++) {
            if (!empty.isBacked(chunk) && !memory.commit(start + chunk * CHUNK_BYTES, CHUNK_BYTES)) {
                return false;
            }
        }
        for (int chunk = first; chunk < first + count; chunk++) {
            empty.take(chunk);
        }
        return true;
    }

    private void giveBackOnTheWay() {
        giveBackAged(MAX_GIVEN_BACK_ON_THE_WAY);
    }

    private boolean hasSpare() {
        return empty.oldest() != EmptyChunks.NONE && empty.backedChunks() > floorChunks;
    }

    private boolean isDue(long nowNanos) {
        return empty.backedChunks() > maxBackedChunks || empty.ageOfOldestNanos(nowNanos) >= decayNanos;
    }
}
