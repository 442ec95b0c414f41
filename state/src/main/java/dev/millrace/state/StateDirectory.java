package dev.millrace.state;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileInUseException;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The directory in which one job keeps its state, for one process at a time:
 *
 * <pre>
 *   LOCK      locked while somebody works here; names the holder
 *   FORMAT    whose directory it is: see {@link DirectoryFormat}
 *   log/      the epoch log
 *   store/    the cold store that the directory was begun with
 *   store-rocksdb/, store-mapdb/
 *             another one beside it, if an operator asked for it
 * </pre>
 *
 * <p>It is for its owner only (0700). A directory that is a symbolic link, that holds foreign files, or that belongs to another job,
 * store or format is refused before anything is written. Closing it gives the lock back; closing it again does nothing.
 */
public final class StateDirectory implements AutoCloseable {
    static final String LOCK = "LOCK";
    static final String FORMAT = "FORMAT";
    private static final String UNFINISHED_FORMAT = FORMAT + ".tmp";
    static final String LOG = "log";
    static final String STORE = "store";

    /** There while a savepoint is restored into the directory, and after a crash in the middle of that. */
    static final String RESTORING = "RESTORING";

    private final Path path;
    private final FileHandle lock;

    private StateDirectory(Path path, FileHandle lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes a state directory, beginning it if there is none or an empty one.
     *
     * @param jobName whose state it is
     * @param jobFingerprint of the job that began the directory, for people
     * @throws StateDirectoryMismatchException if it is another's
     * @throws StateDirectoryInUseException if somebody has it
     * @throws StateDirectoryUnusableException if it cannot be created or written
     */
    public static StateDirectory open(
            FileOps files, Path path, String jobName, String jobFingerprint, StoreKind storeKind) {
        DirectoryFormat format = new DirectoryFormat(jobName, storeKind.name(), jobFingerprint);
        try {
            boolean isBegun = check(files, path, format);
            files.createDirectories(path);
            FileHandle lock = files.lock(
                    path.resolve(LOCK), "pid=" + ProcessHandle.current().pid() + " job=" + jobName);
            boolean isTaken = false;
            try {
                // Again: another may have begun it before this one had the lock.
                isBegun = isBegun || check(files, path, format);
                if (isBegun) {
                    // Whoever began it may have died between naming the format file and forcing its name.
                    files.forceDirectory(path);
                } else {
                    files.createDirectories(path.resolve(LOG));
                    files.createDirectories(path.resolve(STORE));
                    files.forceName(path.resolve(FORMAT));
                    // Last: where a format file is, there are the directories, and no crash takes them away.
                    files.replace(path.resolve(FORMAT), format.encode());
                }
                isTaken = true;
                return new StateDirectory(path, lock);
            } finally {
                if (!isTaken) {
                    lock.close();
                }
            }
        } catch (FileInUseException e) {
            throw new StateDirectoryInUseException(path, e.holder(), e);
        } catch (AccessDeniedException e) {
            throw new StateDirectoryUnusableException(path, "access denied to " + e.getFile(), e);
        } catch (FileSystemException e) {
            throw new StateDirectoryUnusableException(path, e.getClass().getSimpleName() + " " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StateDirectoryUnusableException(path, String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether the directory is begun; refuses one that is not this job's. Writes nothing. */
    private static boolean check(FileOps files, Path path, DirectoryFormat format) throws IOException {
        FileKind kind = files.kind(path);
        if (kind == FileKind.ABSENT) {
            return false;
        }
        if (kind != FileKind.DIRECTORY) {
            throw new StateDirectoryUnusableException(
                    path, "is a " + kind.name().toLowerCase(Locale.ROOT), null);
        }
        if (files.kind(path.resolve(FORMAT)) == FileKind.ABSENT) {
            refuseForeignFiles(files, path);
            return false;
        }
        format.check(path, files.readAll(path.resolve(FORMAT), DirectoryFormat.MAX_FILE_BYTES));
        for (String inner : new String[] {LOG, STORE}) {
            FileKind innerKind = files.kind(path.resolve(inner));
            if (innerKind != FileKind.ABSENT && innerKind != FileKind.DIRECTORY) {
                throw new StateDirectoryUnusableException(path.resolve(inner), "is not a directory", null);
            }
        }
        return true;
    }

    static void refuseForeignFiles(FileOps files, Path path) throws IOException {
        for (Path entry : files.list(path)) {
            String name = String.valueOf(entry.getFileName());
            // What a process leaves that died while it began the directory.
            if (name.equals(RESTORING)) {
                throw new StateDirectoryMismatchException(
                        path,
                        "contents",
                        "a savepoint that was not restored to its end",
                        "state",
                        "restore it again, into the same directory");
            }
            boolean isOurs = name.equals(LOCK) || name.equals(UNFINISHED_FORMAT) || name.equals(RESTORING + ".tmp");
            if (!isOurs && !((name.equals(LOG) || name.equals(STORE)) && isEmpty(files, entry))) {
                throw new StateDirectoryMismatchException(
                        path, "contents", name, "an empty directory, or one of this job", "choose an empty directory");
            }
        }
    }

    /** Whether nothing is there, or a directory with nothing in it. */
    static boolean isEmpty(FileOps files, Path directory) throws IOException {
        FileKind kind = files.kind(directory);
        return kind == FileKind.ABSENT
                || (kind == FileKind.DIRECTORY && files.list(directory).isEmpty());
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Where the epoch log is. */
    public Path logDirectory() {
        return path.resolve(LOG);
    }

    /** Where the cold store is that the directory was begun with. */
    public Path storeDirectory() {
        return path.resolve(STORE);
    }

    /**
     * Where a cold store of a directory is.
     *
     * @param own the kind that the directory was begun with
     */
    static Path storeDirectory(Path path, StoreKind kind, StoreKind own) {
        return path.resolve(kind == own ? STORE : STORE + "-" + kind.word());
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw StateFileException.of("unlocking the state directory", path.resolve(LOCK), e);
        }
    }
}
