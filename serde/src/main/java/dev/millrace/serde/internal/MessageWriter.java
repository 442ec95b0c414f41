package dev.millrace.serde.internal;

/** Writes blobs of one type as messages. */
interface MessageWriter {
    /** Puts a blob's message before what is in the output. */
    void write(WireOutput out, long blob);

    /** The room that {@link #writeDirectly} wants; more than any array has where there is no such way. */
    int directBytes();

    /**
     * Writes a blob's message to an array.
     *
     * @param at where it begins; {@link #directBytes} bytes lie behind
     * @return where it ends
     */
    int writeDirectly(long blob, byte[] target, int at);
}
