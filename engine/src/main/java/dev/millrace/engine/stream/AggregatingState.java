package dev.millrace.engine.stream;

/**
 * The aggregate of the current event's key. Valid inside the call that it was given to, on that thread; a
 * {@link StateAccessException} else.
 *
 * @param <T> what is added
 * @param <A> the aggregate
 */
public interface AggregatingState<T, A> {
    /** Adds an element; an aggregate of fixed size is rewritten where it lies. */
    void add(T element);

    /** The aggregate; its initial value if nothing was added. */
    A get();

    /** Forgets what was added. */
    void clear();

    /** Says whether something was added. */
    boolean isPresent();
}
