package dev.millrace.engine.internal.error;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.Receiver;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Shows each event to a function, unless that fails. A template, see {@link Receiver}.
 *
 * <p>What the function throws is answered here, what operators behind throw is not: the event goes on outside of the try.
 */
final class GuardedPeekOp extends Receiver {
    private static final MethodHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.classData(MethodHandles.lookup(), "_", EventPath.Ends.class)
                    .next();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Consumer<Object> consumer;
    /** The same as a function, for further tries. */
    private final Function<Object, Object> again;

    private final ErrorGuard guard;
    private final Receiver[] receivers;

    GuardedPeekOp(Consumer<Object> consumer, Function<Object, Object> again, ErrorGuard guard, Receiver[] receivers) {
        this.consumer = consumer;
        this.again = again;
        this.guard = guard;
        this.receivers = receivers;
    }

    @Override
    public MethodHandle path() {
        return EventPath.into(MethodHandles.lookup(), this, "accept");
    }

    void accept(Object event, long timestamp) {
        try {
            consumer.accept(event);
        } catch (Exception e) { // whatever a function throws, the policy answers it
            if (!guard.answers(e)) {
                throw e;
            }
            failed(event, timestamp, e);
            return;
        }
        send(event, timestamp);
    }

    private void failed(Object event, long timestamp, Exception problem) {
        if (!guard.isSkipped(guard.again(again, event, problem), timestamp)) {
            send(event, timestamp);
        }
    }

    private static void send(Object event, long timestamp) {
        try {
            NEXT.invokeExact(event, timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
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
