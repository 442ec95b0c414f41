package dev.millrace.allocator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is known about every unit of the reservation, in Java arrays: a stray write to a block cannot reach it.
 *
 * <pre>
 *   reservation   | unit 0 | unit 1 | unit 2 | unit 3 | ...          64 KiB each
 *   heads         |   0    |   1    |   1    |   -1   |              first unit of the slab, -1: no slab
 *   kinds         |   k    |   k'   |                                pool and size class, at the head
 *   states        | byte[] | byte[] |                                1 = a live block starts at this step, at the head
 *   freeBits      | long[] | long[] |                                1 = the block is in its slab, at the head
 *   freeCounts    |   n    |   n'   |                                bits set, at the head; of a run, its units
 *   next, prev                                                       slabs of a kind that have free blocks
 * </pre>
 *
 * <p>A run is a slab of one block of its own size, without bits.
 *
 * <p>A state byte is written by whoever owns the block: the handle that hands it out or takes it back. Everything else is
 * written under the lock of the unit's node. A block travels between threads only by a hand-over that orders memory, so
 * its owner sees what was written about its slab before.
 */
final class SlabTable {
    static final int NO_SLAB = -1;

    private static final byte LIVE = 1;
    private static final byte NOT_LIVE = 0;
    /** Any offset inside a run is less than a step, so only its start is one. */
    private static final byte RUN_STEP_SHIFT = 62;

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

    SlabTable(long base, long bytes) {
        this.base = base;
        this.bytes = bytes;
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

    /** Writes down that a block is handed out. */
    void markLive(long address, int kind) {
        final long offset = address - base;
        final int head = heads[(int) (offset >>> SizeClasses.UNIT_SHIFT)];
        final int step = (int) ((offset - ((long) head << SizeClasses.UNIT_SHIFT)) >>> STEP_SHIFTS[kind]);
        assert kinds[head] == kind && states[head][step] == NOT_LIVE : "handed out twice: address=" + address;
        states[head][step] = LIVE;
    }

    /**
     * Writes down that a block came back.
     *
     * @return the block's kind
     * @throws IllegalArgumentException if no live block starts at the address
     */
    int markFree(long address) {
        final int head = headOf(address);
        final int kind = kinds[head];
        states[head][stepOfLive(address, head, kind)] = NOT_LIVE;
        return kind;
    }

    /**
     * The kind of a live block.
     *
     * @throws IllegalArgumentException if no live block starts at the address
     */
    int kindOfLive(long address) {
        final int head = headOf(address);
        final int kind = kinds[head];
        stepOfLive(address, head, kind);
        return kind;
    }

    private int headOf(long address) {
        final long offset = address - base;
        if (offset < 0 || offset >= bytes) {
            throw foreign(address);
        }
        final int head = heads[(int) (offset >>> SizeClasses.UNIT_SHIFT)];
        if (head == NO_SLAB) {
            throw outsideSlabs(address);
        }
        return head;
    }

    private int stepOfLive(long address, int head, int kind) {
        final long inSlab = address - base - ((long) head << SizeClasses.UNIT_SHIFT);
        final int shift = STEP_SHIFTS[kind];
        final int step = (int) (inSlab >>> shift);
        if (inSlab != (long) step << shift || states[head][step] != LIVE) {
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
        kinds[head] = (short) kind;
        Arrays.fill(heads, head, head + units, head);
    }

    /** Makes a slab whose blocks are all free into free units. */
    void close(int head) {
        final int units = SizeClasses.slabUnits(SizeClasses.classOfKind(kinds[head]));
        Arrays.fill(heads, head, head + units, NO_SLAB);
    }

    /** Makes free units into a run, which is one block. */
    void openRun(int head, int unitCount, int kind) {
        if (states[head].length == 0) {
            states[head] = new byte[1];
        }
        freeCounts[head] = unitCount;
        kinds[head] = (short) kind;
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

    /** The first unit of the slab that a block of this table lies in. */
    int headOfBlock(long address) {
        return heads[(int) ((address - base) >>> SizeClasses.UNIT_SHIFT)];
    }

    int kindOfBlock(long address) {
        return kinds[headOfBlock(address)];
    }

    int unitOf(long address) {
        return (int) ((address - base) >>> SizeClasses.UNIT_SHIFT);
    }

    long addressOfUnit(int unit) {
        return base + ((long) unit << SizeClasses.UNIT_SHIFT);
    }

    /** Counts live blocks by kind. Exact while nobody allocates or frees. */
    long[] liveBlocksByKind() {
        long[] counts = new long[SizeClasses.KIND_COUNT];
        for (int unit = 0; unit < heads.length; unit++) {
            if (heads[unit] == unit && !SizeClasses.isRunKind(kinds[unit])) {
                for (byte state : states[unit]) {
                    counts[kinds[unit]] += state;
                }
            }
        }
        return counts;
    }

    /** The first units of live runs. Exact while nobody allocates or frees. */
    List<Integer> liveRuns() {
        List<Integer> runs = new ArrayList<>();
        for (int unit = 0; unit < heads.length; unit++) {
            if (heads[unit] == unit && SizeClasses.isRunKind(kinds[unit]) && states[unit][0] != NOT_LIVE) {
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

    private IllegalArgumentException notLive(long address, int head, int kind) {
        long bytes = SizeClasses.isRunKind(kind) ? runBytes(head) : SizeClasses.blockBytesOfKind(kind);
        return new IllegalArgumentException("no live block starts here: address=0x" + Long.toHexString(address)
                + ", pool=" + SizeClasses.poolOfKind(kind) + ", blockBytes=" + bytes
                + "; it was given back before, or is the inside of a block");
    }

    private static byte[] stepShifts() {
        byte[] shifts = new byte[SizeClasses.KIND_AND_RUN_COUNT];
        Arrays.fill(shifts, RUN_STEP_SHIFT);
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            shifts[kind] = (byte) SizeClasses.stepShift(SizeClasses.classOfKind(kind));
        }
        return shifts;
    }
}
