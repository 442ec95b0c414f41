package dev.millrace.engine.internal.epoch;

/** The names under which a commit record says how far outputs are durable. */
public final class SinkCounters {
    /** The epoch up to which no output needs anything from the log. */
    public static final String DURABLE_EPOCH = "sinks.durableEpoch";

    private SinkCounters() {}

    /** How many bytes of a sink's output are durable. */
    public static String durableBytesOf(String sink) {
        return "sink." + sink + ".durableBytes";
    }

    /** The number under which an output that is no file knows this state. */
    static String ownerOf(String sink) {
        return "sink." + sink + ".owner";
    }

    /** Which number a sink has in the parts of the log. */
    static String numberOf(String sink) {
        return "sink." + sink + ".number";
    }
}
