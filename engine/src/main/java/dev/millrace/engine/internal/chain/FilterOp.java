package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;
import java.util.function.Predicate;

/** Keeps the events for which the user's predicate holds. */
final class FilterOp extends Receiver {
    private final Predicate<Object> predicate;
    private final Receiver next;

    FilterOp(Predicate<Object> predicate, Receiver next) {
        this.predicate = predicate;
        this.next = next;
    }

    @Override
    public MethodHandle path() {
        return EventPath.onlyIf(predicate, next.path());
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
