package dev.millrace.engine.internal.chain;

/**
 * A place inside a chain where what comes may have to wait, in order. While it is not open the task reads no further, and asks
 * it to go on instead: what waits is what one step of the task produced, no more. Used by the thread that steps the task.
 */
public interface Passage extends AutoCloseable {
    /** Whether the task may read further. */
    boolean isDrained();

    /**
     * Brings something that waits to its end, if that can be now.
     *
     * @return whether it could
     */
    boolean drainOne();

    /** Whether what waits may go on because time passes, with nobody waking the task. */
    default boolean waitsForTime() {
        return false;
    }

    @Override
    void close();
}
