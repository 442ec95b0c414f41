package dev.millrace.engine.internal.embed;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.serde.FlatCodec;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** Writes events for a program to take. A template, see {@link Receiver}. */
final class EgressOp extends Receiver {
    private final FlatCodec<Object> codec;
    private final LaneEgress<?> egress;
    private final EgressLane lane;
    private final String counter;
    private long count;

    EgressOp(FlatCodec<Object> codec, LaneEgress<?> egress, EgressLane lane, String counter) {
        this.codec = codec;
        this.egress = egress;
        this.lane = lane;
        this.counter = counter;
    }

    @Override
    public MethodHandle path() {
        return EventPath.into(MethodHandles.lookup(), this, "accept");
    }

    void accept(Object event, long timestamp) {
        count++;
        if (!egress.isClosed()) {
            codec.writeBlob(event, lane.claim(codec.blobBytes(event)));
            lane.publish();
        }
    }

    @Override
    public void watermark(long watermark) {}

    @Override
    public void barrier(Barrier barrier) {
        barrier.count(counter, count);
        lane.endEpoch(barrier.epoch());
    }

    @Override
    public void flush() {}
}
