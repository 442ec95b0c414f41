package dev.millrace.state;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileInUseException;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.log.EpochLog;
import dev.millrace.state.store.ColdStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Makes a state directory of a {@link Savepoint}, with any store. The directory is one when its format file is there, which is written
 * last; until then a marker says what is going on, and whoever restores again after a crash begins anew.
 */
public final class StateRestore {
    private StateRestore() {}

    /**
     * Restores a savepoint into a directory that is not there or empty. Returns when all of it is durable.
     *
     * @param config of the job that will run: its name is the savepoint's
     * @throws StateFileException if the savepoint is damaged or another job's, or the directory is not empty
     */
    public static void restore(FileOps files, Path path, DurableStateConfig config, Savepoint savepoint) {
        if (!savepoint.jobName().equals(config.jobName())) {
            throw new StateDirectoryMismatchException(
                    path,
                    "job of the savepoint",
                    savepoint.jobName(),
                    config.jobName(),
                    "use a savepoint of this job, or name the job as it was");
        }
        try {
            prepare(files, path);
            FileHandle lock = files.lock(
                    path.resolve(StateDirectory.LOCK),
                    "pid=" + ProcessHandle.current().pid() + " restoring " + config.jobName());
            try {
                // The marker first: what is behind it is a restore's, and may be removed by the next one.
                files.forceName(path.resolve(StateDirectory.RESTORING));
                files.replace(path.resolve(StateDirectory.RESTORING), ByteBuffer.allocate(0));
                fill(files, path, config, savepoint);
            } finally {
                lock.close();
            }
        } catch (FileInUseException e) {
            throw new StateDirectoryInUseException(path, e.holder(), e);
        } catch (IOException e) {
            throw StateFileException.of("restoring a savepoint", path, e);
        }
    }

    private static void prepare(FileOps files, Path path) throws IOException {
        FileKind kind = files.kind(path);
        if (kind == FileKind.ABSENT) {
            files.createDirectories(path);
            return;
        }
        if (kind != FileKind.DIRECTORY) {
            throw new StateDirectoryUnusableException(path, "is not a directory", null);
        }
        if (files.kind(path.resolve(StateDirectory.FORMAT)) != FileKind.ABSENT) {
            throw new StateDirectoryMismatchException(
                    path, "contents", "the state of a job", "an empty directory", "choose an empty directory");
        }
        if (files.kind(path.resolve(StateDirectory.RESTORING)) == FileKind.ABSENT) {
            StateDirectory.refuseForeignFiles(files, path);
            return;
        }
        for (String inner : new String[] {StateDirectory.LOG, StateDirectory.STORE}) {
            if (files.kind(path.resolve(inner)) == FileKind.DIRECTORY) {
                for (Path file : files.list(path.resolve(inner))) {
                    files.delete(file);
                }
            }
        }
    }

    private static void fill(FileOps files, Path path, DurableStateConfig config, Savepoint savepoint)
            throws IOException {
        Path logDirectory = path.resolve(StateDirectory.LOG);
        Path storeDirectory = path.resolve(StateDirectory.STORE);
        files.createDirectories(logDirectory);
        files.createDirectories(storeDirectory);
        CommitRecord commit = savepoint.commit();
        try (ColdStore store = DurableState.openStore(files, storeDirectory, config)) {
            store.load(commit.epoch(), savepoint.entries());
        }
        try (EpochLog log = EpochLog.open(files, logDirectory, config.log())) {
            savepoint.forEachOutput((sink, bytes) -> log.appendPart(commit.epoch(), DurableState.SINK, sink, bytes));
            log.commit(commit.epoch(), commit.encode());
        }
        files.forceDirectory(path);
        DirectoryFormat format =
                new DirectoryFormat(config.jobName(), config.storeKind().name(), config.jobFingerprint());
        files.replace(path.resolve(StateDirectory.FORMAT), format.encode());
        files.delete(path.resolve(StateDirectory.RESTORING));
        files.forceDirectory(path);
    }
}
