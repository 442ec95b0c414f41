package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file that is read from front to back. Used by one thread at a time, except {@link #progress}. */
final class InputFile implements AutoCloseable {
    private final Path path;
    private final long sizeBytes;
    private FileHandle handle;
    private volatile long readBytes;

    private InputFile(Path path, FileHandle handle) throws IOException {
        this.path = path;
        this.handle = handle;
        sizeBytes = handle.size();
    }

    static InputFile open(FileOps files, Path path) {
        try {
            Path real = files.realPath(path); // a link to the input is fine
            if (files.kind(real) != FileKind.FILE) {
                throw new BadInputException("input is no file: file=" + path);
            }
            FileHandle handle = files.open(real, OpenMode.READ);
            try {
                return new InputFile(path, handle);
            } catch (IOException e) {
                handle.close();
                throw e;
            }
        } catch (java.nio.file.NoSuchFileException e) {
            throw new BadInputException("input is missing: file=" + path, e);
        } catch (IOException e) {
            throw new BadInputException("input cannot be read: file=" + path + ", reason=" + e, e);
        }
    }

    Path path() {
        return path;
    }

    boolean isGzip() {
        return path.toString().endsWith(".gz");
    }

    long sizeBytes() {
        return sizeBytes;
    }

    double progress() {
        return sizeBytes == 0 ? 1 : (double) readBytes / sizeBytes;
    }

    /** Opens the file again, from its beginning. */
    void rewind(FileOps files) {
        try {
            handle = files.open(files.realPath(path), OpenMode.READ);
            readBytes = 0;
        } catch (IOException e) {
            throw new BadInputException("input cannot be read again: file=" + path + ", reason=" + e, e);
        }
    }

    /** The bytes from where the last stream stopped. */
    InputStream stream() {
        return new Bytes();
    }

    private final class Bytes extends InputStream {
        /** {@link java.util.zip.GZIPInputStream} asks this to know whether another member follows. */
        @Override
        public int available() {
            return (int) Math.min(Integer.MAX_VALUE, sizeBytes - readBytes);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = handle.read(readBytes, ByteBuffer.wrap(target, offset, length));
            addReadBytes(count);
            return count == 0 && length > 0 ? -1 : count;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes, any may read
    private void addReadBytes(int count) {
        readBytes += count;
    }

    @Override
    public void close() {
        try {
            handle.close();
        } catch (IOException e) {
            throw new BadInputException("input could not be closed: file=" + path, e);
        }
    }
}
