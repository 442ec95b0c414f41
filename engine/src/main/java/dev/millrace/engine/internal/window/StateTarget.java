package dev.millrace.engine.internal.window;

/** Takes back what a recovered state held. Before the task runs, by the thread that starts the job. */
@FunctionalInterface
public interface StateTarget {
    /**
     * Takes one entry: key and value blobs in memory of the caller.
     *
     * @param isChanged whether the entry has to be written again with the next epoch
     */
    void restore(
            long namespace,
            long keyAddress,
            int keyBytes,
            long hash,
            long valueAddress,
            int valueBytes,
            boolean isChanged);
}
