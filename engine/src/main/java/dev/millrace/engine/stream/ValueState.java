package dev.millrace.engine.stream;

import org.jspecify.annotations.Nullable;

/**
 * The value of the current event's key. Valid inside the call that it was given to, on that thread.
 *
 * @param <V> the value
 */
public interface ValueState<V> {
    /** The value; the declared initial one if none was set, null if there is neither. */
    @Nullable
    V get();

    /** Sets the value; it must not be null. */
    void set(V value);

    /** Forgets the value. */
    void clear();

    /** Says whether a value was set. */
    boolean isPresent();
}
