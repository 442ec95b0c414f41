package dev.millrace.engine.stream;

/** Which time is meant. */
public enum TimeKind {
    /** The time that events carry, as {@link Stream#eventTime} says. It moves with the events and the watermark. */
    EVENT,
    /** The time of the machine's clock in epoch milliseconds, read once for a batch of events. */
    PROCESSING
}
