package dev.millrace.engine.internal.chain;

import dev.millrace.serde.FlatCodec;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** Takes events without keys out of pages. A template, see {@link Receiver}. */
final class GatherOp extends KeyedReceiver {
    private static final MethodHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.classData(MethodHandles.lookup(), "_", EventPath.Ends.class)
                    .next();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final FlatCodec<Object> codec;
    private final Receiver next;

    GatherOp(FlatCodec<Object> codec, Receiver next) {
        this.codec = codec;
        this.next = next;
    }

    @Override
    public void accept(long eventAddress, long page, long timestamp, long keyAddress, int keyBytes, long hash) {
        try {
            NEXT.invokeExact(codec.read(eventAddress, page), timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    @Override
    public long touch(long timestamp, long hash) {
        return 0;
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
