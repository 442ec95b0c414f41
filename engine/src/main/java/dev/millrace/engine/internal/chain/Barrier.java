package dev.millrace.engine.internal.chain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The end of an epoch on its way through one task; collects what the task has to say about it. Used by the thread that
 * steps the task, then handed to the epoch service.
 */
public final class Barrier {
    private final long epoch;
    private final boolean isLast;
    private final List<StatePart> parts = new ArrayList<>();
    private final Map<String, Long> counters = new HashMap<>();
    private final Map<String, Long> times = new HashMap<>();
    private byte[] position = new byte[0];
    private long stallNanos;
    private int holds;

    /** @param isLast whether nothing comes behind it */
    public Barrier(long epoch, boolean isLast) {
        this.epoch = epoch;
        this.isLast = isLast;
    }

    public long epoch() {
        return epoch;
    }

    public boolean isLast() {
        return isLast;
    }

    /** Hands over sealed state; whoever reads the parts releases them. */
    public void seal(StatePart part) {
        parts.add(part);
    }

    /** Says that it waits behind something: it has not come through before it is {@linkplain #letGo let go}. */
    public void hold() {
        holds++;
    }

    /** Says that it waits no more where it was held. */
    public void letGo() {
        holds--;
    }

    public boolean isHeld() {
        return holds > 0;
    }

    /** Gives back what was sealed: the barrier did not come through. */
    public void abandon() {
        parts.forEach(StatePart::release);
    }

    /** Adds to a counter of the job. */
    public void count(String counter, long value) {
        counters.merge(counter, value, Long::sum);
    }

    /** Notes where the source goes on. */
    public void notePosition(byte[] sourcePosition) {
        position = sourcePosition;
    }

    /** Where the source goes on; empty in a task without one. */
    public byte[] position() {
        return position;
    }

    /** Notes how long the task did nothing but bring the barrier through. */
    public void noteStall(long nanos) {
        stallNanos = nanos;
    }

    /** How long the task did nothing but bring the barrier through, in nanoseconds. */
    public long stallNanos() {
        return stallNanos;
    }

    /** Notes where event time stands. */
    void noteTime(String name, long latestMillis, long watermarkMillis) {
        times.put(latestName(name), latestMillis);
        times.put(watermarkName(name), watermarkMillis);
    }

    /** Notes up to where an operator has closed its windows. */
    public void noteWatermark(String name, long watermarkMillis) {
        times.put(watermarkName(name), watermarkMillis);
    }

    /** Notes a moment that is needed again after a recovery, under a name of its own. */
    public void noteMoment(String name, long millis) {
        times.put(name, millis);
    }

    /** The name under which the latest event time is kept. */
    public static String latestName(String name) {
        return name + ".latest";
    }

    /** The name under which the watermark is kept. */
    public static String watermarkName(String name) {
        return name + ".watermark";
    }

    public List<StatePart> parts() {
        return parts;
    }

    public Map<String, Long> counters() {
        return counters;
    }

    public Map<String, Long> times() {
        return times;
    }
}
