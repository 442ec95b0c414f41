package dev.millrace.engine.internal.window;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.IndexCalls;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.stream.WindowResult;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryVisitor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;

/**
 * Aggregates events per key and sliding window. A template, see {@link Receiver}.
 *
 * <p>An event is added once, to the slice of time that it lies in; a slice is as long as the greatest common divisor of
 * size and slide, so that every window is whole slices. A window closes at the first watermark that is at least its last
 * millisecond: then its slices are merged per key, and those that no later window needs are given back. After Li et al.,
 * "No pane, no gain" (2005).
 *
 * <p>An event is late if the last window it belongs to is closed. One that is in time for a later window is in that one's
 * result, and in no result that is out already.
 */
final class SlidingAggregateOp extends KeyedReceiver implements EntryVisitor {
    private static final MethodHandle NEXT;
    private static final MethodHandle LATE;

    static {
        try {
            EventPath.Ends ends = MethodHandles.classData(MethodHandles.lookup(), "_", EventPath.Ends.class);
            NEXT = ends.next();
            LATE = ends.late();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final IndexCalls calls = new IndexCalls();
    private final BiFunction<Object, Object, Object> add;
    private final BinaryOperator<Object> merge;
    private final Object initial;
    private final WindowResult<Object, Object, Object> result;
    private final FlatCodec<Object> keyCodec;
    private final FlatCodec<Object> eventCodec;
    private final FlatCodec<Object> codec;
    private final boolean isFixedSize;
    private final SlidingLayout windows;
    private final long sliceMillis;
    private final String timeName;
    private final Slices slices;
    /** The window that fires, while it is put together; empty otherwise. */
    private final ActiveIndex merged;

    private final Receiver late;
    private final Receiver next;

    /** Windows that end before this are closed. */
    private long watermark;

    private boolean isMerging;
    private Window firing = Window.ALL;
    private long firingTimestamp;

    /** @param watermark up to where windows had closed at the epoch that the job starts from */
    SlidingAggregateOp(
            BiFunction<Object, Object, Object> add,
            BinaryOperator<Object> merge,
            Object initial,
            WindowResult<Object, Object, Object> result,
            FlatCodec<Object> keyCodec,
            FlatCodec<Object> eventCodec,
            FlatCodec<Object> codec,
            SlidingLayout windows,
            String timeName,
            long watermark,
            Slices slices,
            ActiveIndex merged,
            Receiver late,
            Receiver next) {
        this.add = add;
        this.merge = merge;
        this.initial = initial;
        this.result = result;
        this.keyCodec = keyCodec;
        this.eventCodec = eventCodec;
        this.codec = codec;
        this.isFixedSize = codec.isFixedSize();
        this.windows = windows;
        this.sliceMillis = windows.sliceMillis();
        this.timeName = timeName;
        this.watermark = watermark;
        this.slices = slices;
        this.merged = merged;
        this.late = late;
        this.next = next;
    }

    @Override
    public void accept(long eventAddress, long page, long timestamp, long keyAddress, int keyBytes, long hash) {
        if (windows.lastMillis(timestamp) <= watermark) {
            sendLate(eventAddress, page, timestamp);
            return;
        }
        ActiveIndex index = slices.at(Math.floorDiv(timestamp, sliceMillis) * sliceMillis);
        long value = calls.update(index, keyAddress, keyBytes, hash);
        if (value == 0) {
            put(index, keyAddress, keyBytes, hash, add.apply(initial, eventCodec.read(eventAddress, page)));
            return;
        }
        if (isFixedSize) {
            codec.writeBlob(add.apply(codec.readBlob(value), eventCodec.read(eventAddress, page)), value);
        } else {
            Object sum = add.apply(codec.readBlob(value), eventCodec.read(eventAddress, page));
            put(index, keyAddress, keyBytes, hash, sum);
        }
    }

    private void sendLate(long eventAddress, long page, long timestamp) {
        try {
            LATE.invokeExact(eventCodec.read(eventAddress, page), timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    private void put(ActiveIndex index, long keyAddress, int keyBytes, long hash, Object value) {
        codec.writeBlob(value, calls.put(index, keyAddress, keyBytes, hash, codec.blobBytes(value)));
    }

    @Override
    public long touch(long timestamp, long hash) {
        ActiveIndex index = slices.peek(Math.floorDiv(timestamp, sliceMillis) * sliceMillis);
        return index == null ? 0 : index.touch(hash);
    }

    @Override
    public long touchEntry(long timestamp, long hash) {
        ActiveIndex index = slices.peek(Math.floorDiv(timestamp, sliceMillis) * sliceMillis);
        return index == null ? 0 : index.touchEntry(hash);
    }

    @Override
    public void watermark(long reached) {
        if (reached == Receiver.NO_TIME) {
            return;
        }
        while (slices.earliest() != Long.MAX_VALUE) {
            long start = windows.firstStart(slices.earliest(), watermark);
            long last = start + windows.sizeMillis() - 1;
            if (last > reached) {
                break;
            }
            fire(start);
            watermark = last;
            while (slices.earliest() != Long.MAX_VALUE && windows.lastMillis(slices.earliest()) <= last) {
                slices.dropEarliest();
            }
        }
        watermark = Math.max(watermark, reached);
        next.watermark(reached);
        late.watermark(reached);
    }

    private void fire(long start) {
        long end = start + windows.sizeMillis();
        firing = new Window(Instant.ofEpochMilli(start), Instant.ofEpochMilli(end));
        firingTimestamp = end - 1;
        isMerging = true;
        for (long slice = Math.max(start, slices.earliest()); slice < end; slice += sliceMillis) {
            ActiveIndex index = slices.peek(slice);
            if (index != null) {
                index.forEach(this);
            }
        }
        isMerging = false;
        merged.forEach(this);
        merged.clear();
    }

    @Override
    public void visit(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes) {
        if (isMerging) {
            merge(keyAddress, keyBytes, hash, valueAddress);
        } else {
            emit(keyAddress, valueAddress);
        }
    }

    private void merge(long keyAddress, int keyBytes, long hash, long valueAddress) {
        long sum = calls.update(merged, keyAddress, keyBytes, hash);
        if (sum == 0) {
            put(merged, keyAddress, keyBytes, hash, codec.readBlob(valueAddress));
        } else if (isFixedSize) {
            codec.writeBlob(merge.apply(codec.readBlob(sum), codec.readBlob(valueAddress)), sum);
        } else {
            Object both = merge.apply(codec.readBlob(sum), codec.readBlob(valueAddress));
            put(merged, keyAddress, keyBytes, hash, both);
        }
    }

    private void emit(long keyAddress, long valueAddress) {
        Object key = keyCodec.readBlob(keyAddress);
        try {
            NEXT.invokeExact(result.of(key, firing, codec.readBlob(valueAddress)), firingTimestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    @Override
    public void barrier(Barrier barrier) {
        slices.seal(barrier);
        barrier.noteWatermark(timeName, watermark);
        next.barrier(barrier);
        late.barrier(barrier);
    }

    @Override
    public void flush() {
        next.flush();
        late.flush();
    }
}
