package dev.millrace.engine.stream;

/**
 * User logic over two streams with the same keys, which share their state: a class, a record of its states best, as a
 * {@link KeyedProcess} is. Given to {@link JoinedStreams#process}.
 *
 * <p>There is one object for each instance of the operator, used by one thread at a time.
 *
 * @param <K> the key
 * @param <L> events of the left stream
 * @param <R> events of the right stream
 * @param <O> the output
 */
public interface KeyedCoProcess<K, L, R, O> {
    /** Called once per event of the left stream, in the order of each sender. How the streams are mixed is not fixed. */
    void onLeft(L event, Output<O> out);

    /** Called once per event of the right stream. */
    void onRight(R event, Output<O> out);

    /** Called when a timer is due that was set through {@link Output}, the earliest first. */
    default void onTimer(K key, Timer timer, Output<O> out) {
        throw new IllegalStateException(
                "a timer is due and nobody answers it: timer=" + timer + "; implement onTimer, or set none");
    }
}
