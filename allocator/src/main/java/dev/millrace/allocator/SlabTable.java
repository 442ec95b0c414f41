package dev.millrace.allocator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is known about every unit of the reservation, in Java objects: a stray write to a block cannot reach it.
 *
 * <pre>
 *   reservation   | unit 0 | unit 1 | unit 2 | unit 3 | ...          64 KiB each
 *   slabs         |   s    |   s'   |   s'   |  none  |              the slab or run that a unit belongs to
 *   heads         |   0    |   1    |   1    |   -1   |              its first unit, -1: no slab
 *   freeBits      | long[] | long[] |                                1 = the block is in its slab, at the head
 *   freeCounts    |   n    |   n'   |                                bits set, at the head; of a run, its units
 *   next, prev                                                       slabs of a kind that have free blocks
 * </pre>
 *
 * <p>A run is a slab of one block of its own size, without bits. Written under the lock of the unit's node, but for the states
 * of blocks, see {@link Slab}. Both misuse and samples are found by the one comparison that an allocation and a free make. A
 * table that keeps no states believes every address that lies in a slab.
 */
final class SlabTable {
    static final int NO_SLAB = -1;

    private static final long[] NO_BITS = {};

    final int[] next;
    final int[] prev;
    final int[] freeCounts;
    final long[][] freeBits;

    private final long base;
    private final long bytes;
    private final int[] heads;
    private final Slab[] slabs;
    /** Those of earlier slabs, by their first unit, to be used again. */
    private final Slab[] used;

    private final boolean keepsStates;
    private final LeakSampler sampler;
    private final byte stateOfFreed;

    /** A table that keeps states and is never told of a sample. */
    SlabTable(long base, long bytes) {
        this(base, bytes, true, LeakSampler.off());
    }

    /** With the samples that a free drops. */
    SlabTable(long base, long bytes, boolean keepsStates, LeakSampler sampler) {
        this.base = base;
        this.bytes = bytes;
        this.keepsStates = keepsStates;
        this.sampler = sampler;
        stateOfFreed = sampler.interval() == 1 ? Slab.MARKED : Slab.NOT_LIVE;
        int unitCount = Math.toIntExact(bytes >>> SizeClasses.UNIT_SHIFT);
        heads = new int[unitCount];
        slabs = new Slab[unitCount];
        used = new Slab[unitCount];
        freeBits = new long[unitCount][];
        freeCounts = new int[unitCount];
        next = new int[unitCount];
        prev = new int[unitCount];
        Arrays.fill(heads, NO_SLAB);
        Arrays.fill(slabs, Slab.NONE);
        Arrays.fill(used, Slab.NONE);
        Arrays.fill(freeBits, NO_BITS);
    }

    /** One block in this many is to be marked when its slab is opened; 0 for none. */
    int sampleInterval() {
        return sampler.interval();
    }

    /**
     * Writes down that a block is handed out, unless there is something special about it.
     *
     * @return false if it is marked, or live already, see {@link #markLive}
     */
    boolean takePlain(long address) {
        if (keepsStates) {
            final Slab slab = slabs[unitOf(address)];
            final byte[] states = slab.states;
            final int step = slab.step(address);
            if (states[step] != Slab.NOT_LIVE) {
                return false;
            }
            states[step] = Slab.LIVE;
        }
        return true;
    }

    /**
     * Writes down that a block is handed out.
     *
     * @throws IllegalStateException if it is live already
     */
    void markLive(long address) {
        if (keepsStates) {
            final Slab slab = slabs[unitOf(address)];
            if (slab.isLive(address)) {
                throw BlockMistakes.handedOutTwice(address, slab.kind);
            }
            slab.states[slab.step(address)] = Slab.LIVE;
        }
    }

    /** Writes down that the stack of a live block was kept: its free says so to the sampler. */
    void markSampled(long address) {
        final Slab slab = slabOfLive(address);
        slab.states[slab.step(address)] = Slab.LIVE_SAMPLED;
    }

    /** Writes down that a free block is to be looked at when it is handed out. For whoever keeps the block. */
    void mark(long address) {
        final Slab slab = slabs[unitOf(address)];
        slab.states[slab.step(address)] = Slab.MARKED;
    }

    /**
     * Writes down that a block came back, unless there is something special about it.
     *
     * @param unit the one that the address lies in
     * @return its slab, or {@link Slab#NONE}: then nothing is written, see {@link #markFree}
     */
    Slab freePlain(int unit, long address) {
        final Slab slab = slabs[unit];
        if (slab.isApart) {
            return Slab.NONE;
        }
        if (keepsStates) {
            final byte[] states = slab.states;
            final long inSlab = address - slab.start;
            final int stepShift = slab.stepShift;
            final int step = (int) (inSlab >>> stepShift);
            if (states[step] != Slab.LIVE || inSlab != (long) step << stepShift) {
                return Slab.NONE;
            }
            states[step] = stateOfFreed;
        }
        return slab;
    }

    /**
     * Writes down that a block came back. One whose stack was kept stays marked: the next to have it is looked at too.
     *
     * @return its slab
     * @throws IllegalArgumentException if no live block starts at the address
     */
    Slab markFree(long address) {
        final Slab slab = slabOfLive(address);
        if (keepsStates) {
            final int step = slab.step(address);
            final boolean isSampled = slab.states[step] == Slab.LIVE_SAMPLED;
            if (isSampled) {
                sampler.drop(address);
            }
            slab.states[step] = isSampled ? Slab.MARKED : stateOfFreed;
        }
        return slab;
    }

    /**
     * The kind of a live block.
     *
     * @throws IllegalArgumentException if no live block starts at the address
     */
    int kindOfLive(long address) {
        return slabOfLive(address).kind;
    }

    private Slab slabOfLive(long address) {
        final Slab slab = slabs[unitOfSlab(address)];
        if (keepsStates && !slab.isLive(address)) {
            final long blockBytes = SizeClasses.isRunKind(slab.kind)
                    ? runBytes(headOfBlock(address))
                    : SizeClasses.blockBytesOfKind(slab.kind);
            throw BlockMistakes.notLive(address, slab.kind, blockBytes);
        }
        return slab;
    }

    private int unitOfSlab(long address) {
        final long offset = address - base;
        if (offset < 0 || offset >= bytes) {
            throw BlockMistakes.foreign(address);
        }
        final int unit = (int) (offset >>> SizeClasses.UNIT_SHIFT);
        if (heads[unit] == NO_SLAB) {
            throw BlockMistakes.outsideSlabs(address);
        }
        return unit;
    }

    /** Makes a slab of free units. The arrays of an earlier slab are used again where they are long enough. */
    void open(int head, int kind) {
        final int sizeClass = SizeClasses.classOfKind(kind);
        final int units = SizeClasses.slabUnits(sizeClass);
        final int blocks = SizeClasses.blocksPerSlab(sizeClass);
        final int words = (blocks + Long.SIZE - 1) / Long.SIZE;
        if (freeBits[head].length < words) {
            freeBits[head] = new long[words];
        }
        final long[] bits = freeBits[head];
        Arrays.fill(bits, 0, words, -1L);
        if (blocks % Long.SIZE != 0) {
            bits[words - 1] = -1L >>> (Long.SIZE - blocks % Long.SIZE);
        }
        freeCounts[head] = blocks;
        final int stepShift = SizeClasses.stepShift(sizeClass);
        begin(head, units, kind, stepShift, (units << SizeClasses.UNIT_SHIFT) >>> stepShift);
    }

    /** Makes a slab whose blocks are all free into free units. */
    void close(int head) {
        end(head, SizeClasses.slabUnits(SizeClasses.classOfKind(slabs[head].kind)));
    }

    /** Makes free units into a run, which is one block. */
    void openRun(int head, int unitCount, int kind) {
        freeCounts[head] = unitCount;
        begin(head, unitCount, kind, Slab.RUN_STEP_SHIFT, 1);
    }

    /** Makes a run into free units. */
    void closeRun(int head) {
        end(head, freeCounts[head]);
    }

    private void begin(int head, int units, int kind, int stepShift, int steps) {
        if (used[head] == Slab.NONE) {
            used[head] = new Slab();
        }
        final Slab slab = used[head];
        slab.open(addressOfUnit(head), kind, stepShift, keepsStates ? steps : 0, stateOfFreed);
        Arrays.fill(slabs, head, head + units, slab);
        Arrays.fill(heads, head, head + units, head);
    }

    private void end(int head, int units) {
        slabs[head].close();
        Arrays.fill(slabs, head, head + units, Slab.NONE);
        Arrays.fill(heads, head, head + units, NO_SLAB);
    }

    /** The size of the run that starts at a unit. */
    long runBytes(int head) {
        return (long) freeCounts[head] << SizeClasses.UNIT_SHIFT;
    }

    /** Forgets every slab: no address is a block from here on. */
    void closeAll() {
        Arrays.fill(heads, NO_SLAB);
        Arrays.fill(slabs, Slab.NONE);
    }

    /** Says whether a slab is to fall empty. */
    boolean isClearing(int head) {
        return slabs[head].isClearing;
    }

    /** Writes down whether a slab is to fall empty: a free of its blocks is told so. */
    void markClearing(int head, boolean isClearing) {
        slabs[head].setClearing(isClearing);
    }

    /** Says whether a run starts in the chunk of a unit. */
    boolean hasRun(int firstUnitOfChunk) {
        for (int unit = firstUnitOfChunk; unit < firstUnitOfChunk + ChunkHeap.CHUNK_UNITS; unit++) {
            if (heads[unit] == unit && SizeClasses.isRunKind(slabs[unit].kind)) {
                return true;
            }
        }
        return false;
    }

    /** The kind of the slab that starts at a unit; {@link #NO_SLAB} if none does, or a run. */
    int kindOfSlabAt(int unit) {
        final int kind = slabs[unit].kind;
        return heads[unit] == unit && !SizeClasses.isRunKind(kind) ? kind : NO_SLAB;
    }

    /** The first unit of the slab that a block of this table lies in. */
    int headOfBlock(long address) {
        return heads[unitOf(address)];
    }

    int kindOfBlock(long address) {
        return slabs[unitOf(address)].kind;
    }

    int unitOf(long address) {
        return (int) ((address - base) >>> SizeClasses.UNIT_SHIFT);
    }

    long addressOfUnit(int unit) {
        return base + ((long) unit << SizeClasses.UNIT_SHIFT);
    }

    /** The units that slabs are made of, ascending. Exact while nobody allocates or frees. */
    int[] unitsInSlabs() {
        return IntStream.range(0, heads.length)
                .filter(unit -> heads[unit] != NO_SLAB)
                .toArray();
    }

    /** Says whether an address lies in a run. Any address will do. */
    boolean isRun(long address) {
        return isInSlab(address) && SizeClasses.isRunKind(kindOfBlock(address));
    }

    /** Says whether an address lies in a slab or a run. Any address will do. */
    boolean isInSlab(long address) {
        final long offset = address - base;
        return offset >= 0 && offset < bytes && heads[(int) (offset >>> SizeClasses.UNIT_SHIFT)] != NO_SLAB;
    }

    /** The start of the block that an address in a slab lies in, live or not. */
    long startOfBlock(long address) {
        final Slab slab = slabs[unitOfSlab(address)];
        return SizeClasses.isRunKind(slab.kind)
                ? slab.start
                : slab.start
                        + (long) SizeClasses.blockAt(slab.kind, address - slab.start)
                                * SizeClasses.blockBytesOfKind(slab.kind);
    }

    /** Says whether the block that starts here is live, as far as states are kept. */
    boolean isLive(long startOfBlock) {
        return slabs[unitOfSlab(startOfBlock)].isLive(startOfBlock);
    }

    /** The first units of live runs. Exact while nobody allocates or frees. */
    List<Integer> liveRuns() {
        List<Integer> runs = new ArrayList<>();
        for (int unit = 0; unit < heads.length; unit++) {
            if (heads[unit] == unit && SizeClasses.isRunKind(slabs[unit].kind)) {
                runs.add(unit);
            }
        }
        return runs;
    }
}
