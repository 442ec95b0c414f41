package dev.millrace.engine.operator;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where events go: the declaration; {@link SinkEncoder} turns events into bytes.
 *
 * <p>What a sink writes in an epoch is committed with that epoch, by the same log record, and appears in the target
 * afterwards: once, or not yet.
 *
 * @param <T> the events
 */
public interface Sink<T> {
    /** The type of the events. */
    Class<T> type();

    /** The file that committed bytes are appended to. Not asked where there is an {@link #output}. */
    default Path target() {
        throw new IllegalStateException("sink has no file: type=" + type().getName());
    }

    /**
     * Where committed bytes go if that is no file.
     *
     * @param sink the name of the sink
     * @param owner tells this state of the job from every other one
     */
    default Optional<CommittedOutput> output(String sink, long owner) {
        return Optional.empty();
    }

    /** Whether committed bytes go to an {@link #output}. */
    default boolean hasOutput() {
        return false;
    }

    /** Bytes that the file starts with. They say what the rest is: where they change, the state on disk does not fit. */
    byte[] head();

    /** Opens an encoder. It is used by one thread at a time. */
    SinkEncoder open();
}
