package dev.millrace.engine.internal.runtime;

/** The seam through which tasks reach each other. Today: memory. */
@FunctionalInterface
public interface Transport {
    /** Entries of a channel: what a producer may be ahead, in pages and control. */
    int CHANNEL_ENTRIES = 16;

    /** Makes a channel between two tasks. */
    Channel channel(String fromTask, String toTask);

    /** Channels inside this process. */
    static Transport inProcess() {
        return (fromTask, toTask) -> new Channel(CHANNEL_ENTRIES);
    }
}
