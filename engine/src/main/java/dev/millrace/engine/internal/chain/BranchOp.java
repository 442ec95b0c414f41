package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;

/** Shows each event to two operators, the left one first. */
final class BranchOp extends Receiver {
    private final Receiver left;
    private final Receiver right;

    BranchOp(Receiver left, Receiver right) {
        this.left = left;
        this.right = right;
    }

    @Override
    public MethodHandle path() {
        return EventPath.both(left.path(), right.path());
    }

    @Override
    public void watermark(long watermark) {
        left.watermark(watermark);
        right.watermark(watermark);
    }

    @Override
    public void barrier(Barrier barrier) {
        left.barrier(barrier);
        right.barrier(barrier);
    }

    @Override
    public void flush() {
        left.flush();
        right.flush();
    }
}
