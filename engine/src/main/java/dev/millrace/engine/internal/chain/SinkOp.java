package dev.millrace.engine.internal.chain;

import dev.millrace.engine.operator.SinkEncoder;
import java.lang.invoke.MethodHandle;

/** Encodes events for a sink. A template, see {@link Receiver}. */
final class SinkOp extends Receiver {
    private final SinkEncoder encoder;
    private final SinkBuffer buffer;
    private final String counter;
    private long count;

    SinkOp(SinkEncoder encoder, SinkBuffer buffer, String counter) {
        this.encoder = encoder;
        this.buffer = buffer;
        this.counter = counter;
    }

    @Override
    public MethodHandle path() {
        return EventPath.into(this, "accept");
    }

    void accept(Object event, long timestamp) {
        int lengthBytes = encoder.encode(event);
        buffer.append(encoder.bytes(), lengthBytes);
        count++;
    }

    @Override
    public void watermark(long watermark) {}

    @Override
    public void barrier(Barrier barrier) {
        barrier.count(counter, count);
        buffer.endEpoch(barrier.epoch());
    }

    @Override
    public void flush() {}
}
