package dev.millrace.engine.internal.chain;

import dev.millrace.serde.FlatCodec;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/**
 * Writes events to pages for the tasks of another chain, some for each in turn. A template, see {@link Receiver}.
 *
 * <p>Turns of several events: a page of its own for each is filled anyway, and to change it each time would cost cache
 * misses.
 */
final class ScatterOp extends Receiver {
    /** A power of two. */
    private static final int EVENTS_PER_TURN = 64;

    private final FlatCodec<Object> codec;
    private final PageWriter pages;
    private final int partitions;

    private int partition;
    private long count;
    private long variableAddress;

    ScatterOp(FlatCodec<Object> codec, PageWriter pages, int partitions) {
        this.codec = codec;
        this.pages = pages;
        this.partitions = partitions;
    }

    @Override
    public MethodHandle path() {
        MethodType size = MethodType.methodType(int.class, Object.class);
        return EventPath.through(
                EventPath.bind(this, "noKey", size),
                EventPath.bind(this, "variableBytes", size),
                EventPath.bind(this, "place", MethodType.methodType(long.class, long.class, int.class, int.class)),
                EventPath.bind(this, "writeEvent", MethodType.methodType(void.class, Object.class, long.class)));
    }

    int noKey(Object event) {
        return 0;
    }

    int variableBytes(Object event) {
        return codec.variableBytes(event);
    }

    long place(long timestamp, int keyBytes, int variableBytes) {
        if ((count++ & (EVENTS_PER_TURN - 1)) == 0) {
            partition = partition + 1 < partitions ? partition + 1 : 0;
        }
        long row = pages.reserve(partition, timestamp, 0, variableBytes);
        variableAddress = pages.variableAddress();
        return row;
    }

    void writeEvent(Object event, long row) {
        codec.write(event, row, pages.page(), variableAddress);
    }

    @Override
    public void watermark(long watermark) {
        pages.watermark(watermark);
    }

    @Override
    public void barrier(Barrier barrier) {
        pages.barrier(barrier);
    }

    @Override
    public void flush() {
        pages.flush();
    }
}
