package dev.millrace.engine.internal.check;

import dev.millrace.engine.CrashPoint;
import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The files of the machine, and a process that dies when it comes to a {@link CrashPoint}. Any thread. */
public final class CrashingFiles implements FileOps {
    private final FileOps files;
    private final CrashPoint point;
    private final AtomicInteger passesLeft;
    private final Runnable death;

    /**
     * @param passes how often the point is passed before the process dies there
     * @param death what dying is; does not return in a real process
     */
    public CrashingFiles(FileOps files, CrashPoint point, int passes, Runnable death) {
        if (passes < 0) {
            throw new IllegalArgumentException("number of passes is negative: passes=" + passes);
        }
        this.files = files;
        this.point = point;
        this.passesLeft = new AtomicInteger(passes);
        this.death = death;
    }

    private void at(CrashPoint reached) {
        if (reached == point && passesLeft.getAndDecrement() == 0) {
            death.run();
        }
    }

    private static boolean isLog(Path file) {
        return name(file).startsWith("epochs-");
    }

    private static boolean isImage(Path file) {
        return name(file).startsWith("image-");
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    @Override
    public FileHandle open(Path file, OpenMode mode) throws IOException {
        FileHandle handle = files.open(file, mode);
        if (mode == OpenMode.CREATE && isLog(file)) {
            at(CrashPoint.LOG_FILE_BEGUN);
        }
        return isLog(file) || isImage(file) ? new Handle(handle, isLog(file) ? Kind.LOG : Kind.IMAGE) : handle;
    }

    @Override
    public FileHandle openOutput(Path file) throws IOException {
        return new Handle(files.openOutput(file), Kind.OUTPUT);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        boolean isNaming = name(to).equals("MANIFEST");
        if (isNaming) {
            at(CrashPoint.IMAGE_BEFORE_NAMED);
        }
        files.rename(from, to);
        if (isNaming) {
            at(CrashPoint.IMAGE_NAMED);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        if (isLog(file)) {
            at(CrashPoint.LOG_BEFORE_DELETE);
        }
        files.delete(file);
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
    public List<Path> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        files.createDirectories(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        files.forceDirectory(directory);
    }

    @Override
    public FileHandle lock(Path file, String holder) throws IOException {
        return files.lock(file, holder);
    }

    @Override
    public Optional<String> lockHolder(Path file) throws IOException {
        return files.lockHolder(file);
    }

    private enum Kind {
        LOG(CrashPoint.LOG_HALF_WRITTEN, CrashPoint.LOG_BEFORE_FORCE),
        IMAGE(CrashPoint.IMAGE_HALF_WRITTEN, CrashPoint.IMAGE_BEFORE_FORCE),
        OUTPUT(CrashPoint.OUTPUT_HALF_WRITTEN, CrashPoint.OUTPUT_BEFORE_FORCE);

        final CrashPoint halfWritten;
        final CrashPoint beforeForce;

        Kind(CrashPoint halfWritten, CrashPoint beforeForce) {
            this.halfWritten = halfWritten;
            this.beforeForce = beforeForce;
        }
    }

    private final class Handle implements FileHandle {
        private final FileHandle handle;
        private final Kind kind;

        Handle(FileHandle handle, Kind kind) {
            this.handle = handle;
            this.kind = kind;
        }

        @Override
        public int read(long positionBytes, ByteBuffer into) throws IOException {
            return handle.read(positionBytes, into);
        }

        @Override
        public void write(long positionBytes, ByteBuffer from) throws IOException {
            if (point == kind.halfWritten) {
                ByteBuffer half = from.slice(from.position(), from.remaining() / 2);
                handle.write(positionBytes, half);
                at(kind.halfWritten);
            }
            handle.write(positionBytes, from);
            if (kind == Kind.OUTPUT) {
                at(CrashPoint.OUTPUT_WRITTEN);
            }
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            handle.truncate(sizeBytes);
        }

        @Override
        public void force() throws IOException {
            at(kind.beforeForce);
            handle.force();
            if (kind == Kind.LOG) {
                at(CrashPoint.LOG_AFTER_FORCE);
            }
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
