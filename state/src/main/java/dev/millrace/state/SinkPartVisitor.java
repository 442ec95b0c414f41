package dev.millrace.state;

import java.nio.ByteBuffer;

/** Is shown what sinks put into committed epochs. */
@FunctionalInterface
public interface SinkPartVisitor {
    /**
     * One part.
     *
     * @param owner which sink wrote it
     * @param payload its bytes, valid until this call returns
     */
    void part(long epoch, int owner, ByteBuffer payload);
}
