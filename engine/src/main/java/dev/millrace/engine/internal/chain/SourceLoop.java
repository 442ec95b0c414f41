package dev.millrace.engine.internal.chain;

import dev.millrace.engine.operator.SourceReader;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** Pulls events from a reader and pushes them on. A template, see {@link Receiver}. */
final class SourceLoop extends SourceHead {
    /** A watermark is made each time the count of events is a multiple of this, a power of two. */
    static final int EVENTS_PER_WATERMARK = 1024;

    private static final MethodHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.classData(MethodHandles.lookup(), "_", EventPath.Ends.class)
                    .next();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SourceReader reader;
    private final Receiver next;
    private long eventCount;

    SourceLoop(SourceReader reader, long eventCount, Receiver next) {
        this.reader = reader;
        this.eventCount = eventCount;
        this.next = next;
    }

    @Override
    public int run(int limit) {
        int count = 0;
        while (count < limit && runOne()) {
            count++;
            if ((++eventCount & (EVENTS_PER_WATERMARK - 1)) == 0) {
                next.watermark(Receiver.NO_TIME);
            }
        }
        return count;
    }

    /**
     * A method of its own: the JIT counts the calls of a method and sooner compiles what is called for each event than the
     * loop around it. The first thing to be compiled must be the one that reads the event, or the event is built.
     */
    private boolean runOne() {
        if (!reader.advance()) {
            return false;
        }
        try {
            NEXT.invokeExact(reader.event(), Receiver.NO_TIME);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
        return true;
    }

    @Override
    public long eventCount() {
        return eventCount;
    }

    @Override
    public SourceReader reader() {
        return reader;
    }

    @Override
    public Receiver next() {
        return next;
    }
}
