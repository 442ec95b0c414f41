package dev.millrace.engine.internal.chain;

/** The first operator behind a grouping: like a {@link Receiver}, but each event comes with its key's bytes and their hash. */
public abstract class KeyedReceiver {
    /**
     * Takes an event as it lies in a page. Whoever needs the record reads it where it is used up, so that the JIT need not
     * inline across this call to leave the record away.
     *
     * @param eventAddress the fixed part of the event; valid during the call
     * @param page what its offsets are relative to
     * @param keyAddress the key as a blob; valid during the call
     */
    public abstract void accept(long eventAddress, long page, long timestamp, long keyAddress, int keyBytes, long hash);

    /** Reads what {@link #accept} will need first, so that the cache misses of a batch overlap. The result means nothing. */
    public abstract long touch(long timestamp, long hash);

    /** Reads what that led to, where it leads to something, once it was called for a whole batch. The result means nothing. */
    public long touchEntry(long timestamp, long hash) {
        return 0;
    }

    /** See {@link Receiver#watermark}. */
    public abstract void watermark(long watermark);

    /** See {@link Receiver#barrier}. */
    public abstract void barrier(Barrier barrier);

    /** See {@link Receiver#flush}. */
    public abstract void flush();
}
