package dev.millrace.engine.internal.chain;

import dev.millrace.engine.stream.Emitter;
import dev.millrace.engine.stream.FlatMapFunction;
import dev.millrace.engine.stream.SideOutput;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * Calls a function that makes several events of one. It is itself what the function emits to, so that the JIT knows its
 * class. A template, see {@link Receiver}.
 *
 * <p>Its side way is one handle of type {@code (int output, Object event, long timestamp) -> void}: a switch over constants
 * is inlined, an array of handles is not.
 */
final class FlatMapOp extends Receiver implements Emitter<Object> {
    private static final MethodHandle NEXT;
    private static final MethodHandle SIDE;

    static {
        try {
            EventPath.Ends ends = MethodHandles.classData(MethodHandles.lookup(), "_", EventPath.Ends.class);
            NEXT = ends.next();
            SIDE = ends.late();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final FlatMapFunction<Object, Object> function;
    private final SideOutput<?>[] outputs;
    /** Behind the function, then behind each side output, then where tags lead that nobody reads. */
    private final Receiver[] receivers;

    private long timestamp;
    private boolean isInside;

    FlatMapOp(FlatMapFunction<Object, Object> function, SideOutput<?>[] outputs, Receiver[] receivers) {
        this.function = function;
        this.outputs = outputs;
        this.receivers = receivers;
    }

    @Override
    public MethodHandle path() {
        return EventPath.into(this, "accept");
    }

    void accept(Object event, long eventTimestamp) {
        timestamp = eventTimestamp;
        isInside = true;
        function.on(event, this);
        isInside = false;
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

    @Override
    public <S> void emit(SideOutput<S> output, S event) {
        checkInside();
        int i = 0;
        while (i < outputs.length && outputs[i] != output) {
            i++;
        }
        try {
            SIDE.invokeExact(i, (Object) event, timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    private void checkInside() {
        if (!isInside) {
            throw outside();
        }
    }

    private static IllegalStateException outside() {
        return new IllegalStateException("an emitter is only there inside the call that it was given to");
    }

    @Override
    public void watermark(long watermark) {
        for (Receiver receiver : receivers) {
            receiver.watermark(watermark);
        }
    }

    @Override
    public void barrier(Barrier barrier) {
        for (Receiver receiver : receivers) {
            receiver.barrier(barrier);
        }
    }

    @Override
    public void flush() {
        for (Receiver receiver : receivers) {
            receiver.flush();
        }
    }
}
