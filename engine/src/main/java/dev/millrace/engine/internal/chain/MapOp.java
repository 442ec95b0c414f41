package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;
import java.util.function.Function;

/** Turns each event into another one. */
final class MapOp extends Receiver {
    private final Function<Object, Object> function;
    private final Receiver next;

    MapOp(Function<Object, Object> function, Receiver next) {
        this.function = function;
        this.next = next;
    }

    @Override
    public MethodHandle path() {
        return EventPath.with(function, next.path());
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
