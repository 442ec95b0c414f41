package dev.millrace.engine.internal.chain;

/** Shows each keyed event to two operators, the left one first. A template, see {@link Receiver}. */
final class KeyedBranchOp extends KeyedReceiver {
    private final KeyedReceiver left;
    private final KeyedReceiver right;

    KeyedBranchOp(KeyedReceiver left, KeyedReceiver right) {
        this.left = left;
        this.right = right;
    }

    @Override
    public void accept(long eventAddress, long page, long timestamp, long keyAddress, int keyBytes, long hash) {
        left.accept(eventAddress, page, timestamp, keyAddress, keyBytes, hash);
        right.accept(eventAddress, page, timestamp, keyAddress, keyBytes, hash);
    }

    @Override
    public long touch(long timestamp, long hash) {
        return left.touch(timestamp, hash) + right.touch(timestamp, hash);
    }

    @Override
    public long touchEntry(long timestamp, long hash) {
        return left.touchEntry(timestamp, hash) + right.touchEntry(timestamp, hash);
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
