package dev.millrace.engine.internal.chain;

import dev.millrace.engine.operator.SourceReader;

/** The beginning of a chain that reads a source. Used by the thread that steps the task. */
public abstract class SourceHead {
    /**
     * Reads up to {@code limit} events and pushes them through the chain.
     *
     * @return how many there were; fewer than the limit if the source has no more now
     */
    public abstract int run(int limit);

    /** Events read since the beginning of the input, over all lives of the job. */
    public abstract long eventCount();

    public abstract SourceReader reader();

    /** What the events go to. */
    public abstract Receiver next();
}
