package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;
import java.util.function.Consumer;

/** Ends a stream in a function of the program. A template, see {@link Receiver}. */
final class CallbackOp extends Receiver {
    private final Consumer<Object> consumer;
    private final String counter;
    private long count;

    CallbackOp(Consumer<Object> consumer, String counter) {
        this.consumer = consumer;
        this.counter = counter;
    }

    @Override
    public MethodHandle path() {
        return EventPath.into(this, "accept");
    }

    void accept(Object event, long timestamp) {
        consumer.accept(event);
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
