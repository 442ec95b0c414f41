package dev.millrace.state;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileInUseException;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.log.EpochLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        for (Path inner : inner(path)) {
            if (files.kind(inner) == FileKind.DIRECTORY) {
                for (Path file : files.list(inner)) {
                    files.delete(file);
                }
            }
        }
    }

    /** The same with the stores that the states will be in. */
    private static CommitRecord placed(CommitRecord commit, DurableStateConfig config) {
        Map<String, StateSchema> states = new HashMap<>();
        commit.states().forEach((name, schema) -> {
            StoreKind kind = config.otherStores().getOrDefault(name, config.storeKind());
            states.put(name, schema.in(kind == config.storeKind() ? "" : kind.name()));
        });
        return commit.states(states);
    }

    private static List<Path> inner(Path path) {
        List<Path> inner =
                new ArrayList<>(List.of(path.resolve(StateDirectory.LOG), path.resolve(StateDirectory.STORE)));
        for (StoreKind kind : StoreKind.values()) {
            inner.add(path.resolve(StateDirectory.STORE + "-" + kind.word()));
        }
        return inner;
    }

    private static void fill(FileOps files, Path path, DurableStateConfig config, Savepoint savepoint)
            throws IOException {
        Path logDirectory = path.resolve(StateDirectory.LOG);
        files.createDirectories(logDirectory);
        files.createDirectories(path.resolve(StateDirectory.STORE));
        CommitRecord commit = placed(savepoint.commit(), config);
        try (ColdStores stores = ColdStores.open(files, path, config, commit)) {
            stores.load(commit.epoch(), savepoint::entries);
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
