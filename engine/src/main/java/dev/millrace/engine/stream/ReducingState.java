package dev.millrace.engine.stream;

import org.jspecify.annotations.Nullable;

/**
 * The value of the current event's key to which others are added. Valid inside the call that it was given to, on that
 * thread; a {@link StateAccessException} else.
 *
 * @param <T> the value, and what is added to it
 */
public interface ReducingState<T> {
    /** Joins a value with what is there; one of fixed size is rewritten where it lies. */
    void add(T value);

    /** What was added, reduced; null if nothing was. */
    @Nullable
    T get();

    /** Forgets what was added. */
    void clear();

    /** Says whether something was added. */
    boolean isPresent();
}
