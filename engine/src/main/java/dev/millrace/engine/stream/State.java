package dev.millrace.engine.stream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Declares what an operator keeps per key. */
public final class State {
    private State() {}

    /**
     * One value per key, absent until it is set.
     *
     * @param name unique in the pipeline; state on disk is found by it
     * @param type a record, or a single value such as {@code boolean.class} or {@code Long.class}
     */
    public static <V> Value<V> value(String name, Class<V> type) {
        return new Value<>(name, type, null);
    }

    /**
     * One value per key.
     *
     * @param name unique in the pipeline; state on disk is found by it
     * @param type a record, or a single value such as {@code boolean.class} or {@code Long.class}
     * @param initial what a key has before it is set
     */
    public static <V> Value<V> value(String name, Class<V> type, V initial) {
        return new Value<>(name, type, Objects.requireNonNull(initial, "initial"));
    }

    /**
     * The declaration of one value per key.
     *
     * @param initial what a key has before it is set; null if it has nothing
     */
    public record Value<V>(String name, Class<V> type, @Nullable V initial) {}
}
