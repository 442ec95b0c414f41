package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.serde.FlatCodec;

/**
 * Takes events out of the log of an ingress once they are durable. Its position is the number of the last one it took. A template:
 * each reader is of a class of its own, so that the codec is inlined where the event is used.
 */
final class LoggedReader extends SourceReader {
    private final IngressWriter writer;
    private final IngressLogReader log;
    private final FlatCodec<Object> codec;
    private final Scratch scratch;
    private final Runnable whenClosed;

    private boolean hasStarted;
    private boolean isClosed;
    private long taken;
    private int entriesLeft;
    private int entry;
    /** The event that was advanced to. */
    private long blob;

    /** @param whenClosed called once the writer has stopped */
    LoggedReader(
            IngressWriter writer,
            IngressLogReader log,
            FlatCodec<Object> codec,
            BlockAllocator memory,
            Runnable whenClosed) {
        this.writer = writer;
        this.log = log;
        this.codec = codec;
        this.scratch = new Scratch(memory);
        this.whenClosed = whenClosed;
    }

    @Override
    public boolean advance() {
        if (entriesLeft == 0 && !nextBatch()) {
            return false;
        }
        byte[] batch = log.batch();
        int blobBytes = IngressFormat.blobBytes(batch, entry);
        blob = scratch.ofAtLeast(blobBytes);
        Memory.copyFrom(batch, entry + IngressFormat.ENTRY_HEADER_BYTES, blob, blobBytes);
        entry += IngressFormat.ENTRY_HEADER_BYTES + blobBytes;
        entriesLeft--;
        taken++;
        return true;
    }

    private boolean nextBatch() {
        if (!hasStarted) {
            hasStarted = true;
            writer.start(taken);
        }
        if (taken >= writer.durableCount()) {
            writer.check();
            return false;
        }
        log.read(taken + 1);
        byte[] batch = log.batch();
        entry = IngressFormat.BATCH_HEADER_BYTES;
        entriesLeft = IngressFormat.count(batch, 0);
        for (long number = IngressFormat.firstNumber(batch, 0); number <= taken; number++) {
            entry += IngressFormat.ENTRY_HEADER_BYTES + IngressFormat.blobBytes(batch, entry);
            entriesLeft--;
        }
        return true;
    }

    @Override
    public Object event() {
        return codec.readBlob(blob);
    }

    @Override
    public boolean isFinished() {
        return writer.hasEnded() && taken >= writer.durableCount();
    }

    @Override
    public byte[] position() {
        return IngressPosition.bytes(taken);
    }

    @Override
    public void seek(byte[] position) {
        taken = IngressPosition.check(position);
        writer.resumeBehind(taken);
    }

    @Override
    public void committed(byte[] position) {
        writer.committed(IngressPosition.of(position));
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
        if (!isClosed) {
            isClosed = true;
            writer.close();
            whenClosed.run();
            log.close();
            scratch.close();
        }
    }
}
