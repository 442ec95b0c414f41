package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.operator.OutputException;
import dev.millrace.engine.operator.Sink;
import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The file that a sink's committed bytes go to. Used by the epoch thread.
 *
 * <p>The epoch log has the bytes before they are committed, and keeps them until the file is forced; so a commit needs no
 * force of this file, and a crash while it is written is repaired by writing again.
 */
final class SinkFile implements SinkTarget {
    private final FileOps files;
    private final String name;
    private final Path path;
    private final FileHandle handle;
    private long lengthBytes;
    /** Up to here a crash cannot take anything away. */
    private long durableBytes;

    private boolean isNameDurable;

    private SinkFile(FileOps files, String name, Path path, FileHandle handle) {
        this.files = files;
        this.name = name;
        this.path = path;
        this.handle = handle;
    }

    /** Says early if the file could not be written, and changes nothing. */
    static void check(FileOps files, String name, Path path) {
        Path directory = path.toAbsolutePath().getParent();
        try {
            FileKind kind = files.kind(path);
            if (kind != FileKind.ABSENT && kind != FileKind.FILE) {
                throw new OutputException(
                        "output is no file: sink=" + name + ", file=" + path + ", found=" + kind, null);
            }
            for (Path at = directory; at != null; at = at.getParent()) {
                if (files.kind(at) != FileKind.ABSENT) {
                    if (!files.isWritableDirectory(at)) {
                        throw new OutputException(
                                "output directory cannot be written: sink=" + name + ", directory=" + at, null);
                    }
                    return;
                }
            }
        } catch (IOException e) {
            throw new OutputException("output cannot be written: sink=" + name + ", file=" + path + ", reason=" + e, e);
        }
    }

    /** Opens the file of a job that starts from the beginning: what it held is replaced by the head. */
    static SinkFile begin(FileOps files, String name, Sink<?> sink) {
        SinkFile file = open(files, name, sink.target());
        try {
            file.truncate(0);
            file.append(ByteBuffer.wrap(sink.head()));
            return file;
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens the file of a job that goes on.
     *
     * @param durableBytes what it must still hold; the rest is written again
     */
    static SinkFile resume(FileOps files, String name, Sink<?> sink, long durableBytes) {
        if (durableBytes > 0 && isAbsent(files, name, sink.target())) {
            throw shorter(name, sink.target(), 0, durableBytes);
        }
        SinkFile file = open(files, name, sink.target());
        try {
            file.resumeAt(durableBytes);
            if (durableBytes == 0) {
                file.append(ByteBuffer.wrap(sink.head()));
            }
            return file;
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    private static boolean isAbsent(FileOps files, String name, Path path) {
        try {
            return files.kind(path) == FileKind.ABSENT;
        } catch (IOException e) {
            throw new OutputException("output cannot be read: sink=" + name + ", file=" + path + ", reason=" + e, e);
        }
    }

    private static SinkFile open(FileOps files, String name, Path path) {
        try {
            return new SinkFile(files, name, path, files.openOutput(path));
        } catch (IOException e) {
            throw new OutputException("output cannot be opened: sink=" + name + ", file=" + path + ", reason=" + e, e);
        }
    }

    private void resumeAt(long bytes) {
        try {
            if (handle.size() < bytes) {
                throw shorter(name, path, handle.size(), bytes);
            }
        } catch (IOException e) {
            throw failed("reading the size of", e);
        }
        lengthBytes = bytes;
        durableBytes = bytes;
    }

    private static OutputException shorter(String name, Path path, long sizeBytes, long committedBytes) {
        return new OutputException(
                "output is shorter than what was committed: sink=" + name + ", file=" + path + ", sizeBytes="
                        + sizeBytes + ", committedBytes=" + committedBytes
                        + "; put the file back, or start over with another state directory",
                null);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public long durableBytes() {
        return durableBytes;
    }

    @Override
    public void append(long epoch, ByteBuffer bytes) {
        append(bytes);
    }

    /**
     * Appends committed bytes.
     *
     * @throws StorageFullException if there is no room: nothing was appended, and the call may be made again
     */
    void append(ByteBuffer bytes) {
        int count = bytes.remaining();
        try {
            handle.write(lengthBytes, bytes.duplicate());
        } catch (IOException e) {
            throw StorageFullException.isCause(e)
                    ? new StorageFullException("writing output " + name, path, e)
                    : failed("writing", e);
        }
        lengthBytes += count;
    }

    @Override
    public void cutTail() {
        truncate(lengthBytes);
    }

    private void truncate(long bytes) {
        try {
            handle.truncate(bytes);
        } catch (IOException e) {
            throw failed("cutting", e);
        }
        lengthBytes = bytes;
    }

    @Override
    public void force() {
        try {
            handle.force();
            forceName();
        } catch (IOException e) {
            throw failed("forcing", e);
        }
        durableBytes = lengthBytes;
    }

    /** A file that was created is durable once its name is. */
    private void forceName() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (!isNameDurable && directory != null) {
            files.forceDirectory(directory);
        }
        isNameDurable = true;
    }

    private OutputException failed(String action, IOException e) {
        return new OutputException(
                "output failed: while " + action + " it, sink=" + name + ", file=" + path + ", atByte=" + lengthBytes
                        + ", reason=" + e,
                e);
    }

    @Override
    public void close() {
        try {
            handle.close();
        } catch (IOException e) {
            throw failed("closing", e);
        }
    }
}
