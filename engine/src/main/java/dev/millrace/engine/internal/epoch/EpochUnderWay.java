package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.epoch.EpochMessage.Ack;
import dev.millrace.engine.internal.runtime.Task;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of an epoch that was asked for and is not committed. Used by the epoch thread. */
final class EpochUnderWay {
    private final long requestedAtNanos;
    private final Map<String, byte[]> positions = new HashMap<>();
    private final Map<String, Long> times = new HashMap<>();
    private final Map<String, Long> counters = new HashMap<>();
    private final Set<Task> answered = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean isLate;

    EpochUnderWay(long requestedAtNanos) {
        this.requestedAtNanos = requestedAtNanos;
    }

    void add(Ack ack, @Nullable String source) {
        if (!answered.add(ack.task())) {
            throw new IllegalStateException("task answers an epoch twice: task="
                    + ack.task().name() + ", epoch=" + ack.barrier().epoch());
        }
        if (source != null) {
            positions.put(source, ack.barrier().position());
        }
        // Where partitions saw inputs fall idle at different moments, the furthest counts: no closed window opens
        // again.
        ack.barrier().times().forEach((name, millis) -> times.merge(name, millis, Math::max));
        ack.barrier().counters().forEach((name, value) -> counters.merge(name, value, Long::sum));
    }

    boolean isComplete(int tasks) {
        return answered.size() == tasks;
    }

    /** The names of the tasks that have not answered. */
    List<String> waitingFor(List<Task> tasks) {
        return tasks.stream()
                .filter(task -> !answered.contains(task))
                .map(Task::name)
                .toList();
    }

    long requestedAtNanos() {
        return requestedAtNanos;
    }

    boolean isLate() {
        return isLate;
    }

    void noteLate() {
        isLate = true;
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
        return all;
    }
}
