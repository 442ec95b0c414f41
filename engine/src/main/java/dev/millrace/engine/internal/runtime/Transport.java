package dev.millrace.engine.internal.runtime;

/** The seam through which tasks reach each other. Today: memory. */
@FunctionalInterface
public interface Transport {
    /**
     * Makes a channel between two tasks.
     *
     * @param entries what a producer may be ahead, in pages and control
     */
    Channel channel(String fromTask, String toTask, int entries);

    /** Channels inside this process. */
    static Transport inProcess() {
        return (fromTask, toTask, entries) -> new Channel(entries);
    }
}
