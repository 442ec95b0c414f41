package dev.millrace.allocator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is known about every unit of the reservation, in Java arrays: a stray write to a block cannot reach it.
 *
 * <pre>
 *   reservation   | unit 0 | unit 1 | unit 2 | unit 3 | ...          64 KiB each
 *   heads         |   0    |   1    |   1    |   -1   |              first unit of the slab, -1: no slab
 *   words         |   w    |   w    |   w    |  apart |              all that a free has to know, see below
 *   states        | byte[] | byte[] | same   |                        what starts at this step of the slab
 *   freeBits      | long[] | long[] |                                1 = the block is in its slab, at the head
 *   freeCounts    |   n    |   n'   |                                bits set, at the head; of a run, its units
 *   next, prev                                                       slabs of a kind that have free blocks
 *
 *   a word        | 31     |       | 20-16          | 14-10      | 9         | 8-0  |
 *                 | apart  |       | unit of slab   | step shift | clearing  | kind |
 * </pre>
 *
 * <p>A run is a slab of one block of its own size, without bits. Units without a slab, runs, and slabs that are to fall empty
 * are <em>apart</em>: one look at the sign keeps them out of the way of every other free.
 *
 * <p>A state byte is 0 where no live block starts, 1 where one does, 2 where one does whose stack was kept, and 3 where no
 * live block starts and the stack of the next one is to be kept. It is written by whoever owns the block: the handle that
 * hands it out, keeps it or takes it back. Everything else is written under the lock of the unit's node. A block travels
 * between threads only by a hand-over that orders memory, so its owner sees what was written about its slab before.
 *
 * <p>Both misuse and samples are found by the one comparison that an allocation and a free make. A table that keeps no states
 * believes every address that lies in a slab.
 */
final class SlabTable {
    static final int NO_SLAB = -1;

    /** What {@link #freePlain} says of a block that has to be looked at more closely. */
    static final int NOT_PLAIN = -1;

    private static final byte NOT_LIVE = 0;
    private static final byte LIVE = 1;
    private static final byte LIVE_SAMPLED = 2;
    private static final byte MARKED = 3;

    /** Any offset in a unit is less than a step, so that a run has one. */
    private static final int RUN_STEP_SHIFT = SizeClasses.UNIT_SHIFT;

    private static final int CLEARING = 1 << 9;
    private static final int KIND_MASK = CLEARING - 1;
    private static final int STEP_SHIFT_AT = 10;
    private static final int PLACE_MASK = 31 << SizeClasses.UNIT_SHIFT;
    private static final int APART = 1 << 31;
    private static final int IN_UNIT_MASK = SizeClasses.UNIT_BYTES - 1;

    private static final byte[] NO_STATES = {};
    private static final long[] NO_BITS = {};

    final int[] next;
    final int[] prev;
    final int[] freeCounts;
    final long[][] freeBits;

    private final long base;
    private final long bytes;
    private final int[] heads;
    private final int[] words;
    private final byte[][] states;
    /** The arrays behind {@link #states}, each kept by the unit that first was the head of a slab with it. */
    private final byte[][] ownStates;

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
        stateOfFreed = sampler.interval() == 1 ? MARKED : NOT_LIVE;
        int unitCount = Math.toIntExact(bytes >>> SizeClasses.UNIT_SHIFT);
        heads = new int[unitCount];
        words = new int[unitCount];
        states = new byte[unitCount][];
        ownStates = new byte[unitCount][];
        freeBits = new long[unitCount][];
        freeCounts = new int[unitCount];
        next = new int[unitCount];
        prev = new int[unitCount];
        Arrays.fill(heads, NO_SLAB);
        Arrays.fill(words, APART);
        Arrays.fill(states, NO_STATES);
        Arrays.fill(ownStates, NO_STATES);
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
            final int unit = unitOf(address);
            final byte[] slab = states[unit];
            final int step = step(words[unit], address);
            if (slab[step] != NOT_LIVE) {
                return false;
            }
            slab[step] = LIVE;
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
            final int unit = unitOf(address);
            final byte[] slab = states[unit];
            final int step = step(words[unit], address);
            if (slab[step] == LIVE || slab[step] == LIVE_SAMPLED) {
                throw handedOutTwice(address, plainKind(words[unit]));
            }
            slab[step] = LIVE;
        }
    }

    /** Writes down that the stack of a live block was kept: its free says so to the sampler. */
    void markSampled(long address) {
        final int unit = unitOfSlab(address);
        states[unit][stepOfLive(address, unit)] = LIVE_SAMPLED;
    }

    /** Writes down that a free block is to be looked at when it is handed out. For whoever keeps the block. */
    void mark(long address) {
        final int unit = unitOf(address);
        states[unit][step(words[unit], address)] = MARKED;
    }

    /**
     * Writes down that a block came back, unless there is something special about it.
     *
     * @param unit the one that the address lies in
     * @return the block's kind, or {@link #NOT_PLAIN}: then nothing is written, see {@link #markFree}
     */
    int freePlain(int unit, long address) {
        final int word = words[unit];
        if (word < 0) {
            return NOT_PLAIN;
        }
        if (keepsStates) {
            final byte[] slab = states[unit];
            final int inSlab = inSlab(word, address);
            final int step = inSlab >>> (word >>> STEP_SHIFT_AT);
            if (slab[step] != LIVE || inSlab != step << (word >>> STEP_SHIFT_AT)) {
                return NOT_PLAIN;
            }
            slab[step] = stateOfFreed;
        }
        return word & KIND_MASK;
    }

    /**
     * Writes down that a block came back. One whose stack was kept stays marked: the next to have it is looked at too.
     *
     * @return the block's kind, which {@link #isClearingKind} may be true of
     * @throws IllegalArgumentException if no live block starts at the address
     */
    int markFree(long address) {
        final int unit = unitOfSlab(address);
        if (keepsStates) {
            final int step = stepOfLive(address, unit);
            final byte[] slab = states[unit];
            final boolean isSampled = slab[step] == LIVE_SAMPLED;
            if (isSampled) {
                sampler.drop(address);
            }
            slab[step] = isSampled ? MARKED : stateOfFreed;
        }
        return words[unit] & (CLEARING | KIND_MASK);
    }

    /**
     * The kind of a live block.
     *
     * @throws IllegalArgumentException if no live block starts at the address
     */
    int kindOfLive(long address) {
        final int unit = unitOfSlab(address);
        if (keepsStates) {
            stepOfLive(address, unit);
        }
        return plainKind(words[unit]);
    }

    private static int inSlab(int word, long address) {
        return (word & PLACE_MASK) | ((int) address & IN_UNIT_MASK);
    }

    /** A shift looks at five bits, which are those of the step shift; what is above does not matter. */
    private static int step(int word, long address) {
        return inSlab(word, address) >>> (word >>> STEP_SHIFT_AT);
    }

    private int headOf(long address) {
        return heads[unitOfSlab(address)];
    }

    private int unitOfSlab(long address) {
        final long offset = address - base;
        if (offset < 0 || offset >= bytes) {
            throw foreign(address);
        }
        final int unit = (int) (offset >>> SizeClasses.UNIT_SHIFT);
        if (heads[unit] == NO_SLAB) {
            throw outsideSlabs(address);
        }
        return unit;
    }

    private int stepOfLive(long address, int unit) {
        final int word = words[unit];
        final int step = step(word, address);
        final boolean isStart = SizeClasses.isRunKind(plainKind(word))
                ? address == addressOfUnit(heads[unit])
                : inSlab(word, address) == step << (word >>> STEP_SHIFT_AT);
        if (!isStart || (states[unit][step] != LIVE && states[unit][step] != LIVE_SAMPLED)) {
            throw notLive(address, heads[unit], word);
        }
        return step;
    }

    /** Makes a slab of free units. The arrays of an earlier slab are used again where they are long enough. */
    void open(int head, int kind) {
        final int sizeClass = SizeClasses.classOfKind(kind);
        final int units = SizeClasses.slabUnits(sizeClass);
        final int blocks = SizeClasses.blocksPerSlab(sizeClass);
        final int stepShift = SizeClasses.stepShift(sizeClass);
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
        openStates(head, units, (units << SizeClasses.UNIT_SHIFT) >>> stepShift);
        for (int place = 0; place < units; place++) {
            this.words[head + place] = place << SizeClasses.UNIT_SHIFT | stepShift << STEP_SHIFT_AT | kind;
        }
        Arrays.fill(heads, head, head + units, head);
    }

    private void openStates(int head, int units, int count) {
        if (keepsStates) {
            if (ownStates[head].length < count) {
                ownStates[head] = new byte[count];
            }
            Arrays.fill(ownStates[head], 0, count, stateOfFreed);
            Arrays.fill(states, head, head + units, ownStates[head]);
        }
    }

    /** Makes a slab whose blocks are all free into free units. */
    void close(int head) {
        final int units = SizeClasses.slabUnits(SizeClasses.classOfKind(plainKind(words[head])));
        setApart(head, units);
        Arrays.fill(heads, head, head + units, NO_SLAB);
    }

    /** Makes free units into a run, which is one block. */
    void openRun(int head, int unitCount, int kind) {
        openStates(head, unitCount, 1);
        freeCounts[head] = unitCount;
        Arrays.fill(words, head, head + unitCount, APART | RUN_STEP_SHIFT << STEP_SHIFT_AT | kind);
        Arrays.fill(heads, head, head + unitCount, head);
    }

    /** Makes a run into free units. */
    void closeRun(int head) {
        Arrays.fill(heads, head, head + freeCounts[head], NO_SLAB);
    }

    private void setApart(int head, int units) {
        for (int unit = head; unit < head + units; unit++) {
            words[unit] |= APART;
        }
    }

    /** The size of the run that starts at a unit. */
    long runBytes(int head) {
        return (long) freeCounts[head] << SizeClasses.UNIT_SHIFT;
    }

    /** Forgets every slab: no address is a block from here on. */
    void closeAll() {
        setApart(0, words.length);
        Arrays.fill(heads, NO_SLAB);
    }

    /** Says whether what {@link #markFree} returned is a kind of block whose slab is to fall empty. */
    static boolean isClearingKind(int kind) {
        return (kind & CLEARING) != 0;
    }

    /** The kind without that. */
    static int plainKind(int kind) {
        return kind & KIND_MASK;
    }

    /** Says whether a slab is to fall empty. */
    boolean isClearing(int head) {
        return isClearingKind(words[head]);
    }

    /** Writes down whether a slab is to fall empty: a free of its blocks is told so. */
    void markClearing(int head, boolean isClearing) {
        final int units = SizeClasses.slabUnits(SizeClasses.classOfKind(plainKind(words[head])));
        for (int unit = head; unit < head + units; unit++) {
            words[unit] = isClearing ? words[unit] | CLEARING | APART : words[unit] & ~(CLEARING | APART);
        }
    }

    /** Says whether a run starts in the chunk of a unit. */
    boolean hasRun(int firstUnitOfChunk) {
        for (int unit = firstUnitOfChunk; unit < firstUnitOfChunk + ChunkHeap.CHUNK_UNITS; unit++) {
            if (heads[unit] == unit && SizeClasses.isRunKind(plainKind(words[unit]))) {
                return true;
            }
        }
        return false;
    }

    /** The kind of the slab that starts at a unit; {@link #NO_SLAB} if none does, or a run. */
    int kindOfSlabAt(int unit) {
        final int kind = plainKind(words[unit]);
        return heads[unit] == unit && !SizeClasses.isRunKind(kind) ? kind : NO_SLAB;
    }

    /** The first unit of the slab that a block of this table lies in. */
    int headOfBlock(long address) {
        return heads[(int) ((address - base) >>> SizeClasses.UNIT_SHIFT)];
    }

    int kindOfBlock(long address) {
        return plainKind(words[unitOf(address)]);
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
        final int head = headOf(address);
        final int kind = plainKind(words[head]);
        final long slab = addressOfUnit(head);
        return SizeClasses.isRunKind(kind)
                ? slab
                : slab + (long) SizeClasses.blockAt(kind, address - slab) * SizeClasses.blockBytesOfKind(kind);
    }

    /** Says whether the block that starts here is live, as far as states are kept. */
    boolean isLive(long startOfBlock) {
        final int unit = unitOfSlab(startOfBlock);
        final int step = step(words[unit], startOfBlock);
        return step < states[unit].length && (states[unit][step] == LIVE || states[unit][step] == LIVE_SAMPLED);
    }

    /** The first units of live runs. Exact while nobody allocates or frees. */
    List<Integer> liveRuns() {
        List<Integer> runs = new ArrayList<>();
        for (int unit = 0; unit < heads.length; unit++) {
            if (heads[unit] == unit && SizeClasses.isRunKind(plainKind(words[unit]))) {
                runs.add(unit);
            }
        }
        return runs;
    }

    private static IllegalArgumentException foreign(long address) {
        return new IllegalArgumentException("no block of this allocator: address=0x" + Long.toHexString(address)
                + "; give a block back to the allocator that it came from");
    }

    private static IllegalArgumentException outsideSlabs(long address) {
        return new IllegalArgumentException("no live block here: address=0x" + Long.toHexString(address)
                + ", pool=none, blockBytes=none; it was given back before, or never handed out");
    }

    private IllegalArgumentException notLive(long address, int head, int anyKind) {
        int kind = plainKind(anyKind);
        long bytes = SizeClasses.isRunKind(kind) ? runBytes(head) : SizeClasses.blockBytesOfKind(kind);
        return new IllegalArgumentException("no live block starts here: address=0x" + Long.toHexString(address)
                + ", pool=" + SizeClasses.poolOfKind(kind) + ", blockBytes=" + bytes
                + "; it was given back before, or is the inside of a block");
    }

    private static IllegalStateException handedOutTwice(long address, int kind) {
        return new IllegalStateException(
                "a live block would be handed out twice: address=0x" + Long.toHexString(address)
                        + ", pool=" + SizeClasses.poolOfKind(kind) + ", blockBytes="
                        + SizeClasses.blockBytesOfKind(kind)
                        + "; two threads used one handle: give each thread its own, or the shared one");
    }
}
