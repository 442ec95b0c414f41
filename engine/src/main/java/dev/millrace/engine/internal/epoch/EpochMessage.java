package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.runtime.Task;

/** What tasks tell the epoch service. */
sealed interface EpochMessage {
    /** A barrier has gone through a task. */
    record Ack(Task task, Barrier barrier) implements EpochMessage {}

    /** Bytes of a sink; the block is the receiver's to free. */
    record SinkChunk(int sinkId, long epoch, long block, int lengthBytes) implements EpochMessage {}

    /** A source has no more events. */
    record SourceFinished(Task task) implements EpochMessage {}

    /** A task has failed. */
    record Failure(String task, String place, Throwable cause) implements EpochMessage {}

    /** A state is above its budget, and it helps when this epoch ends soon. */
    record EndSoon(long epoch) implements EpochMessage {}

    /** The job shall end with one more commit, and go on behind it another time. */
    record StopAfterCommit() implements EpochMessage {}

    /** The job shall end without a further commit. */
    record Stop() implements EpochMessage {}
}
