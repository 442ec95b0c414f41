package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.epoch.EpochMessage.Ack;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of the epoch that is to be committed next, and of what came early for the one behind it. Used by the epoch thread. */
final class EpochUnderWay {
    private final long epoch;
    private final int sinkCount;
    /** Bytes that sinks added, by epoch and sink: tasks that are ahead write for the next epoch already. */
    private final Map<Long, long[]> sinkBytes;

    private final Map<String, byte[]> positions = new HashMap<>();
    private final Map<String, Long> times = new HashMap<>();
    private final Map<String, Long> counters = new HashMap<>();
    private final Map<String, Long> lastCounters;
    private Map<String, Long> totals = Map.of();
    private int acks;

    EpochUnderWay(long epoch, int sinkCount) {
        this(epoch, sinkCount, new HashMap<>(), Map.of());
    }

    private EpochUnderWay(long epoch, int sinkCount, Map<Long, long[]> sinkBytes, Map<String, Long> lastCounters) {
        this.epoch = epoch;
        this.sinkCount = sinkCount;
        this.sinkBytes = sinkBytes;
        this.lastCounters = lastCounters;
    }

    /** The epoch behind this one. */
    EpochUnderWay next() {
        sinkBytes.remove(epoch);
        return new EpochUnderWay(epoch + 1, sinkCount, sinkBytes, totals);
    }

    void add(Ack ack, @Nullable String source) {
        if (ack.barrier().epoch() != epoch) {
            throw new IllegalStateException("barrier of another epoch: task="
                    + ack.task().name() + ", epoch=" + ack.barrier().epoch() + ", expected=" + epoch);
        }
        acks++;
        if (source != null) {
            positions.put(source, ack.barrier().position());
        }
        // Where partitions saw inputs fall idle at different moments, the furthest counts: no closed window opens
        // again.
        ack.barrier().times().forEach((name, millis) -> times.merge(name, millis, Math::max));
        ack.barrier().counters().forEach((name, value) -> counters.merge(name, value, Long::sum));
    }

    boolean isComplete(int tasks) {
        return acks == tasks;
    }

    void addSinkBytes(long chunkEpoch, int sinkId, int count) {
        sinkBytes.computeIfAbsent(chunkEpoch, e -> new long[sinkCount])[sinkId] += count;
    }

    /** Bytes that each sink added in an epoch. */
    long[] sinkBytes(long ofEpoch) {
        return sinkBytes.getOrDefault(ofEpoch, new long[sinkCount]);
    }

    Map<String, byte[]> positions() {
        return positions;
    }

    Map<String, Long> times() {
        return times;
    }

    /**
     * The counters of the job over all its lives. Sources count from the beginning of their input by themselves.
     *
     * @param base what earlier lives counted
     */
    Map<String, Long> counters(Map<String, Long> base) {
        Map<String, Long> all = new HashMap<>(base);
        counters.forEach((name, value) -> {
            if (name.startsWith("source.")) {
                all.put(name, value);
            } else {
                all.put(name, base.getOrDefault(name, 0L) + value);
            }
        });
        totals = all;
        return new HashMap<>(all);
    }

    /** The counters of the epoch before this one. */
    Map<String, Long> lastCounters() {
        return lastCounters;
    }
}
