package dev.millrace.engine.internal.chain;

/** Where filled pages go, and the control between them. Called once per page or control, in the order of the stream. */
public interface PageTarget {
    /** The number of partitions. */
    int partitions();

    /**
     * Takes over a page; if it throws, the page stays the caller's.
     *
     * @return a page to go on with, or 0 if the writer must allocate one
     */
    long send(int partition, long page);

    /** Passes a watermark on to every partition. */
    void watermark(long watermark);

    /** Passes a barrier on to every partition. */
    void barrier(Barrier barrier);

    /** Says that nothing more comes for a while. */
    void flush();
}
