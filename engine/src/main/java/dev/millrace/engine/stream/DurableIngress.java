package dev.millrace.engine.stream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * An {@link Ingress} whose events are in a log in the state directory before the job sees them. What is durable is processed
 * exactly once, also if the process dies: a job that starts again takes it from the log, from where its last committed epoch
 * ended.
 *
 * <p>An offer takes an event into memory. A thread of the ingress writes what has come since to the log, forces it, and only then
 * says that it is durable: events that come together share a force. {@link #awaitDurable} and {@link #whenDurable} tell of all
 * events that were taken before the call, by any thread. An event that was taken and not yet durable when the process or the job
 * ended is processed once or never; nobody was told that it is safe.
 *
 * <p>The log is bounded. When it is full, which means that the job does not come after, offers say so until an epoch is
 * committed and makes room. Its files are below {@code ingress} in the state directory; those that only hold committed events go.
 *
 * <p>Unlike a plain ingress, this one is read by one job, once: for the next run of the pipeline make another one. If the type of
 * the events changes while events wait in the log, they are refused; let the job come to an end first.
 *
 * @param <T> a record, or a single value such as a {@code Long} or a {@code String}
 */
public interface DurableIngress<T> extends Ingress<T> {
    /** What the log holds unless it is told otherwise. */
    long DEFAULT_LOG_BYTES = 64L << 20;

    /** The least that the log can hold; it also holds at least eight times the ring. */
    long MIN_LOG_BYTES = 1L << 20;

    /** The most that the log can hold. */
    long MAX_LOG_BYTES = 1L << 36;

    /**
     * Completes once every event that was taken before this call is durable. Completes with an {@link IllegalStateException} if the job
     * ended before. What depends on it runs on the thread that writes the log: it should not block.
     */
    CompletableFuture<Void> whenDurable();

    /**
     * Waits until every event that was taken before this call is durable.
     *
     * @throws TimeoutException if it takes longer; the events may become durable later
     * @throws IllegalStateException if the job ended before; the events may be lost
     * @throws InterruptedException if this thread was interrupted; the events may become durable later
     */
    void awaitDurable(Duration atMost) throws InterruptedException, TimeoutException;

    /** How many events are durable, over all lives of the job. Any thread may ask. */
    long durableCount();
}
