package dev.millrace.allocator;

import java.util.Arrays;

/**
 * What a free has to know about a slab or a run, in one place, and which of its blocks are live.
 *
 * <pre>
 *   memory    | block 0      | block 1      | block 2   ...         from the start of the slab
 *   states    | s . . . . .  | s . . . . .  | s . . .               a byte a step, the largest power of two in the block size
 * </pre>
 *
 * <p>A state byte is 0 where no live block starts, 1 where one does, 2 where one does whose stack was kept, and 3 where no
 * live block starts and the stack of the next one is to be kept. It is written by whoever owns the block: the handle that
 * hands it out, keeps it or takes it back. Everything else is written under the lock of the node while no block is out, and
 * whether the slab is apart while some are. A block travels between threads only by a hand-over that orders memory, so its
 * owner sees what was written about its slab before.
 */
final class Slab {
    static final byte NOT_LIVE = 0;
    static final byte LIVE = 1;
    static final byte LIVE_SAMPLED = 2;
    static final byte MARKED = 3;

    /** The slab that units without one are in. */
    static final Slab NONE = new Slab();

    /** Any offset in the largest run is less than a step, so that a run has one. */
    static final int RUN_STEP_SHIFT = Long.SIZE - 2;

    private static final byte[] NO_STATES = {};

    long start;
    int kind;
    int stepShift;
    byte[] states = NO_STATES;
    /** Whether frees have to look more closely: it is a run, no slab, or to fall empty. */
    boolean isApart = true;

    boolean isClearing;

    /** Begins a life of this slab, in which no block is live. */
    void open(long startAddress, int kindOfBlocks, int shift, int steps, byte stateOfFreed) {
        start = startAddress;
        kind = kindOfBlocks;
        stepShift = shift;
        isClearing = false;
        if (states.length < steps) {
            states = new byte[steps];
        }
        Arrays.fill(states, 0, steps, stateOfFreed);
        isApart = SizeClasses.isRunKind(kindOfBlocks);
    }

    /** Ends it. */
    void close() {
        isApart = true;
    }

    void setClearing(boolean clearing) {
        isClearing = clearing;
        isApart = clearing;
    }

    /** The step in which an address of the slab lies. */
    int step(long address) {
        return (int) ((address - start) >>> stepShift);
    }

    /** Says whether a live block starts here. Any address of the slab will do. */
    boolean isLive(long address) {
        final int step = step(address);
        return address - start == (long) step << stepShift
                && step < states.length
                && (states[step] == LIVE || states[step] == LIVE_SAMPLED);
    }
}
