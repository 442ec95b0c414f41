package dev.millrace.engine.internal.miss;

/** What tasks whose state is not all in memory ask of the job's epochs. Any thread may call; no method waits. */
public interface EpochPort {
    /** What was sealed for epochs up to this one can be read from the store. Never goes back. */
    long readableEpoch();

    /**
     * Says that a state is larger than its budget and that too little of it is readable elsewhere: the sooner this epoch ends,
     * the better.
     *
     * @param epoch the one that the task is in
     * @param isFarAbove whether sources should not read on before this epoch is readable
     */
    void tooLittleReadable(long epoch, boolean isFarAbove);
}
