package dev.millrace.engine.stream;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The value of the current event's key. Valid inside the call that it was given to, on that thread; a
 * {@link StateAccessException} else.
 *
 * @param <V> the value
 */
public interface ValueState<V> {
    /** The value; the declared initial one if none was set, null if there is neither. */
    @Nullable
    V get();

    /** Sets the value; it must not be null. */
    void set(V value);

    /**
     * Replaces the value by what the function makes of it; one of fixed size is rewritten where it lies. The function must
     * not write to this state itself.
     *
     * @throws IllegalStateException if there is no value and no initial one was declared
     */
    void update(UnaryOperator<V> function);

    /** Forgets the value. */
    void clear();

    /** Says whether a value was set. */
    boolean isPresent();
}
