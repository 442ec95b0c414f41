package dev.millrace.engine.internal.window;

import dev.millrace.engine.stream.Output;

/**
 * What an operator over windows may do besides. Valid inside the call, as {@link Output} is. Times are epoch milliseconds.
 *
 * @param <R> the events of the stream behind
 */
public interface WindowOutput<R> extends Output<R> {
    /** The time of the event, or timer, that is being processed. */
    long timestamp();

    /** How far event time has come; {@link dev.millrace.engine.internal.chain.Receiver#NO_TIME} before the first watermark. */
    long watermark();

    /** Sends an event that has this time. */
    void emitAt(R event, long timestamp);

    /** Sends an event to those who want late ones. */
    void late(Object event);
}
