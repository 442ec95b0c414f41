package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;

/**
 * An operator inside a chain: it is pushed events and control from before and pushes both on. Used by the thread that
 * steps the task.
 *
 * <p>Implementations with logic on the data path are templates: their class file is defined again as a hidden class for
 * every operator instance, so that each call site sees one class. A template therefore names no class of its own: no
 * lambdas, no inner classes.
 */
public abstract class Receiver {
    /** The timestamp of an event that has none. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /** The watermark behind the last event. */
    public static final long END_OF_TIME = Long.MAX_VALUE;

    /**
     * The way of an event through this operator and those behind it: {@code (Object event, long timestamp) -> void}, with
     * the timestamp in epoch milliseconds. A caller on the data path has it as a constant, see {@link EventPath}.
     */
    public abstract MethodHandle path();

    /** No event with a timestamp up to this one is expected any more. Never goes back. */
    public abstract void watermark(long watermark);

    /** Everything before belongs to the barrier's epoch: seal what is kept, pass the barrier on. */
    public abstract void barrier(Barrier barrier);

    /** Nothing more comes for a while: pass on what lies in partly filled buffers. */
    public abstract void flush();
}
