package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;

/** The end of a stream that nobody reads: counts what arrives. A template, see {@link Receiver}. */
final class CountingEnd extends Receiver {
    private final String counter;
    private long count;

    CountingEnd(String counter) {
        this.counter = counter;
    }

    @Override
    public MethodHandle path() {
        return EventPath.into(this, "accept");
    }

    void accept(Object event, long timestamp) {
        count++;
    }

    @Override
    public void watermark(long watermark) {}

    @Override
    public void barrier(Barrier barrier) {
        barrier.count(counter, count);
    }

    @Override
    public void flush() {}
}
