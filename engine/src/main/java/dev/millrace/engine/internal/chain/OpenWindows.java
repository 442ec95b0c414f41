package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many windows an operator instance has open, for reports. Written when one is opened or closed, by the thread that steps
 * the task; any thread may read, and then sees numbers that were true, each by itself.
 */
public final class OpenWindows {
    /** The earliest moment if nothing is open. */
    public static final long NONE = Long.MAX_VALUE;

    private static final VarHandle COUNT;
    private static final VarHandle EARLIEST;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            COUNT = lookup.findVarHandle(OpenWindows.class, "count", int.class);
            EARLIEST = lookup.findVarHandle(OpenWindows.class, "earliest", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // through COUNT
    private int count;

    @SuppressWarnings("UnusedVariable") // through EARLIEST
    private long earliest = NONE;

    /** Tells how many there are. */
    public void set(int openCount, long earliestMillis) {
        COUNT.setOpaque(this, openCount);
        EARLIEST.setOpaque(this, earliestMillis);
    }

    /** What is open: windows, slices of them, or sessions. */
    public int count() {
        return (int) COUNT.getOpaque(this);
    }

    /** The moment that the earliest one is known by, in epoch milliseconds; {@link #NONE} if there is none. */
    public long earliestMillis() {
        return (long) EARLIEST.getOpaque(this);
    }
}
