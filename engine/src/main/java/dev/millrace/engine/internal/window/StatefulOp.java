package dev.millrace.engine.internal.window;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * Calls the user's function with each event and the state of its key. It is itself the state and the output that the
 * function sees, so that the JIT knows their class. A template, see {@link Receiver}.
 */
final class StatefulOp extends KeyedReceiver implements ValueState<Object>, Output<Object> {
    private static final MethodHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.classData(MethodHandles.lookup(), "_", EventPath.Ends.class)
                    .next();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final StatefulFunction<Object, Object, Object> function;
    private final FlatCodec<Object> eventCodec;
    private final FlatCodec<Object> codec;
    private final StateFormat format;
    private final ActiveIndex index;
    /** The initial value; 0 if there is none. As a blob: a record that may be this one or a new one would always be built. */
    private final long initialBlob;

    private final Receiver next;

    private long keyAddress;
    private int keyBytes;
    private long hash;
    private long timestamp;

    StatefulOp(
            StatefulFunction<Object, Object, Object> function,
            FlatCodec<Object> eventCodec,
            FlatCodec<Object> codec,
            StateFormat format,
            ActiveIndex index,
            long initialBlob,
            Receiver next) {
        this.function = function;
        this.eventCodec = eventCodec;
        this.codec = codec;
        this.format = format;
        this.index = index;
        this.initialBlob = initialBlob;
        this.next = next;
    }

    @Override
    public void accept(long eventAddress, long page, long eventTimestamp, long address, int lengthBytes, long keyHash) {
        keyAddress = address;
        keyBytes = lengthBytes;
        hash = keyHash;
        timestamp = eventTimestamp;
        function.on(eventCodec.read(eventAddress, page), this, this);
        keyAddress = 0;
    }

    @Override
    public @Nullable Object get() {
        checkInside();
        long value = index.find(keyAddress, keyBytes, hash);
        if (value == 0) {
            value = initialBlob;
        }
        return value == 0 ? null : codec.readBlob(value);
    }

    @Override
    public void set(Object value) {
        checkInside();
        codec.writeBlob(value, index.put(keyAddress, keyBytes, hash, codec.blobBytes(value)));
    }

    @Override
    public void clear() {
        checkInside();
        index.remove(keyAddress, keyBytes, hash);
    }

    @Override
    public boolean isPresent() {
        checkInside();
        return index.find(keyAddress, keyBytes, hash) != 0;
    }

    @Override
    public void emit(Object event) {
        checkInside();
        try {
            NEXT.invokeExact(event, timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    private void checkInside() {
        if (keyAddress == 0) {
            throw outside();
        }
    }

    private IllegalStateException outside() {
        return new IllegalStateException(
                "state and output are only there inside the call they were given to: state=" + format.stateName());
    }

    @Override
    public long touch(long eventTimestamp, long keyHash) {
        return index.touch(keyHash);
    }

    @Override
    public void watermark(long watermark) {
        next.watermark(watermark);
    }

    @Override
    public void barrier(Barrier barrier) {
        barrier.seal(new StatePart(format, 0, index.seal(), false));
        next.barrier(barrier);
    }

    @Override
    public void flush() {
        next.flush();
    }
}
