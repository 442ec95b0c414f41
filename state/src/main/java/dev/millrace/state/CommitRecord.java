package dev.millrace.state;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is committed with an epoch beside its state: all that a successor needs to go on behind it. {@link CommitRecordCodec} says how
 * it is written. The maps are copied and sorted; the arrays in them are not copied, and nobody may change them.
 *
 * @param epoch the epoch
 * @param isFinished whether the job ended with this epoch
 * @param sourcePositions where each source goes on, by name, in the source's own terms
 * @param sinkLengths how much of each sink's output is committed, by name, in the sink's own unit
 * @param states the states that have entries, by name
 * @param counters totals for summaries, by name
 * @param watermarks the watermark of each source or task, by name, in epoch milliseconds
 */
public record CommitRecord(
        long epoch,
        boolean isFinished,
        Map<String, byte[]> sourcePositions,
        Map<String, Long> sinkLengths,
        Map<String, StateSchema> states,
        Map<String, Long> counters,
        Map<String, Long> watermarks) {
    public CommitRecord {
        if (epoch < 1) {
            throw new IllegalArgumentException("epochs start at 1: epoch=" + epoch);
        }
        sourcePositions = Collections.unmodifiableMap(new TreeMap<>(sourcePositions));
        sinkLengths = Collections.unmodifiableMap(new TreeMap<>(sinkLengths));
        states = Collections.unmodifiableMap(new TreeMap<>(states));
        counters = Collections.unmodifiableMap(new TreeMap<>(counters));
        watermarks = Collections.unmodifiableMap(new TreeMap<>(watermarks));
    }

    /** A record of an epoch with nothing in it. */
    public static CommitRecord of(long epoch) {
        return new CommitRecord(epoch, false, Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** The same with other states. */
    public CommitRecord states(Map<String, StateSchema> others) {
        return new CommitRecord(epoch, isFinished, sourcePositions, sinkLengths, others, counters, watermarks);
    }

    /** The record as bytes. */
    public ByteBuffer encode() {
        return CommitRecordCodec.encode(this);
    }

    /** The record that bytes hold; the buffer is not moved. */
    public static CommitRecord decode(ByteBuffer bytes) {
        return CommitRecordCodec.decode(bytes);
    }
}
