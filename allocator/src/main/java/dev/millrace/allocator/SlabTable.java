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
 *   kinds         |   k    |   k'   |   k'   |                         pool and size class; more while it is cleared
 *   states        | byte[] | byte[] |                                what starts at this step, at the head, see below
 *   freeBits      | long[] | long[] |                                1 = the block is in its slab, at the head
 *   freeCounts    |   n    |   n'   |                                bits set, at the head; of a run, its units
 *   next, prev                                                       slabs of a kind that have free blocks
 * </pre>
 *
 * <p>A run is a slab of one block of its own size, without bits.
 *
 * <p>A state byte is 0 where no live block starts, 1 where one does, 2 where one does whose stack was kept. It is written
 * by whoever owns the block: the handle that hands it out or takes it back. Everything else is
 * written under the lock of the unit's node. A block travels between threads only by a hand-over that orders memory, so
 * its owner sees what was written about its slab before.
 *
 * <p>Both misuse and samples are found by the one comparison with 1 that a free makes. A table that keeps no states
 * believes every address that lies in a slab.
 */
final class SlabTable {
    static final int NO_SLAB = -1;

    private static final byte NOT_LIVE = 0;
    private static final byte LIVE = 1;
    private static final byte LIVE_SAMPLED = 2;
    /** Any offset inside a run is less than a step, so only its start is one. */
    private static final byte RUN_STEP_SHIFT = 62;

    /** Added to the kind of a slab that is to fall empty, so that the check for runs finds its blocks too. */
    private static final int CLEARING = 512;

    private static final byte[] NO_STATES = {};
    private static final long[] NO_BITS = {};
    private static final byte[] STEP_SHIFTS = stepShifts();

    final int[] next;
    final int[] prev;
    final int[] freeCounts;
    final long[][] freeBits;

    private final long base;
    private final long bytes;
    private final int[] heads;
    private final short[] kinds;
    private final byte[][] states;
    private final boolean keepsStates;
    private final LeakSampler sampler;

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
        int unitCount = Math.toIntExact(bytes >>> SizeClasses.UNIT_SHIFT);
        heads = new int[unitCount];
        kinds = new short[unitCount];
        states = new byte[unitCount][];
        freeBits = new long[unitCount][];
        freeCounts = new int[unitCount];
        next = new int[unitCount];
        prev = new int[unitCount];
        Arrays.fill(heads, NO_SLAB);
        Arrays.fill(states, NO_STATES);
        Arrays.fill(freeBits, NO_BITS);
    }

    /**
     * Writes down that a block is handed out.
     *
     * @throws IllegalStateException if it is live already
     */
    void markLive(long address, int kind) {
        if (keepsStates) {
            final long offset = address - base;
            final int head = heads[(int) (offset >>> SizeClasses.UNIT_SHIFT)];
            final int step = (int) ((offset - ((long) head << SizeClasses.UNIT_SHIFT)) >>> STEP_SHIFTS[kind]);
            final byte[] slab = states[head];
            if (slab[step] != NOT_LIVE) {
                throw handedOutTwice(address, kind);
            }
            assert plainKind(kinds[head]) == kind : "block of another kind: address=" + address;
            slab[step] = LIVE;
        }
    }

    /** Writes down that the stack of a live block was kept: its free says so to the sampler. */
    void markSampled(long address, int kind) {
        final int head = headOf(address);
        states[head][stepOfLive(address, head, kind)] = LIVE_SAMPLED;
    }

    /**
     * Writes down that a block came back.
     *
     * @return the block's kind, which {@link #isClearingKind} may be true of
     * @throws IllegalArgumentException if no live block starts at the address
     */
    int markFree(long address) {
        final int kind = kinds[unitOfSlab(address)];
        if (keepsStates) {
            final int head = headOfBlock(address);
            final int step = stepOfLive(address, head, kind);
            final byte[] slab = states[head];
            if (slab[step] != LIVE) {
                sampler.drop(address);
            }
            slab[step] = NOT_LIVE;
        }
        return kind;
    }

    /**
     * The kind of a live block.
     *
     * @throws IllegalArgumentException if no live block starts at the address
     */
    int kindOfLive(long address) {
        final int kind = kinds[unitOfSlab(address)];
        if (keepsStates) {
            final int head = headOfBlock(address);
            stepOfLive(address, head, kind);
        }
        return plainKind(kind);
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

    private int stepOfLive(long address, int head, int kind) {
        final long inSlab = address - base - ((long) head << SizeClasses.UNIT_SHIFT);
        final int shift = STEP_SHIFTS[kind];
        final int step = (int) (inSlab >>> shift);
        if (inSlab != (long) step << shift || states[head][step] == NOT_LIVE) {
            throw notLive(address, head, kind);
        }
        return step;
    }

    /** Makes a slab of free units. The arrays of an earlier slab are used again where they are long enough. */
    void open(int head, int kind) {
        final int sizeClass = SizeClasses.classOfKind(kind);
        final int units = SizeClasses.slabUnits(sizeClass);
        final int blocks = SizeClasses.blocksPerSlab(sizeClass);
        final int stateBytes = (units << SizeClasses.UNIT_SHIFT) >>> STEP_SHIFTS[kind];
        final int words = (blocks + Long.SIZE - 1) / Long.SIZE;
        if (states[head].length < stateBytes) {
            states[head] = new byte[stateBytes];
        }
        if (freeBits[head].length < words) {
            freeBits[head] = new long[words];
        }
        final long[] bits = freeBits[head];
        Arrays.fill(bits, 0, words, -1L);
        if (blocks % Long.SIZE != 0) {
            bits[words - 1] = -1L >>> (Long.SIZE - blocks % Long.SIZE);
        }
        freeCounts[head] = blocks;
        Arrays.fill(kinds, head, head + units, (short) kind);
        Arrays.fill(heads, head, head + units, head);
    }

    /** Makes a slab whose blocks are all free into free units. */
    void close(int head) {
        final int units = SizeClasses.slabUnits(SizeClasses.classOfKind(plainKind(kinds[head])));
        Arrays.fill(heads, head, head + units, NO_SLAB);
    }

    /** Makes free units into a run, which is one block. */
    void openRun(int head, int unitCount, int kind) {
        if (states[head].length == 0) {
            states[head] = new byte[1];
        }
        freeCounts[head] = unitCount;
        Arrays.fill(kinds, head, head + unitCount, (short) kind);
        Arrays.fill(heads, head, head + unitCount, head);
    }

    /** Makes a run into free units. */
    void closeRun(int head) {
        Arrays.fill(heads, head, head + freeCounts[head], NO_SLAB);
    }

    /** The size of the run that starts at a unit. */
    long runBytes(int head) {
        return (long) freeCounts[head] << SizeClasses.UNIT_SHIFT;
    }

    /** Forgets every slab: no address is a block from here on. */
    void closeAll() {
        Arrays.fill(heads, NO_SLAB);
    }

    /** Says whether what {@link #markFree} returned is a kind of block whose slab is to fall empty. */
    static boolean isClearingKind(int kind) {
        return kind >= CLEARING;
    }

    /** The kind without that. */
    static int plainKind(int kind) {
        return kind & (CLEARING - 1);
    }

    /** Says whether a slab is to fall empty. */
    boolean isClearing(int head) {
        return kinds[head] >= CLEARING;
    }

    /** Writes down whether a slab is to fall empty: a free of its blocks is told so. */
    void markClearing(int head, boolean isClearing) {
        final int kind = plainKind(kinds[head]);
        final int units = SizeClasses.slabUnits(SizeClasses.classOfKind(kind));
        Arrays.fill(kinds, head, head + units, (short) (kind + (isClearing ? CLEARING : 0)));
    }

    /** Says whether a run starts in the chunk of a unit. */
    boolean hasRun(int firstUnitOfChunk) {
        for (int unit = firstUnitOfChunk; unit < firstUnitOfChunk + ChunkHeap.CHUNK_UNITS; unit++) {
            if (heads[unit] == unit && SizeClasses.isRunKind(plainKind(kinds[unit]))) {
                return true;
            }
        }
        return false;
    }

    /** The kind of the slab that starts at a unit; {@link #NO_SLAB} if none does, or a run. */
    int kindOfSlabAt(int unit) {
        final int kind = plainKind(kinds[unit]);
        return heads[unit] == unit && !SizeClasses.isRunKind(kind) ? kind : NO_SLAB;
    }

    /** The first unit of the slab that a block of this table lies in. */
    int headOfBlock(long address) {
        return heads[(int) ((address - base) >>> SizeClasses.UNIT_SHIFT)];
    }

    int kindOfBlock(long address) {
        return plainKind(kinds[unitOf(address)]);
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
        final int kind = plainKind(kinds[head]);
        final long slab = addressOfUnit(head);
        return SizeClasses.isRunKind(kind)
                ? slab
                : slab + (long) SizeClasses.blockAt(kind, address - slab) * SizeClasses.blockBytesOfKind(kind);
    }

    /** Says whether the block that starts here is live, as far as states are kept. */
    boolean isLive(long startOfBlock) {
        final int head = headOf(startOfBlock);
        final long inSlab = startOfBlock - addressOfUnit(head);
        final int step = (int) (inSlab >>> STEP_SHIFTS[kinds[head]]);
        return step < states[head].length && states[head][step] != NOT_LIVE;
    }

    /** The first units of live runs. Exact while nobody allocates or frees. */
    List<Integer> liveRuns() {
        List<Integer> runs = new ArrayList<>();
        for (int unit = 0; unit < heads.length; unit++) {
            if (heads[unit] == unit && SizeClasses.isRunKind(plainKind(kinds[unit]))) {
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

    private static byte[] stepShifts() {
        byte[] shifts = new byte[2 * CLEARING];
        Arrays.fill(shifts, RUN_STEP_SHIFT);
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            shifts[kind] = (byte) SizeClasses.stepShift(SizeClasses.classOfKind(kind));
            shifts[kind + CLEARING] = shifts[kind];
        }
        return shifts;
    }
}
