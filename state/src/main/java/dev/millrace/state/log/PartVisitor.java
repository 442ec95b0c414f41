package dev.millrace.state.log;

import java.nio.ByteBuffer;

/** Is shown the parts of committed epochs. */
@FunctionalInterface
public interface PartVisitor {
    /**
     * One part.
     *
     * @param epoch the epoch it was committed with
     * @param kind what the writer said it is
     * @param owner who wrote it
     * @param payload its bytes, big-endian, valid until this call returns
     */
    void part(long epoch, byte kind, int owner, ByteBuffer payload);
}
