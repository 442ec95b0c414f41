package dev.millrace.engine.internal.chain;

/**
 * An operator inside a chain: it is pushed events and control from before and pushes both on. Used by the thread that
 * steps the task.
 *
 * <p>Implementations are templates: their class file is defined again as a hidden class for every operator instance, so
 * that each call site sees one class and the JIT inlines the chain into one loop. A template therefore names no
 * class of its own: no lambdas, no inner classes.
 */
public abstract class Receiver {
    /** The timestamp of an event that has none. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /** The watermark behind the last event. */
    public static final long END_OF_TIME = Long.MAX_VALUE;

    /** Takes an event; {@code timestamp} is in epoch milliseconds. */
    public abstract void accept(Object event, long timestamp);

    /** No event with a timestamp up to this one is expected any more. Never goes back. */
    public abstract void watermark(long watermark);

    /** Everything before belongs to the barrier's epoch: seal what is kept, pass the barrier on. */
    public abstract void barrier(Barrier barrier);

    /** Nothing more comes for a while: pass on what lies in partly filled buffers. */
    public abstract void flush();
}
