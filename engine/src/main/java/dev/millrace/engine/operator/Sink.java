package dev.millrace.engine.operator;

import java.nio.file.Path;

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

    /** The file that committed bytes are appended to. */
    Path target();

    /** Bytes that the target starts with. */
    byte[] head();

    /** Opens an encoder. It is used by one thread at a time. */
    SinkEncoder open();
}
