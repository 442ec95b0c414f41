package dev.millrace.state.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the engine asks of a file system: the seam that tests replace to fail any operation.
 *
 * <p>May be called from any thread. Symbolic links are not followed in the last element of a path. New directories are for
 * their owner only (0700), and so are new files (0600), where the file system knows such permissions.
 */
public interface FileOps {
    /** The file system of the machine. */
    static FileOps real() {
        return RealFileOps.INSTANCE;
    }

    /** Opens a file. */
    FileHandle open(Path file, OpenMode mode) throws IOException;

    /**
     * Opens a file that is a user's and not the engine's, to be read and written. It is made if it is not there, with the
     * directories above it and with the permissions that the user's other files have.
     */
    FileHandle openOutput(Path file) throws IOException;

    /** Whether a path, or what a link there leads to, is a directory that files can be made in. */
    boolean isWritableDirectory(Path path) throws IOException;

    /** The path with every link followed. */
    Path realPath(Path path) throws IOException;

    /**
     * The contents of a file as read-only buffers of {@code sliceBytes} each, the last one shorter; none for an empty file. Their order is
     * big-endian. They stay valid when the file is deleted, and see what is written into it or not: for files that do not change.
     *
     * @param sliceBytes a power of two
     */
    List<ByteBuffer> map(Path file, int sliceBytes) throws IOException;

    /** What is at a path, without following a link. */
    FileKind kind(Path path) throws IOException;

    /** What is in a directory, sorted by name. */
    List<Path> list(Path directory) throws IOException;

    /** Deletes a file; one that is not there is no error. */
    void delete(Path file) throws IOException;

    /** Gives a file another name in one step, replacing what had that name. */
    void rename(Path from, Path to) throws IOException;

    /** Creates a directory and those above it; one that is there is left as it is. */
    void createDirectories(Path directory) throws IOException;

    /** Returns when the names in a directory are on the device: needed after create, delete and rename. */
    void forceDirectory(Path directory) throws IOException;

    /**
     * Returns when the name of a file or directory is on the device, and the names of the directories above it: needed where those may
     * have been made just now. Ends at a directory that this user may not read, and so has not made.
     */
    default void forceName(Path path) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        while (directory != null) {
            try {
                forceDirectory(directory);
            } catch (AccessDeniedException e) {
                return;
            }
            directory = directory.getParent();
        }
    }

    /**
     * Takes the lock that a file stands for, creating the file if needed, and notes in the file who has it. The lock ends with the
     * handle or with the process, whichever is first.
     *
     * @param holder who asks, in a few words; shown to those who come too late
     * @throws FileInUseException if somebody has the lock, in this process or in another
     */
    FileHandle lock(Path file, String holder) throws IOException;

    /**
     * Who has the lock that a file stands for, in the words that were given to {@link #lock}; empty if nobody has it. Changes nothing.
     */
    Optional<String> lockHolder(Path file) throws IOException;

    /**
     * Reads a whole small file.
     *
     * @param limitBytes the longest that is read; a longer file is an {@link IOException}
     */
    default ByteBuffer readAll(Path file, int limitBytes) throws IOException {
        try (FileHandle handle = open(file, OpenMode.READ)) {
            long size = handle.size();
            if (size > limitBytes) {
                throw new IOException(
                        "file is longer than it can be: sizeBytes=" + size + ", limitBytes=" + limitBytes);
            }
            ByteBuffer contents = ByteBuffer.allocate((int) size);
            handle.read(0, contents);
            return contents.flip();
        }
    }

    /**
     * Writes a whole small file so that a crash at any moment leaves the old contents or the new: to a file of the same name with
     * {@code .tmp} behind it, forced, renamed, directory forced.
     */
    default void replace(Path file, ByteBuffer contents) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileHandle handle = open(fresh, OpenMode.WRITE)) {
            handle.truncate(0);
            handle.write(0, contents);
            handle.force();
        }
        rename(fresh, file);
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            forceDirectory(directory);
        }
    }
}
