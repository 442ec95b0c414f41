package dev.millrace.state.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The file system of the machine, through {@code java.nio}. One instance a process, because locks belong to the process. */
final class RealFileOps implements FileOps {
    static final RealFileOps INSTANCE = new RealFileOps();

    /** A byte far behind any contents: Windows keeps others from reading what is locked, and they want to read the holder. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final int MAX_HOLDER_BYTES = 256;

    /**
     * Who holds which lock in this process, by real path. A POSIX lock ends when the process closes <em>any</em> descriptor of the
     * file, so a second taker must be turned away before it opens the file.
     */
    private final ConcurrentHashMap<Path, String> locks = new ConcurrentHashMap<>();

    private RealFileOps() {}

    @Override
    public FileHandle open(Path file, OpenMode mode) throws IOException {
        return new ChannelHandle(channel(file, mode), () -> {});
    }

    @Override
    public List<ByteBuffer> map(Path file, int sliceBytes) throws IOException {
        try (FileChannel channel = channel(file, OpenMode.READ)) {
            List<ByteBuffer> slices = new ArrayList<>();
            long size = channel.size();
            for (long start = 0; start < size; start += sliceBytes) {
                slices.add(channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(sliceBytes, size - start)));
            }
            return slices;
        }
    }

    @Override
    public FileHandle openOutput(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.createFile(file);
        }
        return open(file, OpenMode.WRITE);
    }

    @Override
    public boolean isWritableDirectory(Path path) {
        return Files.isDirectory(path) && Files.isWritable(path);
    }

    @Override
    public Path realPath(Path path) throws IOException {
        return path.toRealPath();
    }

    private static FileChannel channel(Path file, OpenMode mode) throws IOException {
        Set<OpenOption> options =
                switch (mode) {
                    case READ -> Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                    case WRITE ->
                        Set.of(
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.CREATE,
                                LinkOption.NOFOLLOW_LINKS);
                    case CREATE ->
                        Set.of(
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.CREATE_NEW,
                                LinkOption.NOFOLLOW_LINKS);
                };
        return FileChannel.open(file, options, forOwner(file, mode == OpenMode.READ ? "" : "rw-------"));
    }

    private static FileAttribute<?>[] forOwner(Path path, String permissions) {
        if (permissions.isEmpty()
                || !path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    @Override
    public FileKind kind(Path path) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return FileKind.ABSENT;
        }
        if (attributes.isSymbolicLink()) {
            return FileKind.LINK;
        }
        if (attributes.isDirectory()) {
            return FileKind.DIRECTORY;
        }
        return attributes.isRegularFile() ? FileKind.FILE : FileKind.OTHER;
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory, forOwner(directory, "rwx------"));
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return; // Windows has no such operation: its file systems log the names themselves.
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public FileHandle lock(Path file, String holder) throws IOException {
        Path realPath = realPathOfLock(file);
        String earlier = locks.putIfAbsent(realPath, holder);
        if (earlier != null) {
            throw new FileInUseException(file, earlier);
        }
        FileChannel channel = null;
        boolean isTaken = false;
        try {
            channel = channel(file, OpenMode.WRITE);
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                throw new FileInUseException(file, holderIn(channel));
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(holder), 0);
            isTaken = true;
            return new ChannelHandle(channel, () -> locks.remove(realPath));
        } finally {
            if (!isTaken) {
                if (channel != null) {
                    channel.close();
                }
                locks.remove(realPath);
            }
        }
    }

    private static Path realPathOfLock(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path fileName = file.getFileName();
        if (directory == null || fileName == null) {
            throw new IllegalArgumentException("lock file has no name: file=" + file);
        }
        return directory.toRealPath().resolve(fileName);
    }

    /** Takes the lock for reading, for a moment: that is refused while somebody has it, and needs no permission to write. */
    @Override
    public Optional<String> lockHolder(Path file) throws IOException {
        if (kind(file) != FileKind.FILE) {
            return Optional.empty();
        }
        Path realPath = realPathOfLock(file);
        // Whoever wants it in this process meanwhile is turned away: closing the channel below would end that lock.
        String holderHere = locks.putIfAbsent(realPath, "looking whether somebody has it");
        if (holderHere != null) {
            return Optional.of(holderHere);
        }
        try (FileChannel channel = channel(file, OpenMode.READ)) {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, true);
            return lock == null ? Optional.of(holderIn(channel)) : Optional.empty();
        } finally {
            locks.remove(realPath);
        }
    }

    private static String holderIn(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_HOLDER_BYTES);
        channel.read(bytes, 0);
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
    }

    /** A file channel with positions. */
    private static final class ChannelHandle implements FileHandle {
        private final FileChannel channel;
        private final Runnable afterClose;

        ChannelHandle(FileChannel channel, Runnable afterClose) {
            this.channel = channel;
            this.afterClose = afterClose;
        }

        @Override
        public int read(long positionBytes, ByteBuffer into) throws IOException {
            int total = 0;
            while (into.hasRemaining()) {
                int count = channel.read(into, positionBytes + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        }

        @Override
        public void write(long positionBytes, ByteBuffer from) throws IOException {
            long position = positionBytes;
            while (from.hasRemaining()) {
                position += channel.write(from, position);
            }
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            channel.truncate(sizeBytes);
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            if (channel.isOpen()) {
                channel.close();
                afterClose.run();
            }
        }
    }
}
