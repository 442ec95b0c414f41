package dev.millrace.engine.operator;

/** Turns events into bytes. Used by one thread at a time. */
public abstract class SinkEncoder {
    /**
     * Encodes one event.
     *
     * @return how many bytes of {@link #bytes} it took, from 0 on
     */
    public abstract int encode(Object event);

    /** Holds the last encoded event; valid until the next one is encoded. */
    public abstract byte[] bytes();
}
