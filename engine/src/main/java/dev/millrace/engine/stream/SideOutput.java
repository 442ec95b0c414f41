package dev.millrace.engine.stream;

import java.util.Objects;

/**
 * The tag of a second output of a function: what the function emits with it is read by {@link Stream#sideOutput}. Two tags
 * are never the same, whatever their type.
 *
 * @param <S> the events of the output
 */
public final class SideOutput<S> {
    private final Class<S> type;

    private SideOutput(Class<S> type) {
        this.type = Objects.requireNonNull(type, "type");
    }

    /**
     * Makes a tag.
     *
     * @param type a record, or a single value such as {@code String.class}
     */
    public static <S> SideOutput<S> of(Class<S> type) {
        return new SideOutput<>(type);
    }

    public Class<S> type() {
        return type;
    }
}
