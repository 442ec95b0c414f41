package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.serde.FlatCodec;
import java.util.function.LongConsumer;

/**
 * Takes events out of a ring. Its position is how many it took in all lives of the job. A template: each reader is of a
 * class of its own, so that the codec is inlined where the event is used.
 */
final class RingReader extends SourceReader {
    private final EventRing ring;
    private final FlatCodec<Object> codec;
    private final LongConsumer committed;
    private final Runnable whenClosed;
    private long taken;
    /** The event that is next, until the ring is asked again. */
    private long blob;

    /**
     * @param committed told how many events are committed, see {@link #committed}
     * @param whenClosed called before the ring's memory goes
     */
    RingReader(EventRing ring, FlatCodec<Object> codec, LongConsumer committed, Runnable whenClosed) {
        this.ring = ring;
        this.codec = codec;
        this.committed = committed;
        this.whenClosed = whenClosed;
    }

    @Override
    public boolean advance() {
        blob = ring.poll();
        if (blob == BlockAllocator.NONE) {
            return false;
        }
        taken++;
        return true;
    }

    @Override
    public Object event() {
        return codec.readBlob(blob);
    }

    @Override
    public boolean isFinished() {
        return ring.isFinished();
    }

    @Override
    public byte[] position() {
        return IngressPosition.bytes(taken);
    }

    @Override
    public void seek(byte[] position) {
        taken = IngressPosition.check(position);
        committed.accept(taken);
    }

    @Override
    public void committed(byte[] position) {
        committed.accept(IngressPosition.of(position));
    }

    @Override
    public long skippedCount() {
        return 0;
    }

    @Override
    public double progress() {
        return -1;
    }

    @Override
    public String place() {
        return IngressPosition.place(taken);
    }

    @Override
    public void close() {
        whenClosed.run();
        ring.close();
    }
}
