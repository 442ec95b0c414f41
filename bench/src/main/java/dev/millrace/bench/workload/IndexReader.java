package dev.millrace.bench.workload;

import dev.millrace.engine.operator.SourceReader;
import java.nio.ByteBuffer;

/**
 * A source whose events are functions of their index. Each workload has a class of its own, so that the JIT sees one
 * {@link #event} in each chain.
 */
abstract class IndexReader extends SourceReader {
    /** The index behind the last event. */
    protected long index;

    private final long events;
    private final long eventsPerSecond;
    private long startNanos = -1;

    /** With the number of events, and the rate of an open loop or 0. */
    IndexReader(long events, long eventsPerSecond) {
        this.events = events;
        this.eventsPerSecond = eventsPerSecond;
    }

    /** Whether there is another event. */
    protected final boolean hasNext() {
        return index < events;
    }

    /** Goes to the next event, if there is one. */
    protected final boolean goOn() {
        if (!hasNext()) {
            return false;
        }
        index++;
        return true;
    }

    /** When the next event is due by the clock of {@link System#nanoTime}. The first call starts the loop. */
    protected final long dueNanos() {
        if (startNanos < 0) {
            startNanos = System.nanoTime();
        }
        return startNanos + (long) (index * 1e9 / eventsPerSecond);
    }

    @Override
    public boolean isFinished() {
        return index >= events;
    }

    @Override
    public byte[] position() {
        return ByteBuffer.allocate(Long.BYTES).putLong(index).array();
    }

    @Override
    public void seek(byte[] position) {
        index = ByteBuffer.wrap(position).getLong();
    }

    @Override
    public long skippedCount() {
        return 0;
    }

    @Override
    public double progress() {
        return (double) index / events;
    }

    @Override
    public String place() {
        return "index=" + index;
    }

    @Override
    public void close() {}
}
