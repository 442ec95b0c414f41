package dev.millrace.state;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.log.LogInspection;
import dev.millrace.state.store.MapDbView;
import dev.millrace.state.store.RocksDbView;
import dev.millrace.state.store.StoreView;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a state directory holds, found without changing anything in it, also if it is damaged: what cannot be read is missing then, and
 * {@link #problems} says why. Made and used by one thread.
 *
 * <p>A job may work there meanwhile. What it changes while it is looked at can look like damage, so it is looked at again then, up to
 * {@value #MAX_LOOKS} times.
 */
public final class StateInspection {
    private static final int MAX_LOOKS = 10;

    /**
     * Whose state it is.
     *
     * @param storeKind the name of the {@link StoreKind}
     * @param fingerprint of the job that began the directory, for people
     */
    public record Owner(String job, String storeKind, String fingerprint) {}

    /** A file and its length. */
    public record FileSize(Path file, long sizeBytes) {}

    /**
     * A cold store.
     *
     * @param durableEpoch the epoch that it equals
     * @param files what it consists of
     * @param leftovers what opening it would delete
     */
    public record Store(StoreKind kind, long durableEpoch, List<FileSize> files, List<FileSize> leftovers) {}

    private final FileOps files;
    private final Path path;
    private final List<String> problems = new ArrayList<>();
    private boolean isBegun;
    private @Nullable String lockHolder;
    private @Nullable Owner owner;
    private @Nullable LogInspection log;
    private @Nullable CommitRecord lastCommit;
    private final List<Store> stores = new ArrayList<>();
    private @Nullable StateSizes sizes;

    private StateInspection(FileOps files, Path path) {
        this.files = files;
        this.path = path;
    }

    /**
     * Looks at a directory.
     *
     * @param readsEverything whether every entry is read, to know how large the states are and whether all of the store is whole
     * @throws StateDirectoryUnusableException if there is no directory, or one that may not be read
     */
    public static StateInspection read(FileOps files, Path path, boolean readsEverything) {
        try {
            FileKind kind = files.kind(path);
            if (kind != FileKind.DIRECTORY) {
                throw new StateDirectoryUnusableException(
                        path, kind == FileKind.ABSENT ? "is not there" : "is a " + lower(kind), null);
            }
            StateInspection inspection = new StateInspection(files, path);
            inspection.look(readsEverything);
            for (int looks = 1; looks < MAX_LOOKS && inspection.mayBeOfTheMoment(); looks++) {
                inspection = new StateInspection(files, path);
                inspection.look(readsEverything);
            }
            return inspection;
        } catch (IOException e) {
            throw new StateDirectoryUnusableException(path, e.toString(), e);
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private boolean mayBeOfTheMoment() {
        return lockHolder != null && !problems.isEmpty();
    }

    private void look(boolean readsEverything) throws IOException {
        lockHolder = files.lockHolder(path.resolve(StateDirectory.LOCK)).orElse(null);
        attempt(this::readOwner);
        if (!isBegun) {
            return;
        }
        attempt(this::readLog);
        attempt(() -> readStores(readsEverything));
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Goes on behind what cannot be read. */
    private void attempt(Step step) {
        try {
            step.run();
        } catch (StateFileException e) {
            problems.add(e.getMessage());
        } catch (IOException e) {
            problems.add("state directory cannot be read: directory=" + path + ", cause=" + e);
        }
    }

    private void readOwner() throws IOException {
        Path format = path.resolve(StateDirectory.FORMAT);
        isBegun = files.kind(format) != FileKind.ABSENT
                || !StateDirectory.isEmpty(files, logDirectory())
                || !StateDirectory.isEmpty(files, storeDirectory());
        if (!isBegun) {
            StateDirectory.refuseForeignFiles(files, path);
            return;
        }
        if (files.kind(format) == FileKind.ABSENT) {
            throw new StateFileException(
                    "FORMAT file is missing: file=" + format + "; restore the state directory from a copy");
        }
        DirectoryFormat found = DirectoryFormat.decode(path, files.readAll(format, DirectoryFormat.MAX_FILE_BYTES));
        owner = new Owner(found.jobName(), found.storeKind(), found.fingerprint());
    }

    private Path logDirectory() {
        return path.resolve(StateDirectory.LOG);
    }

    private Path storeDirectory() {
        return path.resolve(StateDirectory.STORE);
    }

    private void readLog() throws IOException {
        LogInspection found = LogInspection.read(files, logDirectory());
        log = found;
        found.damage().ifPresent(damage -> problems.add(damage.getMessage()));
        if (found.lastMetadata().hasRemaining()) {
            lastCommit = CommitRecord.decode(found.lastMetadata());
        }
    }

    private void readStores(boolean readsEverything) throws IOException {
        StoreKind own = storeKind();
        if (own == null) {
            return;
        }
        LogInspection found = log;
        boolean isLogWhole = found != null && found.damage().isEmpty();
        StateSizes all = new StateSizes();
        for (StoreKind kind : StoreKind.values()) {
            Path place = StateDirectory.storeDirectory(path, kind, own);
            // Where a store was just begun it has nothing, and no state is there.
            boolean isOther = kind != own;
            if (isOther && (StateDirectory.isEmpty(files, place) && !isNeeded(kind))) {
                continue;
            }
            try (StoreView view = open(kind, place, readsEverything)) {
                stores.add(
                        isOther ? stores.size() : 0,
                        new Store(kind, view.durableEpoch(), sizes(view.files()), sizes(view.leftovers())));
                if (found == null || !isLogWhole) {
                    continue;
                }
                if (!isOther || view.durableEpoch() > 0 || isNeeded(kind)) {
                    ColdStores.checkTogether(
                            path, kind, view.durableEpoch(), found.trimmedEpoch(), found.lastCommitted());
                }
                if (readsEverything) {
                    all.add(view, kind, own, found);
                }
            }
        }
        sizes = readsEverything && isLogWhole ? all : null;
    }

    /** Whether a state of the last commit is in a store. */
    private boolean isNeeded(StoreKind kind) {
        return lastCommit != null && ColdStores.placesOf(lastCommit).containsValue(kind);
    }

    /** The kind that the format file names; if that is damaged, the one that the files look like. */
    private @Nullable StoreKind storeKind() throws IOException {
        for (StoreKind kind : StoreKind.values()) {
            if (owner != null && owner.storeKind().equals(kind.name())) {
                return kind;
            }
        }
        if (owner != null || files.kind(storeDirectory()) == FileKind.ABSENT) {
            return null;
        }
        boolean hasRocksDb = files.kind(storeDirectory().resolve("CURRENT")) != FileKind.ABSENT;
        return hasRocksDb ? StoreKind.ROCKSDB : StoreKind.MAPDB;
    }

    private StoreView open(StoreKind kind, Path place, boolean readsEverything) {
        return switch (kind) {
            case MAPDB -> MapDbView.open(files, place, readsEverything);
            case ROCKSDB -> openRocksDb(place);
        };
    }

    private StoreView openRocksDb(Path place) {
        try {
            return RocksDbView.open(files, place);
        } catch (LinkageError e) {
            throw ColdStores.noRocksDb(e);
        }
    }

    private List<FileSize> sizes(List<Path> paths) throws IOException {
        List<FileSize> sizes = new ArrayList<>();
        for (Path file : paths) {
            try (FileHandle handle = files.open(file, OpenMode.READ)) {
                sizes.add(new FileSize(file, handle.size()));
            } catch (NoSuchFileException e) {
                // A store that works in the background has just deleted it.
            }
        }
        return sizes;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Whether a job has ever worked there. */
    public boolean isBegun() {
        return isBegun;
    }

    /** Who works there at this moment; empty if nobody does. */
    public Optional<String> lockHolder() {
        return Optional.ofNullable(lockHolder);
    }

    /** Whose state it is. */
    public Optional<Owner> owner() {
        return Optional.ofNullable(owner);
    }

    /** What the epoch log holds. */
    public Optional<LogInspection> log() {
        return Optional.ofNullable(log);
    }

    /** The record of the last committed epoch that can be read. */
    public Optional<CommitRecord> lastCommit() {
        return Optional.ofNullable(lastCommit);
    }

    /** What the directory's own store consists of. */
    public Optional<Store> store() {
        return stores.stream().findFirst();
    }

    /** What each store consists of, the directory's own one first. */
    public List<Store> stores() {
        return List.copyOf(stores);
    }

    /** The epoch that the slowest store equals; empty if there is none. */
    public OptionalLong storesEpoch() {
        return stores.stream().mapToLong(Store::durableEpoch).min();
    }

    /** How many bytes of an epoch are changes of state, for whichever store. */
    public static long stateBytes(LogInspection.Epoch epoch) {
        long bytes = epoch.bytesOf(DurableState.STATE);
        for (StoreKind kind : StoreKind.values()) {
            bytes += epoch.bytesOf(kind.partKind());
        }
        return bytes;
    }

    /** How large the states are; empty if that was not asked for, or cannot be known. */
    public Optional<StateSizes> sizes() {
        return Optional.ofNullable(sizes);
    }

    /** What keeps a job from going on, one line each, with what to do about it. */
    public List<String> problems() {
        return problems;
    }
}
