package dev.millrace.state;

import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.store.ColdStore;
import dev.millrace.state.store.EntryVisitor;
import dev.millrace.state.store.MapDbStore;
import dev.millrace.state.store.RocksDbStore;
import dev.millrace.state.store.RocksDbUsage;
import dev.millrace.state.store.SortedRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All cold stores of a state directory: its own one, and one of each other kind that some state was ever put into. Every epoch is folded
 * into all of them, so each equals an epoch of the whole job; together they have applied, and made durable, what the slowest has.
 *
 * <p>Used as a {@link ColdStore} is: by one thread, except for {@link #getAll} and {@link #scanSome}. Where states are is said before
 * other threads read.
 */
final class ColdStores implements AutoCloseable {
    private final StoreKind own;
    private final Map<StoreKind, ColdStore> stores = new EnumMap<>(StoreKind.class);
    /** The states that are not in the directory's own store. Replaced, never changed. */
    private volatile Map<Integer, StoreKind> places = Map.of();

    private ColdStores(StoreKind own) {
        this.own = own;
    }

    /**
     * Opens the stores that a directory has, and begins those that the configuration has besides.
     *
     * @param commit what is committed, which says where states are
     */
    static ColdStores open(FileOps files, Path directory, DurableStateConfig config, @Nullable CommitRecord commit) {
        ColdStores all = new ColdStores(config.storeKind());
        all.places = commit == null ? Map.of() : placesOf(commit);
        boolean isOpen = false;
        try {
            for (StoreKind kind : StoreKind.values()) {
                Path place = StateDirectory.storeDirectory(directory, kind, all.own);
                boolean isWanted =
                        kind == all.own || config.otherStores().containsValue(kind) || all.places.containsValue(kind);
                if (isWanted || isThere(files, place)) {
                    createNamed(files, directory, place);
                    all.stores.put(kind, open(files, place, kind, config));
                }
            }
            isOpen = true;
            return all;
        } finally {
            if (!isOpen) {
                all.close();
            }
        }
    }

    private static boolean isThere(FileOps files, Path directory) {
        try {
            return files.kind(directory) != FileKind.ABSENT;
        } catch (IOException e) {
            throw StateFileException.of("looking for a store", directory, e);
        }
    }

    /** A store must not vanish from its directory once the log relies on it. */
    private static void createNamed(FileOps files, Path directory, Path place) {
        try {
            if (files.kind(place) == FileKind.ABSENT) {
                files.createDirectories(place);
                files.forceDirectory(directory);
            }
        } catch (IOException e) {
            throw StateFileException.of("beginning a store", place, e);
        }
    }

    private static ColdStore open(FileOps files, Path directory, StoreKind kind, DurableStateConfig config) {
        return switch (kind) {
            case MAPDB -> MapDbStore.open(files, directory, config.mapDb());
            case ROCKSDB -> openRocksDb(files, directory, config);
        };
    }

    private static ColdStore openRocksDb(FileOps files, Path directory, DurableStateConfig config) {
        try {
            return RocksDbStore.open(files, directory, config.rocksDb());
        } catch (LinkageError e) {
            throw noRocksDb(e);
        }
    }

    static StateFileException noRocksDb(LinkageError cause) {
        return new StateFileException(
                "rocksdb store cannot be used: cause=" + cause + "; add org.rocksdb:rocksdbjni to the class path",
                cause);
    }

    /**
     * Compares the stores with the log. A store that no committed state is in, and that has nothing, begins where the log does.
     *
     * @throws StateFileException if the directory was put together from two copies
     */
    void checkTogether(Path path, long trimmedEpoch, long lastCommitted) {
        stores.forEach((kind, store) -> {
            if (begins(kind, store.durableEpoch(), trimmedEpoch)) {
                store.fold(trimmedEpoch, new MergedRun(List.of()));
                store.checkpoint();
            }
            checkTogether(path, kind, store.durableEpoch(), trimmedEpoch, lastCommitted);
        });
    }

    private boolean begins(StoreKind kind, long durableEpoch, long trimmedEpoch) {
        return kind != own && durableEpoch == 0 && trimmedEpoch > 0 && !places.containsValue(kind);
    }

    /** Which states are not in the own store of a directory. */
    static Map<Integer, StoreKind> placesOf(CommitRecord commit) {
        Map<Integer, StoreKind> places = new HashMap<>();
        for (StateSchema schema : commit.states().values()) {
            if (!schema.store().isEmpty()) {
                places.put(schema.id(), StoreKind.valueOf(schema.store()));
            }
        }
        return places;
    }

    /** A directory that was put together from two copies shows here. */
    static void checkTogether(Path path, StoreKind kind, long storeEpoch, long trimmedEpoch, long lastCommitted) {
        if (storeEpoch > lastCommitted || storeEpoch < trimmedEpoch) {
            throw new StateFileException("epoch log and store do not belong together: directory=" + path + ", store="
                    + kind.word() + ", storeEpoch=" + storeEpoch + ", logFromEpoch=" + (trimmedEpoch + 1)
                    + ", logToEpoch=" + lastCommitted + "; restore the whole state directory from one copy");
        }
    }

    /** Says which store a state is in. */
    void place(int stateId, StoreKind kind) {
        if (!stores.containsKey(kind)) {
            throw new IllegalStateException(
                    "store is not open: stateId=" + stateId + ", store=" + kind.word() + ", open=" + stores.keySet());
        }
        Map<Integer, StoreKind> more = new HashMap<>(places);
        more.put(stateId, kind);
        places = more;
    }

    /** The kind that the directory was begun with. */
    StoreKind own() {
        return own;
    }

    StoreKind placeOf(int stateId) {
        return places.getOrDefault(stateId, own);
    }

    /** The kind of the parts in the log that hold changes of a state. */
    byte partKindOf(int stateId) {
        StoreKind kind = placeOf(stateId);
        return kind == own ? DurableState.STATE : kind.partKind();
    }

    /** Which store a part in the log is for; null if it is no state. */
    static @Nullable StoreKind storeOf(byte partKind, StoreKind own) {
        if (partKind == DurableState.STATE) {
            return own;
        }
        for (StoreKind kind : StoreKind.values()) {
            if (kind.partKind() == partKind) {
                return kind;
            }
        }
        return null;
    }

    @Nullable
    StoreKind storeOf(byte partKind) {
        return storeOf(partKind, own);
    }

    private long lowest(ToLongFunction<ColdStore> epoch) {
        return stores.values().stream().mapToLong(epoch).min().orElse(0);
    }

    long appliedEpoch() {
        return lowest(ColdStore::appliedEpoch);
    }

    long durableEpoch() {
        return lowest(ColdStore::durableEpoch);
    }

    /** The epoch that each store has applied. */
    Map<StoreKind, Long> appliedEpochs() {
        Map<StoreKind, Long> epochs = new EnumMap<>(StoreKind.class);
        stores.forEach((kind, store) -> epochs.put(kind, store.appliedEpoch()));
        return epochs;
    }

    /** What RocksDB takes outside the heap, of all stores of the process. */
    RocksDbUsage rocksDbUsage() {
        ColdStore store = stores.get(StoreKind.ROCKSDB);
        return store == null ? RocksDbUsage.NONE : ((RocksDbStore) store).usage(); // not loaded where it is not used
    }

    /** Folds epochs that follow each other into each store, as one: a key that several of them changed is written once. */
    void fold(List<FoldStep.Epoch> epochs) {
        stores.forEach((kind, store) -> {
            List<ByteBuffer> deltas = epochs.stream()
                    .filter(epoch -> epoch.number() > store.appliedEpoch())
                    .flatMap(epoch -> epoch.deltas().getOrDefault(kind, List.of()).stream())
                    .toList();
            store.fold(epochs.get(epochs.size() - 1).number(), new MergedRun(DeltaChain.of(deltas)));
        });
    }

    /**
     * Fills stores that have nothing yet, each with the entries of the states that are to be in it.
     *
     * @param entries of all states; asked for once for each store
     */
    void load(long epoch, Supplier<SortedRun> entries) {
        stores.forEach((kind, store) -> store.load(epoch, new RunOf(entries.get(), kind)));
    }

    void checkpoint() {
        stores.values().forEach(ColdStore::checkpoint);
    }

    /** The values of ascending keys, see {@link ColdStore#getAll}. */
    byte[] @Nullable [] getAll(byte[][] keys) {
        if (stores.size() == 1 || keys.length == 0) {
            return stores.get(own).getAll(keys);
        }
        byte[][] values = new byte[keys.length][];
        int[] at = new int[keys.length];
        for (Map.Entry<StoreKind, ColdStore> store : stores.entrySet()) {
            int count = 0;
            for (int i = 0; i < keys.length; i++) {
                if (placeOf(StoredKey.stateId(keys[i])) == store.getKey()) {
                    at[count++] = i;
                }
            }
            byte[][] some = new byte[count][];
            Arrays.setAll(some, i -> keys[at[i]]);
            byte[][] found = store.getValue().getAll(some);
            for (int i = 0; i < count; i++) {
                values[at[i]] = found[i];
            }
        }
        return values;
    }

    /** Shows some entries of one state, see {@link ColdStore#scanSome}. */
    byte @Nullable [] scanSome(int stateId, byte[] from, byte @Nullable [] to, int maxEntries, EntryVisitor visitor) {
        return stores.get(placeOf(stateId)).scanSome(from, to, maxEntries, visitor);
    }

    /** Shows the entries of all stores in ascending order of their keys. Any thread may call it while nothing is folded. */
    void scan(EntryVisitor visitor) {
        List<StoreScan> scans = stores.values().stream().map(StoreScan::new).toList();
        try {
            while (true) {
                StoreScan first = null;
                for (StoreScan scan : scans) {
                    if (scan.hasEntry() && (first == null || Arrays.compareUnsigned(scan.key(), first.key()) < 0)) {
                        first = scan;
                    }
                }
                if (first == null) {
                    return;
                }
                first.show(visitor);
            }
        } finally {
            scans.forEach(StoreScan::close);
        }
    }

    @Override
    public void close() {
        RuntimeException problem = null;
        for (ColdStore store : stores.values()) {
            try {
                store.close();
            } catch (RuntimeException e) {
                problem = problem == null ? e : problem;
            }
        }
        if (problem != null) {
            throw problem;
        }
    }

    /** The entries of a run that are for one store. */
    private final class RunOf implements SortedRun {
        private final SortedRun all;
        private final StoreKind kind;

        RunOf(SortedRun all, StoreKind kind) {
            this.all = all;
            this.kind = kind;
        }

        @Override
        public boolean next() {
            while (all.next()) {
                if (placeOf(StoredKey.stateId(all.key())) == kind) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public byte[] key() {
            return all.key();
        }

        @Override
        public byte @Nullable [] value() {
            return all.value();
        }
    }
}
