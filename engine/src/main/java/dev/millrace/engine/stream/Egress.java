package dev.millrace.engine.stream;

import dev.millrace.engine.internal.embed.LaneEgress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The end of a stream that a program takes results from: by any of its threads, when it likes. Results wait off the heap, in memory
 * of the engine. Those of one partition stay in order. Make one for each job; {@link Stream#sink(String, Egress)} fills it.
 *
 * <p>While more than its capacity waits, the job's sources read no further. They still end epochs, so everything else goes on;
 * what was under way in the job is added to what waits.
 *
 * <p>Over a crash of the process, what was taken holds:
 *
 * <ul>
 *   <li>One made by {@link #of} gives results at once, neither at most nor at least once: those of the epoch that was not committed come
 *       again, taken or not; of committed epochs, what waited and was not taken is gone.
 *   <li>One made by {@link #ofCommitted} gives a result once its epoch is committed, and each <b>at most once</b>: none will be
 *       computed again, and what was committed and waited, not taken, is gone. It is not exactly once, with a state directory
 *       neither: results that wait are kept in memory alone.
 * </ul>
 *
 * <p>Where not one may be missing and none come twice, use a transactional sink.
 *
 * @param <T> a record, or a single value such as a {@code Long} or a {@code String}
 */
public interface Egress<T> extends AutoCloseable {
    /** What may wait unless it is told otherwise. */
    int DEFAULT_CAPACITY_BYTES = 1 << 20;

    /** The least that may wait. */
    int MIN_CAPACITY_BYTES = 4096;

    /** The most that may wait. */
    int MAX_CAPACITY_BYTES = 1 << 30;

    /** An egress that gives results at once and holds {@link #DEFAULT_CAPACITY_BYTES}. */
    static <T> Egress<T> of(Class<T> type) {
        return of(type, DEFAULT_CAPACITY_BYTES);
    }

    /**
     * An egress that gives results at once.
     *
     * @param capacityBytes from {@link #MIN_CAPACITY_BYTES} to {@link #MAX_CAPACITY_BYTES}; a result takes its size in a page
     *     and 8 bytes
     */
    static <T> Egress<T> of(Class<T> type, int capacityBytes) {
        return new LaneEgress<>(type, capacityBytes, false);
    }

    /** An egress that gives results of committed epochs only, each at most once: a crash loses what waits in it. */
    static <T> Egress<T> ofCommitted(Class<T> type) {
        return ofCommitted(type, DEFAULT_CAPACITY_BYTES);
    }

    /**
     * An egress that gives results of committed epochs only, each at most once: a crash loses what waits in it.
     *
     * @param capacityBytes as for {@link #of(Class, int)}; results of the epoch that is under way count, too
     */
    static <T> Egress<T> ofCommitted(Class<T> type, int capacityBytes) {
        return new LaneEgress<>(type, capacityBytes, true);
    }

    /** Takes a result; null if there is none now. Never waits for the job. */
    @Nullable
    T poll();

    /**
     * Takes a result, and waits for one if there is none. Does not wait for a job to begin.
     *
     * @param atMost how long to wait, by the clock of the engine
     * @return null if there was none all the time, or none will come any more
     * @throws InterruptedException if this thread was interrupted; no result was taken
     */
    @Nullable
    T poll(Duration atMost) throws InterruptedException;

    /** Says whether the job has ended, well or not, and every result was taken. */
    boolean isFinished();

    /** Says that nobody takes results any more: those that wait and those that come are dropped. The job goes on. */
    @Override
    void close();
}
