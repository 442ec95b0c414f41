package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;
import java.util.function.Consumer;

/** Shows each event to a function, then sends it on. */
final class PeekOp extends Receiver {
    private final Consumer<Object> consumer;
    private final Receiver next;

    PeekOp(Consumer<Object> consumer, Receiver next) {
        this.consumer = consumer;
        this.next = next;
    }

    @Override
    public MethodHandle path() {
        return EventPath.shownTo(consumer, next.path());
    }

    @Override
    public void watermark(long watermark) {
        next.watermark(watermark);
    }

    @Override
    public void barrier(Barrier barrier) {
        next.barrier(barrier);
    }

    @Override
    public void flush() {
        next.flush();
    }
}
