package dev.millrace.engine.internal.chain;

/** Shows each event to two operators, the left one first. A template, see {@link Receiver}. */
final class BranchOp extends Receiver {
    private final Receiver left;
    private final Receiver right;

    BranchOp(Receiver left, Receiver right) {
        this.left = left;
        this.right = right;
    }

    @Override
    public void accept(Object event, long timestamp) {
        left.accept(event, timestamp);
        right.accept(event, timestamp);
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
