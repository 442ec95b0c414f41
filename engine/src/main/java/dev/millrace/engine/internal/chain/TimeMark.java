package dev.millrace.engine.internal.chain;

import dev.millrace.engine.stream.WatermarkStrategy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where the event time of a stream stands, told when the watermark was asked for. Written by the thread that steps the source;
 * any thread may read, and then sees moments that were true, each by itself.
 */
public final class TimeMark {
    private static final VarHandle LATEST;
    private static final VarHandle WATERMARK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LATEST = lookup.findVarHandle(TimeMark.class, "latestMillis", long.class);
            WATERMARK = lookup.findVarHandle(TimeMark.class, "watermarkMillis", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final WatermarkStrategy<?> strategy;

    @SuppressWarnings("UnusedVariable") // through LATEST
    private long latestMillis;

    @SuppressWarnings("UnusedVariable") // through WATERMARK
    private long watermarkMillis;

    /** @param name under which the place is kept */
    public TimeMark(String name, WatermarkStrategy<?> strategy) {
        this.name = name;
        this.strategy = strategy;
        set(Receiver.NO_TIME, Receiver.NO_TIME);
    }

    public String name() {
        return name;
    }

    public WatermarkStrategy<?> strategy() {
        return strategy;
    }

    /** Tells where it stands. */
    public void set(long latest, long watermark) {
        LATEST.setOpaque(this, latest);
        WATERMARK.setOpaque(this, watermark);
    }

    /** The latest time of an event, or {@link Receiver#NO_TIME}. */
    public long latestMillis() {
        return (long) LATEST.getOpaque(this);
    }

    /** The watermark, or {@link Receiver#NO_TIME}. */
    public long watermarkMillis() {
        return (long) WATERMARK.getOpaque(this);
    }
}
