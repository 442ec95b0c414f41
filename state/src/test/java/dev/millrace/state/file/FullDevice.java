package dev.millrace.state.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A file system on a device that is full for some time: half of each write is written, and then there is no space. Any thread. */
public final class FullDevice implements FileOps {
    private final FileOps files;
    private final AtomicInteger failuresLeft = new AtomicInteger();

    public FullDevice(FileOps files) {
        this.files = files;
    }

    /** Fails so many of the next writes. */
    public void fillFor(int writes) {
        failuresLeft.set(writes);
    }

    private void check() throws IOException {
        if (failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public FileHandle open(Path file, OpenMode mode) throws IOException {
        if (mode == OpenMode.CREATE) {
            check();
        }
        return new Handle(files.open(file, mode));
    }

    @Override
    public FileHandle openOutput(Path file) throws IOException {
        return files.openOutput(file);
    }

    @Override
    public boolean isWritableDirectory(Path path) throws IOException {
        return files.isWritableDirectory(path);
    }

    @Override
    public Path realPath(Path path) throws IOException {
        return files.realPath(path);
    }

    @Override
    public List<ByteBuffer> map(Path file, int sliceBytes) throws IOException {
        return files.map(file, sliceBytes);
    }

    @Override
    public FileKind kind(Path path) throws IOException {
        return files.kind(path);
    }

    @Override
    public List<Path> list(Path path) throws IOException {
        return files.list(path);
    }

    @Override
    public void delete(Path file) throws IOException {
        files.delete(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        files.createDirectories(path);
    }

    @Override
    public void forceDirectory(Path path) throws IOException {
        files.forceDirectory(path);
    }

    @Override
    public FileHandle lock(Path file, String holder) throws IOException {
        return files.lock(file, holder);
    }

    @Override
    public Optional<String> lockHolder(Path file) throws IOException {
        return files.lockHolder(file);
    }

    private final class Handle implements FileHandle {
        private final FileHandle handle;

        Handle(FileHandle handle) {
            this.handle = handle;
        }

        @Override
        public int read(long positionBytes, ByteBuffer into) throws IOException {
            return handle.read(positionBytes, into);
        }

        @Override
        public void write(long positionBytes, ByteBuffer from) throws IOException {
            if (failuresLeft.get() > 0) {
                handle.write(positionBytes, from.slice(from.position(), from.remaining() / 2));
            }
            check();
            handle.write(positionBytes, from);
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            handle.truncate(sizeBytes);
        }

        @Override
        public void force() throws IOException {
            handle.force();
        }

        @Override
        public long size() throws IOException {
            return handle.size();
        }

        @Override
        public void close() throws IOException {
            handle.close();
        }
    }
}
