package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;
import java.util.function.Predicate;

/** Sends each event one of two ways. */
final class SplitOp extends Receiver {
    private final Predicate<Object> predicate;
    private final Receiver matching;
    private final Receiver rest;

    SplitOp(Predicate<Object> predicate, Receiver matching, Receiver rest) {
        this.predicate = predicate;
        this.matching = matching;
        this.rest = rest;
    }

    @Override
    public MethodHandle path() {
        return EventPath.either(predicate, matching.path(), rest.path());
    }

    @Override
    public void watermark(long watermark) {
        matching.watermark(watermark);
        rest.watermark(watermark);
    }

    @Override
    public void barrier(Barrier barrier) {
        matching.barrier(barrier);
        rest.barrier(barrier);
    }

    @Override
    public void flush() {
        matching.flush();
        rest.flush();
    }
}
