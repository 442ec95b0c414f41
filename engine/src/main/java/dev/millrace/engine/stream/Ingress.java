package dev.millrace.engine.stream;

import dev.millrace.engine.internal.embed.LoggedIngress;
import dev.millrace.engine.internal.embed.RingIngress;
import dev.millrace.engine.operator.Source;
import java.time.Duration;

/**
 * A source that a program feeds: events are offered by any of its threads and wait in a bounded ring off the heap until the
 * job takes them. Events of one thread stay in order.
 *
 * <p>A ring that is full says so: the job is slower than the program, and the program decides what to do. The memory is the
 * engine's, from {@code Engine.run} to the end of the job; one running job reads an ingress at a time.
 *
 * <p>What was offered and not yet committed is lost if the process or the job ends before; the same events are not given
 * again. {@link #committedCount} says how many are safe: a program with a log of its own offers again from there.
 *
 * @param <T> a record, or a single value such as a {@code Long} or a {@code String}
 */
public interface Ingress<T> extends Source<T>, AutoCloseable {
    /** What an ingress holds unless it is told otherwise. */
    int DEFAULT_CAPACITY_BYTES = 1 << 20;

    /** The least it can hold. */
    int MIN_CAPACITY_BYTES = 4096;

    /** The most it can hold. */
    int MAX_CAPACITY_BYTES = 1 << 30;

    /** An ingress that holds {@link #DEFAULT_CAPACITY_BYTES}. */
    static <T> Ingress<T> of(Class<T> type) {
        return of(type, DEFAULT_CAPACITY_BYTES);
    }

    /**
     * An ingress.
     *
     * @param capacityBytes a power of two from {@link #MIN_CAPACITY_BYTES} to {@link #MAX_CAPACITY_BYTES}; an event takes its
     *     size in a page and 8 bytes, up to a multiple of 64, and at most half of this
     */
    static <T> Ingress<T> of(Class<T> type, int capacityBytes) {
        return new RingIngress<>(type, capacityBytes);
    }

    /** An ingress whose events are durable before they are processed, with rings and logs of the usual size. */
    static <T> DurableIngress<T> durable(Class<T> type) {
        return durable(type, DEFAULT_CAPACITY_BYTES, DurableIngress.DEFAULT_LOG_BYTES);
    }

    /**
     * An ingress whose events are durable before they are processed.
     *
     * @param capacityBytes of the ring, as for {@link #of(Class, int)}
     * @param logBytes what the log in the state directory may take, from {@link DurableIngress#MIN_LOG_BYTES} and eight times the ring
     *     to {@link DurableIngress#MAX_LOG_BYTES}
     */
    static <T> DurableIngress<T> durable(Class<T> type, int capacityBytes, long logBytes) {
        return new LoggedIngress<>(type, capacityBytes, logBytes);
    }

    /**
     * Offers an event. Never waits, leaves nothing on the heap.
     *
     * @return false if there is no room now, or no job reads it yet: the event was not taken
     * @throws IllegalStateException if the ingress is closed, or the job that read it has ended
     * @throws IllegalArgumentException if the event is larger than half of the ingress
     */
    boolean offer(T event);

    /**
     * Offers an event, and waits for room if there is none. Does not wait for a job.
     *
     * @param atMost how long to wait, by the clock of the engine
     * @return false if there was no room all the time, or no job reads it yet: the event was not taken
     * @throws InterruptedException if this thread was interrupted; the event was not taken
     * @throws IllegalStateException if the ingress is closed, or the job that read it has ended
     * @throws IllegalArgumentException if the event is larger than half of the ingress
     */
    boolean offer(T event, Duration atMost) throws InterruptedException;

    /** How many of the events that were taken, over all lives of the job, are committed. Any thread may ask. */
    long committedCount();

    /**
     * Ends the stream: what was taken is processed, then the job ends if nothing else feeds it. Offers are refused from now
     * on. Any thread may close; a second call does nothing.
     */
    @Override
    void close();
}
