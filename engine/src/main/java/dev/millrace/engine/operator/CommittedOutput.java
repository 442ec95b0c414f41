package dev.millrace.engine.operator;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where the committed bytes of a sink go if that is no file: a database, say. Used by one thread at a time, which is no worker: it may
 * block, and then commits wait for it.
 *
 * <p>The epoch log has the bytes of an epoch until {@link #apply} has returned for it, and gives them again after a crash. So an output
 * keeps the number of the last epoch that it has together with what the epoch brought, in one transaction, and skips epochs that
 * it has already.
 */
public interface CommittedOutput extends AutoCloseable {
    /**
     * A job begins with an empty state: from epoch 1 on, everything is new.
     *
     * @throws OutputException if the output cannot be used
     */
    void begin();

    /**
     * A job goes on where it stood.
     *
     * @throws OutputException if the output cannot be used, or is not the one that the state was made with
     */
    void resume();

    /**
     * Takes what a sink wrote in an epoch: wholly, or not at all. Epochs come in their order; those in which nothing was written do not
     * come.
     *
     * @param parts the bytes that the encoders of the sink gave, in pieces that begin and end between two events
     * @throws OutputException if the output cannot be written; the job fails, and the epoch comes again when it runs the next time
     */
    void apply(long epoch, List<ByteBuffer> parts);

    /** Gives everything back. A second call does nothing. */
    @Override
    void close();
}
