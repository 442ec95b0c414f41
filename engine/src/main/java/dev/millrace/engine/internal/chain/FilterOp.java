package dev.millrace.engine.internal.chain;

import java.util.function.Predicate;

/** Keeps the events for which the user's predicate holds. A template, see {@link Receiver}. */
final class FilterOp extends Receiver {
    private final Predicate<Object> predicate;
    private final Receiver next;

    FilterOp(Predicate<Object> predicate, Receiver next) {
        this.predicate = predicate;
        this.next = next;
    }

    @Override
    public void accept(Object event, long timestamp) {
        if (predicate.test(event)) {
            next.accept(event, timestamp);
        }
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
