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

/**
 * Aggregates events per key and tumbling window, or per key over everything. A template, see {@link Receiver}.
 *
 * <p>A window {@code [start, start + size)} closes at the first watermark that is at least its last millisecond.
 */
final class SliceAggregateOp extends KeyedReceiver implements EntryVisitor {
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
    private final Object initial;
    private final WindowResult<Object, Object, Object> result;
    private final FlatCodec<Object> keyCodec;
    private final FlatCodec<Object> eventCodec;
    private final FlatCodec<Object> codec;
    private final boolean isFixedSize;
    private final long sizeMillis;
    private final Slices slices;
    private final Receiver late;
    private final Receiver next;

    private long watermark = Receiver.NO_TIME;
    private Window firing = Window.ALL;
    /** Of what is fired outside of a window's own firing: what one window over everything has outside of memory. */
    private long firingTimestamp = Receiver.END_OF_TIME - 1;

    /** @param sizeMillis the size of a window, or 0 for one window over everything */
    SliceAggregateOp(
            BiFunction<Object, Object, Object> add,
            Object initial,
            WindowResult<Object, Object, Object> result,
            FlatCodec<Object> keyCodec,
            FlatCodec<Object> eventCodec,
            FlatCodec<Object> codec,
            long sizeMillis,
            Slices slices,
            Receiver late,
            Receiver next) {
        this.add = add;
        this.initial = initial;
        this.result = result;
        this.keyCodec = keyCodec;
        this.eventCodec = eventCodec;
        this.codec = codec;
        this.isFixedSize = codec.isFixedSize();
        this.sizeMillis = sizeMillis;
        this.slices = slices;
        this.late = late;
        this.next = next;
    }

    @Override
    public void accept(long eventAddress, long page, long timestamp, long keyAddress, int keyBytes, long hash) {
        long start = sizeMillis == 0 ? 0 : Math.floorDiv(timestamp, sizeMillis) * sizeMillis;
        if (sizeMillis != 0 && start + sizeMillis - 1 <= watermark) {
            sendLate(eventAddress, page, timestamp);
            return;
        }
        ActiveIndex index = slices.at(start);
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
        ActiveIndex index = slices.peek(sizeMillis == 0 ? 0 : Math.floorDiv(timestamp, sizeMillis) * sizeMillis);
        return index == null ? 0 : index.touch(hash);
    }

    @Override
    public long touchEntry(long timestamp, long hash) {
        ActiveIndex index = slices.peek(sizeMillis == 0 ? 0 : Math.floorDiv(timestamp, sizeMillis) * sizeMillis);
        return index == null ? 0 : index.touchEntry(hash);
    }

    @Override
    public void watermark(long reached) {
        if (reached == Receiver.NO_TIME) {
            return;
        }
        watermark = reached;
        while (slices.earliest() != Long.MAX_VALUE && isClosed(slices.earliest())) {
            fire(slices.earliest());
        }
        next.watermark(reached);
        late.watermark(reached);
    }

    private boolean isClosed(long start) {
        return watermark == Receiver.END_OF_TIME || (sizeMillis != 0 && start + sizeMillis - 1 <= watermark);
    }

    private void fire(long start) {
        if (sizeMillis != 0) {
            firing = new Window(Instant.ofEpochMilli(start), Instant.ofEpochMilli(start + sizeMillis));
            firingTimestamp = start + sizeMillis - 1;
        } else {
            firingTimestamp = Receiver.END_OF_TIME - 1;
        }
        slices.at(start).forEach(this);
        slices.dropEarliest();
    }

    @Override
    public void visit(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes) {
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
        next.barrier(barrier);
        late.barrier(barrier);
    }

    @Override
    public void flush() {
        next.flush();
        late.flush();
    }
}
