package dev.millrace.engine.internal.window;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.OpenWindows;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryShape;
import dev.millrace.state.index.IndexConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The open windows of one operator instance: an index for each stretch of time, so that closing one is a scan and its
 * memory goes back whole. Used by the thread that steps the task.
 */
final class Slices implements AutoCloseable {
    private final BlockAllocator allocator;
    private final IndexConfig config;
    private final EntryShape shape;
    private final StateFormat format;
    private final long budgetBytes;
    private final Long2ObjectHashMap<Slice> open = new Long2ObjectHashMap<>();
    private final StartHeap openStarts = new StartHeap();
    private final List<Slice> dropped = new ArrayList<>();
    private final List<Sealed> sealed = new ArrayList<>();
    private final OpenWindows windows = new OpenWindows();

    private long lastStart;
    private @Nullable ActiveIndex last;

    /** One stretch of time. */
    private static final class Slice {
        final long start;
        final ActiveIndex index;
        /** Whether an earlier epoch knows of it: then its end must be told to the log. */
        boolean isKnown;

        Slice(long start, ActiveIndex index) {
            this.start = start;
            this.index = index;
        }
    }

    /** A dropped slice that an epoch still reads. */
    private record Sealed(ActiveIndex index, StatePart part) {}

    Slices(BlockAllocator allocator, IndexConfig config, EntryShape shape, StateFormat format) {
        this(allocator, config, shape, format, 0);
    }

    /** @param budgetBytes what a slice should take, if entries of it may leave memory; 0 if they stay */
    Slices(BlockAllocator allocator, IndexConfig config, EntryShape shape, StateFormat format, long budgetBytes) {
        this.allocator = allocator;
        this.config = config;
        this.shape = shape;
        this.format = format;
        this.budgetBytes = budgetBytes;
    }

    /** The index of the slice that starts at this time; made if there is none. */
    ActiveIndex at(long start) {
        ActiveIndex cached = last;
        return cached != null && lastStart == start ? cached : turnTo(start);
    }

    private ActiveIndex turnTo(long start) {
        Slice slice = open.get(start);
        if (slice == null) {
            slice = new Slice(start, newIndex());
            open.put(start, slice);
            openStarts.add(start);
            windows.set(open.size(), openStarts.earliest());
        }
        last = slice.index;
        lastStart = start;
        return slice.index;
    }

    private ActiveIndex newIndex() {
        return budgetBytes == 0
                ? ActiveIndex.open(allocator, config, shape)
                : ActiveIndex.openEvicting(allocator, config, budgetBytes);
    }

    /** The index of the slice that starts at this time, restored: an earlier epoch knows of it. */
    ActiveIndex restored(long start) {
        ActiveIndex index = at(start);
        open.get(start).isKnown = true;
        return index;
    }

    /** The index of the slice that starts at this time if it is the one used last or another open one; else null. */
    @Nullable
    ActiveIndex peek(long start) {
        if (last != null && lastStart == start) {
            return last;
        }
        Slice slice = open.get(start);
        return slice == null ? null : slice.index;
    }

    /** What keeping the open slices in order came to: how often a start was put at a place. */
    long moveCount() {
        return openStarts.moveCount();
    }

    /** The start of the earliest open slice; {@link Long#MAX_VALUE} if none is open. */
    long earliest() {
        return openStarts.earliest();
    }

    /** Closes the earliest slice. Its memory goes back now, or once an epoch has told its end. */
    void dropEarliest() {
        Slice slice = open.remove(openStarts.earliest());
        openStarts.removeEarliest();
        if (last == slice.index) {
            last = null;
        }
        if (slice.isKnown) {
            dropped.add(slice);
        } else {
            slice.index.close();
        }
        windows.set(open.size(), openStarts.earliest());
    }

    /** How much more is kept for snapshots than there is room for. */
    long overdrawnBytes() {
        long bytes = 0;
        for (long start : starts()) {
            bytes += open.get(start).index.overdrawnBytes();
        }
        for (Slice slice : dropped) {
            bytes += slice.index.overdrawnBytes();
        }
        for (Sealed slice : sealed) {
            bytes += slice.index().overdrawnBytes();
        }
        return bytes;
    }

    /** What is open, for reports. */
    OpenWindows windows() {
        return windows;
    }

    /** Seals every slice into the barrier's epoch. */
    void seal(Barrier barrier) {
        sealed.removeIf(Slices::closeIfReleased);
        for (long start : starts()) {
            Slice slice = open.get(start);
            slice.isKnown = true;
            barrier.seal(new StatePart(format, start, slice.index.seal(), false));
        }
        for (Slice slice : dropped) {
            StatePart part = new StatePart(
                    format, slice.start, slice.index.seal(), true, StatePart.NO_HORIZON, slice.index.hasElsewhere());
            barrier.seal(part);
            sealed.add(new Sealed(slice.index, part));
        }
        dropped.clear();
    }

    private static boolean closeIfReleased(Sealed slice) {
        boolean released = slice.part().isReleased();
        if (released) {
            slice.index().close();
        }
        return released;
    }

    /** Makes the calling thread the owner. */
    void adopt() {
        open.values().forEach(slice -> slice.index.adopt());
        dropped.forEach(slice -> slice.index.adopt());
        sealed.forEach(slice -> slice.index().adopt());
    }

    private long[] starts() {
        long[] starts = new long[open.size()];
        int count = 0;
        Long2ObjectHashMap<Slice>.KeyIterator keys = open.keySet().iterator();
        while (keys.hasNext()) {
            starts[count++] = keys.nextLong();
        }
        Arrays.sort(starts);
        return starts;
    }

    @Override
    public void close() {
        adopt();
        for (long start : starts()) {
            open.remove(start).index.close();
        }
        for (Slice slice : dropped) {
            slice.index.close();
        }
        dropped.clear();
        sealed.forEach(slice -> slice.index().close());
        sealed.clear();
        last = null;
    }
}
