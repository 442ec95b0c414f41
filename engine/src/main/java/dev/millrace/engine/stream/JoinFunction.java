package dev.millrace.engine.stream;

/**
 * Makes one event of two that belong together.
 *
 * @param <L> events of the left stream
 * @param <R> events of the right stream
 * @param <O> what comes of them; never null
 */
@FunctionalInterface
public interface JoinFunction<L, R, O> {
    /** Called once for each pair. */
    O join(L left, R right);
}
