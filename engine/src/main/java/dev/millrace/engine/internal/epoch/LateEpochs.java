package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.EpochStatistics;
import dev.millrace.engine.LateEpoch;
import dev.millrace.engine.internal.runtime.Task;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Epochs that were not complete for a long time, the last few of them with the tasks that they waited for. Used by the epoch thread. */
final class LateEpochs {
    /** After this an epoch that is not complete is late. */
    static final long LATE_NANOS = 60_000_000_000L;

    private final Deque<LateEpoch> last = new ArrayDeque<>();
    private long count;

    /**
     * Looks at the first epoch under way.
     *
     * @return whether it is late and was not before
     */
    boolean note(long epoch, EpochUnderWay first, long nowNanos, List<Task> tasks) {
        long afterNanos = nowNanos - first.requestedAtNanos();
        if (first.isLate() || afterNanos < LATE_NANOS) {
            return false;
        }
        first.noteLate();
        count++;
        if (last.size() == EpochStatistics.MAX_LATE) {
            last.removeFirst();
        }
        last.add(new LateEpoch(epoch, Duration.ofNanos(afterNanos), first.waitingFor(tasks)));
        return true;
    }

    /** How long until an epoch that is under way may be late. */
    static long waitNanos(EpochUnderWay first, long nowNanos) {
        return first.isLate() ? LATE_NANOS : first.requestedAtNanos() + LATE_NANOS - nowNanos;
    }

    List<LateEpoch> last() {
        return List.copyOf(last);
    }

    long count() {
        return count;
    }
}
