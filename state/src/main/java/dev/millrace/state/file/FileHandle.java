package dev.millrace.state.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file. Every access names its position, so a handle has no cursor that a failed call could leave astray.
 *
 * <p>Used by one thread at a time. Whoever opened it closes it; {@link #close} may be called again and then does nothing.
 */
public interface FileHandle extends AutoCloseable {
    /**
     * Reads until the buffer is full or the file ends.
     *
     * @param positionBytes where in the file to start
     * @return how many bytes were read; fewer than asked only at the end of the file, 0 behind it
     */
    int read(long positionBytes, ByteBuffer into) throws IOException;

    /** Writes all that remains in the buffer, growing the file if needed. After a failure any part may be written. */
    void write(long positionBytes, ByteBuffer from) throws IOException;

    /** Cuts the file off; does nothing to a file that is not longer. */
    void truncate(long sizeBytes) throws IOException;

    /** Returns when the contents and the size are on the device. After a failure nothing is known about either. */
    void force() throws IOException;

    /** The size of the file in bytes. */
    long size() throws IOException;

    @Override
    void close() throws IOException;
}
