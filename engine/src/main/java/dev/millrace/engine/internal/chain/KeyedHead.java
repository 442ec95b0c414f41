package dev.millrace.engine.internal.chain;

/** The beginning of a chain behind a grouping. Used by the thread that steps the task. */
public abstract class KeyedHead {
    /** Pushes the events of a page through the chain. The page stays the caller's. */
    public abstract void process(long page);

    /** What the events go to; control goes there directly. */
    public abstract KeyedReceiver next();
}
