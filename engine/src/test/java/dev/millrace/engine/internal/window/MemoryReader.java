package dev.millrace.engine.internal.window;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.serde.FlatCodec;

/**
 * An endless source that decodes records from memory, round and round. A template, as real readers are.
 *
 * <p>The first component of its records is a time in epoch milliseconds, which it moves on with each event.
 */
final class MemoryReader extends SourceReader {
    /** Not 1970-01-01T00:00Z: that one Instant is a constant of the JDK, which escape analysis cannot join with new ones. */
    private static final long FIRST_MILLIS = 1_000_000_000_000L;

    /** As many events as a pause comes after: a source that waits now and then must not make garbage either. */
    private static final long EVENTS_PER_PAUSE = 1000;

    private final FlatCodec<Object> codec;
    private final long records;
    private final int recordCount;
    private long eventCount;
    private boolean isPaused;

    MemoryReader(FlatCodec<Object> codec, long records, int recordCount) {
        this.codec = codec;
        this.records = records;
        this.recordCount = recordCount;
    }

    @Override
    public boolean advance() {
        isPaused = !isPaused && eventCount % EVENTS_PER_PAUSE == EVENTS_PER_PAUSE - 1;
        if (isPaused) {
            return false;
        }
        eventCount++;
        return true;
    }

    @Override
    public Object event() {
        long record = records + (eventCount % recordCount) * codec.fixedBytes();
        Memory.putLong(record, FIRST_MILLIS + eventCount - 1);
        return codec.readBlob(record);
    }

    @Override
    public boolean isFinished() {
        return false;
    }

    @Override
    public byte[] position() {
        return new byte[0];
    }

    @Override
    public void seek(byte[] position) {}

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
        return "event=" + eventCount;
    }

    @Override
    public void close() {}
}
