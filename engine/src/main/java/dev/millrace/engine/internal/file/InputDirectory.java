package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.stream.DirectorySource;
import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A directory whose files are read. Used by one thread at a time. */
final class InputDirectory {
    private static final long HASH_START = 0xcbf29ce484222325L;
    private static final long HASH_PRIME = 0x100000001b3L;

    private final FileOps files;
    private final Path path;
    private final String suffix;

    InputDirectory(FileOps files, Path path, String suffix) {
        this.files = files;
        this.path = path;
        this.suffix = suffix;
    }

    Path path() {
        return path;
    }

    /** The names of the files to be read, in the order in which they are. */
    List<String> list() {
        try {
            Path real = files.realPath(path);
            if (files.kind(real) != FileKind.DIRECTORY) {
                throw new BadInputException("input is no directory: directory=" + path);
            }
            List<String> names = new ArrayList<>();
            for (Path entry : files.list(real)) {
                String name = String.valueOf(entry.getFileName());
                boolean isMeant = !name.startsWith(".") && !name.endsWith(".tmp") && name.endsWith(suffix);
                if (isMeant && files.kind(entry) != FileKind.DIRECTORY) {
                    names.add(name);
                }
            }
            if (names.size() > DirectorySource.MAX_FILES) {
                throw new BadInputException("directory has too many files: directory=" + path + ", files="
                        + names.size() + ", limit=" + DirectorySource.MAX_FILES);
            }
            names.sort(null);
            return names;
        } catch (NoSuchFileException e) {
            throw new BadInputException("input directory is missing: directory=" + path, e);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    LineReader open(String name) {
        return new LineReader(files, path.resolve(name));
    }

    long sizeBytes(String name) {
        Path file = path.resolve(name);
        try (FileHandle handle = files.open(files.realPath(file), OpenMode.READ)) {
            return handle.size();
        } catch (NoSuchFileException e) {
            throw new BadInputException("input is gone: file=" + file + "; it was read, and must stay as it was", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static BadInputException unreadable(Path file, IOException e) {
        return new BadInputException("input cannot be read: file=" + file + ", reason=" + e, e);
    }

    /** What tells files that were read from others: before the first of them. */
    static long hash() {
        return HASH_START;
    }

    /** And behind one more: its name and size count (FNV-1a, 64 bits). */
    static long hash(long before, String name, long sizeBytes) {
        long hash = before;
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * HASH_PRIME;
        }
        hash = hash * HASH_PRIME; // as a zero behind the name
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            hash = (hash ^ (sizeBytes >>> shift & 0xff)) * HASH_PRIME;
        }
        return hash;
    }
}
